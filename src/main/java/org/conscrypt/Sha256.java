package org.conscrypt;

/** SHA-256, computed by BoringSSL; in this package for the same reason as {@link HmacSha256}. */
public final class Sha256 {
  private Sha256() {}

  /**
   * Computes the digest of a message.
   *
   * @param message any octets
   * @return 32 octets
   */
  public static byte[] of(byte[] message) {
    NativeRef.EVP_MD_CTX context = new NativeRef.EVP_MD_CTX(NativeCrypto.EVP_MD_CTX_create());
    NativeCrypto.EVP_DigestInit_ex(context, EvpMdRef.SHA256.EVP_MD);
    NativeCrypto.EVP_DigestUpdate(context, message, 0, message.length);
    byte[] digest = new byte[EvpMdRef.SHA256.SIZE_BYTES];
    NativeCrypto.EVP_DigestFinal_ex(context, digest, 0);
    return digest;
  }
}
