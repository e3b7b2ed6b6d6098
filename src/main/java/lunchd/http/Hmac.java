package lunchd.http;

import java.security.MessageDigest;
import org.conscrypt.HmacSha256;

/**
 * HMAC-SHA256, RFC 2104, for webhooks and signed cookies. BoringSSL computes it, since the JDK's
 * {@code javax.crypto.Mac} takes 40 ms when a JVM has just started. The first call loads BoringSSL
 * if the connection has not done so (in plaintext).
 */
public final class Hmac {
  private Hmac() {}

  /**
   * Computes the code of a message.
   *
   * @param key the secret; not empty
   * @param message what is authenticated
   * @return 32 octets
   * @throws IllegalArgumentException if the key is empty, as from an empty file: it would be known
   *     to everybody
   */
  public static byte[] sha256(byte[] key, byte[] message) {
    if (key.length == 0) {
      throw new IllegalArgumentException("the key of an HMAC is empty");
    }
    return HmacSha256.of(key, message);
  }

  /**
   * Compares the code of a message with the one that came with it, in a time that does not depend
   * on where they differ.
   *
   * @param key the secret; not empty
   * @param message what is authenticated
   * @param hex the code that came with it: 64 hexadecimal digits, in either case; null or anything
   *     else is never right
   * @return whether it is the code of the message
   * @throws IllegalArgumentException if the key is empty
   */
  public static boolean isSha256(byte[] key, byte[] message, String hex) {
    byte[] right = sha256(key, message);
    byte[] given = new byte[right.length];
    if (hex == null || hex.length() != 2 * given.length) {
      return false;
    }
    for (int i = 0; i < given.length; i++) {
      int high = Character.digit(hex.charAt(2 * i), 16);
      int low = Character.digit(hex.charAt(2 * i + 1), 16);
      if (high < 0 || low < 0) {
        return false;
      }
      given[i] = (byte) (high << 4 | low);
    }
    return MessageDigest.isEqual(right, given);
  }
}
