package org.conscrypt;

import java.security.PrivateKey;

/**
 * Replaces Conscrypt's own class of this name. BoringSSL calls it to use a private key that it does
 * not hold. Conscrypt's class looks for a security provider, which takes 30 ms; here the key itself
 * signs.
 */
final class CryptoUpcalls {
  private CryptoUpcalls() {}

  /** Called by native code for an EC key; null makes the handshake fail. */
  static byte[] ecSignDigestWithPrivateKey(PrivateKey key, byte[] digest) {
    return ((SigningKey.Self) key).key().sign(SigningKey.NO_RSA, digest);
  }

  /** Called by native code for an RSA key; null makes the handshake fail. */
  static byte[] rsaSignDigestWithPrivateKey(PrivateKey key, int padding, byte[] input) {
    return padding == SigningKey.PKCS1 || padding == SigningKey.NONE
        ? ((SigningKey.Self) key).key().sign(padding, input)
        : null;
  }

  /** Never needed: no cipher suite here lets the client encrypt with the server's key. */
  static byte[] rsaDecryptWithPrivateKey(PrivateKey key, int padding, byte[] input) {
    return null;
  }
}
