package lunchd.tls;

import java.security.InvalidKeyException;
import java.security.KeyManagementException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import lunchd.operator.Misconfiguration;
import org.conscrypt.OpenSSLContextImpl;

/**
 * BoringSSL by way of Conscrypt. Its context is made directly, not through the security providers,
 * and is handed key and certificates in DER: neither is parsed in Java.
 */
final class ConscryptProvider extends TlsProvider {
  private final OpenSSLContextImpl context;

  /**
   * Loads the native library.
   *
   * @throws UnsatisfiedLinkError if it is not in the distribution or not for this machine
   */
  ConscryptProvider() {
    // Conscrypt.checkAvailability() would first open the jar, to look its version up.
    context = new OpenSSLContextImpl.TLSv13();
  }

  @Override
  SSLEngine newEngine(Identity identity) throws Misconfiguration {
    X509Certificate[] chain = new X509Certificate[identity.chain().size()];
    for (int i = 0; i < chain.length; i++) {
      chain[i] = new EncodedCertificate(identity.chain().get(i));
    }
    // It asks only for what TLS 1.2 has names for, and an Ed25519 key counts as EC there.
    String keyType = identity.keyType() == KeyType.RSA ? "RSA" : "EC";
    ServerKey key = new ServerKey(keyType, new EncodedKey(identity), chain);
    try {
      // An empty array: for null it would read the JDK's cacerts.
      context.engineInit(new KeyManager[] {key}, new TrustManager[0], null);
    } catch (KeyManagementException e) {
      throw identity.badKey(e.getMessage());
    }
    return context.engineCreateSSLEngine();
  }

  @Override
  Misconfiguration operatorsError(Identity identity, SSLException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidKeyException) { // it parses the key in the handshake only
        return identity.badKey(String.valueOf(cause.getMessage()));
      }
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

  /** A private key in its encoding: BoringSSL parses it. */
  private static final class EncodedKey implements PrivateKey {
    private static final long serialVersionUID = 1;

    private final transient Identity identity;

    EncodedKey(Identity identity) {
      this.identity = identity;
    }

    @Override
    public String getAlgorithm() {
      return identity.keyType().algorithm();
    }

    @Override
    public String getFormat() {
      return "PKCS#8";
    }

    @Override
    public byte[] getEncoded() {
      return identity.key();
    }
  }
}
