package lunchd.tls;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.EncryptionScheme;
import org.bouncycastle.asn1.pkcs.KeyDerivationFunc;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/**
 * PBES2, RFC 8018 section 6.2, with AES in CBC mode: how {@code openssl pkcs8 -topk8} encrypts.
 * Bouncy Castle has it too, but only by way of its provider, whose 1,400 classes would be in the
 * jar of every request.
 */
final class Pbes2 {
  /** 2^20 rounds of PBKDF2 take a second or two, and every connection waits for them. */
  private static final int MAX_ROUNDS_BITS = 20;

  private Pbes2() {}

  /**
   * Decrypts.
   *
   * @throws NoSuchAlgorithmException if another scheme, function or cipher was used
   * @throws GeneralSecurityException if the password is wrong
   */
  static byte[] decrypt(EncryptedPrivateKeyInfo encrypted, char[] password)
      throws GeneralSecurityException {
    AlgorithmIdentifier scheme = encrypted.getEncryptionAlgorithm();
    if (!scheme.getAlgorithm().getId().equals("1.2.840.113549.1.5.13")) {
      throw new NoSuchAlgorithmException("not PBES2");
    }
    PBES2Parameters parameters = PBES2Parameters.getInstance(scheme.getParameters());
    EncryptionScheme cipher = parameters.getEncryptionScheme();
    byte[] key = derive(parameters.getKeyDerivationFunc(), password, keyLength(cipher));
    byte[] iv = ASN1OctetString.getInstance(cipher.getParameters()).getOctets();
    Cipher aes = Cipher.getInstance("AES/CBC/PKCS5Padding");
    aes.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
    return aes.doFinal(encrypted.getEncryptedData());
  }

  /** In octets: aes128-CBC-PAD and its like, RFC 8018 appendix B.2.5. */
  private static int keyLength(EncryptionScheme cipher) throws NoSuchAlgorithmException {
    return switch (cipher.getAlgorithm().getId()) {
      case "2.16.840.1.101.3.4.1.2" -> 16;
      case "2.16.840.1.101.3.4.1.22" -> 24;
      case "2.16.840.1.101.3.4.1.42" -> 32;
      default -> throw new NoSuchAlgorithmException("not AES in CBC mode");
    };
  }

  private static byte[] derive(KeyDerivationFunc function, char[] password, int length)
      throws GeneralSecurityException {
    if (!function.getAlgorithm().getId().equals("1.2.840.113549.1.5.12")) {
      throw new NoSuchAlgorithmException("not PBKDF2");
    }
    PBKDF2Params pbkdf2 = PBKDF2Params.getInstance(function.getParameters());
    BigInteger rounds = pbkdf2.getIterationCount();
    if (rounds.bitLength() > MAX_ROUNDS_BITS) {
      throw new NoSuchAlgorithmException("PBKDF2 with over a million rounds");
    }
    return SecretKeyFactory.getInstance("PBKDF2With" + hmac(pbkdf2.getPrf()))
        .generateSecret(
            new PBEKeySpec(password, pbkdf2.getSalt(), rounds.intValue(), Byte.SIZE * length))
        .getEncoded();
  }

  /** RFC 8018 appendix B.1. */
  private static String hmac(AlgorithmIdentifier function) throws NoSuchAlgorithmException {
    return switch (function.getAlgorithm().getId()) {
      case "1.2.840.113549.2.7" -> "HmacSHA1";
      case "1.2.840.113549.2.8" -> "HmacSHA224";
      case "1.2.840.113549.2.9" -> "HmacSHA256";
      case "1.2.840.113549.2.10" -> "HmacSHA384";
      case "1.2.840.113549.2.11" -> "HmacSHA512";
      default -> throw new NoSuchAlgorithmException("PBKDF2 with an unknown HMAC");
    };
  }
}
