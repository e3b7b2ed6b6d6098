package lunchd.tls;

import lunchd.log.Log;

/** Finds the TLS provider for this machine. */
final class TlsProviders {
  private static TlsProvider provider;

  private TlsProviders() {}

  /** Returns Conscrypt, or the JDK's own provider where the native library can't be loaded. */
  static synchronized TlsProvider find() {
    if (provider == null) {
      try {
        provider = new ConscryptProvider();
      } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
        Log.warn("TLS by the JDK, which is slow: Conscrypt's native library can't be loaded");
        provider = new JdkProvider();
      }
    }
    return provider;
  }
}
