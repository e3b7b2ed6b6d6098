package lunchd.tls;

import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import lunchd.operator.Misconfiguration;

/** Where server engines come from: Conscrypt's native code, or the JDK's Java. */
abstract class TlsProvider {
  /** TLS 1.2 with forward secrecy and an AEAD (RFC 9325 section 4.2); all of TLS 1.3 has both. */
  private static final List<String> SUITES =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  /**
   * Returns an engine for one handshake, as the server.
   *
   * @throws Misconfiguration if the provider finds the identity unusable
   */
  final SSLEngine engine(Identity identity, ProtocolSelector selector) throws Misconfiguration {
    SSLEngine engine = newEngine(identity);
    engine.setUseClientMode(false);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    parameters.setCipherSuites(SUITES.toArray(new String[0]));
    parameters.setUseCipherSuitesOrder(true);
    engine.setSSLParameters(parameters);
    engine.setHandshakeApplicationProtocolSelector(selector);
    return engine;
  }

  abstract SSLEngine newEngine(Identity identity) throws Misconfiguration;

  /** Returns the operator's error that a failed handshake shows, or null if it is the client's. */
  abstract Misconfiguration operatorsError(Identity identity, SSLException failure);
}
