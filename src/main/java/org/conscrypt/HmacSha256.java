package org.conscrypt;

/**
 * HMAC-SHA256, computed by BoringSSL. It is in this package because only this package can call
 * Conscrypt's native methods.
 */
public final class HmacSha256 {
  private HmacSha256() {}

  /**
   * Computes a message's authentication code (RFC 2104).
   *
   * @param key the secret
   * @param message what is authenticated
   * @return 32 octets
   */
  public static byte[] of(byte[] key, byte[] message) {
    NativeRef.HMAC_CTX context = new NativeRef.HMAC_CTX(NativeCrypto.HMAC_CTX_new());
    NativeCrypto.HMAC_Init_ex(context, key, EvpMdRef.SHA256.EVP_MD);
    NativeCrypto.HMAC_Update(context, message, 0, message.length);
    return NativeCrypto.HMAC_Final(context);
  }
}
