package lunchd;

/** Which lunchd this is. */
final class Version {
  private Version() {}

  /** Returns what {@code --version} prints. */
  static String text(Cache.State state) {
    String number = Version.class.getPackage().getImplementationVersion();
    String cache = state == Cache.State.IN_USE ? "in use" : "not in use";
    return "lunchd " + number + ", AOT cache " + cache + "\n";
  }
}
