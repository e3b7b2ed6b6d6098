package org.conscrypt;

import java.security.PrivateKey;

/**
 * Stands in the jar in place of Conscrypt's own class of this name: what BoringSSL calls to use a
 * private key that it does not hold. Conscrypt's looks for a security provider, which takes 30 ms;
 * here the key itself knows who signs.
 */
final class CryptoUpcalls {
  private CryptoUpcalls() {}

  /** Called by native code; null fails the handshake. */
  static byte[] ecSignDigestWithPrivateKey(PrivateKey key, byte[] digest) {
    return ((SigningKey.Self) key).key().sign(SigningKey.NO_RSA, digest);
  }

  /** The same of RSA. */
  static byte[] rsaSignDigestWithPrivateKey(PrivateKey key, int padding, byte[] input) {
    return padding == SigningKey.PKCS1 || padding == SigningKey.NONE
        ? ((SigningKey.Self) key).key().sign(padding, input)
        : null;
  }

  /** No cipher suite here has the client encrypt for the server's key. */
  static byte[] rsaDecryptWithPrivateKey(PrivateKey key, int padding, byte[] input) {
    return null;
  }
}
