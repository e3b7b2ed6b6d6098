package lunchd;

/** Which lunchd this is. */
final class Version {
  private Version() {}

  /** Returns what {@code --version} prints. */
  static String text() {
    return "lunchd " + Version.class.getPackage().getImplementationVersion() + "\n";
  }
}
