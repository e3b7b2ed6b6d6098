package lunchd.tls;

import lunchd.log.Log;

/** Finds the TLS provider for this machine. */
final class TlsProviders {
  private TlsProviders() {}

  /** Returns Conscrypt, or the JDK's own provider where the native library can't be loaded. */
  static TlsProvider find() {
    try {
      return new ConscryptProvider();
    } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
      Log.info("TLS by the JDK: the native library of Conscrypt is missing; reinstall lunchd");
      return new JdkProvider();
    }
  }
}
