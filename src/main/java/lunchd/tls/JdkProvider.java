package lunchd.tls;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import lunchd.operator.Misconfiguration;

/** The JDK's own TLS, where the native library is missing: several times slower to start. */
final class JdkProvider extends TlsProvider {
  static {
    // No later process could use a ticket: one property for TLS 1.3, one for 1.2.
    System.setProperty("jdk.tls.server.newSessionTicketCount", "0");
    System.setProperty("jdk.tls.server.enableSessionTicketExtension", "false");
    // RFC 9325 section 3.5; BoringSSL refuses it by itself.
    System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
  }

  @Override
  SSLEngine newEngine(Identity identity) throws Misconfiguration {
    X509Certificate[] chain = identity.certificates().toArray(new X509Certificate[0]);
    PrivateKey key = key(identity);
    try {
      if (!belongTogether(identity, key, chain[0])) {
        throw identity.mismatch(); // the engine would let the client find out
      }
      String keyType = identity.keyType() == KeyType.ED25519 ? "EdDSA" : key.getAlgorithm();
      KeyManager[] keys = {new ServerKey(keyType, key, chain)};
      return context(keys, new TrustManager[0]).createSSLEngine();
    } catch (GeneralSecurityException e) {
      throw identity.badKey(e.getMessage());
    }
  }

  /** Makes a context of the JDK's, for either side; all go by the properties set above. */
  static SSLContext context(KeyManager[] keys, TrustManager[] trust)
      throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys, trust, null);
    return context;
  }

  @Override
  Misconfiguration operatorsError(Identity identity, SSLException failure) {
    return null; // all have been found in newEngine
  }

  private static PrivateKey key(Identity identity) throws Misconfiguration {
    try {
      return KeyFactory.getInstance(identity.keyType().algorithm())
          .generatePrivate(new PKCS8EncodedKeySpec(identity.key()));
    } catch (GeneralSecurityException e) {
      throw identity.badKey(e.getMessage());
    }
  }

  private static boolean belongTogether(Identity identity, PrivateKey key, X509Certificate leaf)
      throws GeneralSecurityException {
    if (!leaf.getPublicKey().getAlgorithm().equals(key.getAlgorithm())) {
      return false;
    }
    Signature signature =
        Signature.getInstance(
            switch (identity.keyType()) {
              case RSA -> "SHA256withRSA";
              case EC -> "SHA256withECDSA";
              case ED25519 -> "Ed25519";
            });
    byte[] challenge = leaf.getEncoded();
    signature.initSign(key);
    signature.update(challenge);
    byte[] proof = signature.sign();
    signature.initVerify(leaf.getPublicKey());
    signature.update(challenge);
    return signature.verify(proof);
  }
}
