package lunchd.tls;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * PBES2, RFC 8018 section 6.2, with AES in CBC mode: how {@code openssl pkcs8 -topk8} encrypts.
 * Bouncy Castle has it, but only through its provider, whose 1,400 classes would be in the image of
 * every request.
 */
final class Pbes2 {
  /** 2^20 rounds of PBKDF2 take a second or two, and every connection waits for them. */
  private static final int MAX_ROUNDS_BITS = 20;

  private Pbes2() {}

  /**
   * Decrypts.
   *
   * @param der an EncryptedPrivateKeyInfo, RFC 5958 section 3
   * @throws IllegalArgumentException if it is broken
   * @throws NoSuchAlgorithmException if another scheme, function or cipher was used
   * @throws GeneralSecurityException if the password is wrong
   */
  static byte[] decrypt(byte[] der, char[] password) throws GeneralSecurityException {
    Der encrypted = Der.sequence(der);
    Der scheme = encrypted.enter(Der.SEQUENCE);
    if (!scheme.objectIdentifier().equals("1.2.840.113549.1.5.13")) {
      throw new NoSuchAlgorithmException("not PBES2");
    }
    Der parameters = scheme.enter(Der.SEQUENCE);
    Der function = parameters.enter(Der.SEQUENCE);
    Der cipher = parameters.enter(Der.SEQUENCE);
    int keyLength = keyLength(cipher.objectIdentifier());
    byte[] iv = cipher.enter(Der.OCTET_STRING).rest();
    Cipher aes = Cipher.getInstance("AES/CBC/PKCS5Padding");
    byte[] key = derive(function, password, keyLength);
    aes.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
    Arrays.fill(key, (byte) 0);
    return aes.doFinal(encrypted.enter(Der.OCTET_STRING).rest());
  }

  /** In octets: aes128-CBC-PAD and its like, RFC 8018 appendix B.2.5. */
  private static int keyLength(String cipher) throws NoSuchAlgorithmException {
    return switch (cipher) {
      case "2.16.840.1.101.3.4.1.2" -> 16;
      case "2.16.840.1.101.3.4.1.22" -> 24;
      case "2.16.840.1.101.3.4.1.42" -> 32;
      default -> throw new NoSuchAlgorithmException("not AES in CBC mode");
    };
  }

  private static byte[] derive(Der function, char[] password, int length)
      throws GeneralSecurityException {
    if (!function.objectIdentifier().equals("1.2.840.113549.1.5.12")) {
      throw new NoSuchAlgorithmException("not PBKDF2");
    }
    Der parameters = function.enter(Der.SEQUENCE);
    byte[] salt = parameters.enter(Der.OCTET_STRING).rest();
    BigInteger rounds = new BigInteger(parameters.enter(Der.INTEGER).rest());
    if (rounds.bitLength() > MAX_ROUNDS_BITS) {
      throw new NoSuchAlgorithmException("PBKDF2 with over a million rounds");
    }
    if (parameters.has(Der.INTEGER)) {
      parameters.enter(Der.INTEGER); // the key's length, which the cipher has told
    }
    String hmac =
        parameters.has(Der.SEQUENCE)
            ? hmac(parameters.enter(Der.SEQUENCE).objectIdentifier())
            : "HmacSHA1"; // the default
    PBEKeySpec specification =
        new PBEKeySpec(password, salt, rounds.intValue(), Byte.SIZE * length);
    try {
      return SecretKeyFactory.getInstance("PBKDF2With" + hmac)
          .generateSecret(specification)
          .getEncoded();
    } finally {
      specification.clearPassword();
    }
  }

  /** RFC 8018 appendix B.1. */
  private static String hmac(String function) throws NoSuchAlgorithmException {
    return switch (function) {
      case "1.2.840.113549.2.7" -> "HmacSHA1";
      case "1.2.840.113549.2.8" -> "HmacSHA224";
      case "1.2.840.113549.2.9" -> "HmacSHA256";
      case "1.2.840.113549.2.10" -> "HmacSHA384";
      case "1.2.840.113549.2.11" -> "HmacSHA512";
      default -> throw new NoSuchAlgorithmException("PBKDF2 with an unknown HMAC");
    };
  }
}
