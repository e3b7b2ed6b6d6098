package lunchd.tls;

import java.security.KeyManagementException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import org.conscrypt.OpenSSLContextImpl;

/**
 * BoringSSL as the server, through Conscrypt. Its context is made directly, not through the
 * security providers, and gets key and certificates in DER: neither is parsed in Java.
 */
final class BoringSsl {
  /** TLS 1.2 with forward secrecy and an AEAD (RFC 9325 section 4.2); all of TLS 1.3 has both. */
  private static final String[] SUITES = {
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"
  };

  private BoringSsl() {}

  /**
   * Makes a context; the first time this loads the native library.
   *
   * @throws Misconfiguration 78 if it is not in the distribution or not for this machine
   */
  static OpenSSLContextImpl context() throws Misconfiguration {
    try {
      // Conscrypt.checkAvailability() would first open the jar, to look its version up.
      return new OpenSSLContextImpl.TLSv13();
    } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
      throw new Misconfiguration(
          ExitStatus.CONFIG,
          System.getProperty("java.home")
              + "/lib/"
              + System.mapLibraryName("conscrypt_openjdk_jni")
              + " is missing or can't be loaded here; reinstall lunchd for this machine");
    }
  }

  /**
   * Returns an engine for one handshake.
   *
   * @param key asked for key and chain once a ClientHello has been read
   * @param clients judges the client's certificate; null if none is asked for
   * @throws Misconfiguration 78 as {@link #context} does
   */
  static SSLEngine engine(ServerKey key, ProtocolSelector selector, ClientVerifier clients)
      throws Misconfiguration {
    OpenSSLContextImpl context = context();
    try {
      // An empty array: for null it would read the JDK's cacerts.
      TrustManager[] trust = clients == null ? new TrustManager[0] : new TrustManager[] {clients};
      context.engineInit(new KeyManager[] {key}, trust, null);
    } catch (KeyManagementException e) {
      throw new IllegalStateException(e); // it doesn't look at a key yet
    }
    SSLEngine engine = context.engineCreateSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    parameters.setCipherSuites(SUITES);
    parameters.setUseCipherSuitesOrder(true);
    parameters.setNeedClientAuth(clients != null);
    engine.setSSLParameters(parameters);
    engine.setHandshakeApplicationProtocolSelector(selector);
    return engine;
  }

  /**
   * Returns the operator's error that made a handshake fail, or null if it was the client's error.
   */
  static Misconfiguration operatorsError(ServerKey key, SSLException failure) {
    Identity identity = key.identity();
    if (identity == null || key.failure() != null) {
      return key.failure();
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (message.contains("CANNOT_PARSE_LEAF_CERT")) {
        return identity.badChain("the first");
      }
      // In full: a client can cause a PSK_IDENTITY_BINDER_COUNT_MISMATCH. And an intermediate may
      // not sign handshakes.
      if (message.contains("KEY_VALUES_MISMATCH")
          || message.contains("KEY_TYPE_MISMATCH")
          || message.contains("CERTIFICATE_AND_PRIVATE_KEY_MISMATCH")
          || message.contains("Error configuring certificate")) {
        return identity.mismatch();
      }
    }
    return null;
  }
}
