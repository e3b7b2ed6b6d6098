package lunchd.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import lunchd.operator.Misconfiguration;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfoBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Keys that Bouncy Castle's provider, which is not in the distribution, has encrypted. */
final class Pbes2Test {
  private static final byte[] KEY = key();

  static Stream<Arguments> known() {
    return Stream.of(
            JceOpenSSLPKCS8EncryptorBuilder.AES_128_CBC,
            JceOpenSSLPKCS8EncryptorBuilder.AES_192_CBC,
            JceOpenSSLPKCS8EncryptorBuilder.AES_256_CBC)
        .flatMap(
            cipher ->
                Stream.of(
                        PKCS8Generator.PRF_HMACSHA1,
                        PKCS8Generator.PRF_HMACSHA224,
                        PKCS8Generator.PRF_HMACSHA256,
                        PKCS8Generator.PRF_HMACSHA384,
                        PKCS8Generator.PRF_HMACSHA512)
                    .map(function -> Arguments.of(cipher, function)));
  }

  static List<Arguments> unknown() {
    return List.of(
        Arguments.of(
            "not PBES2",
            JceOpenSSLPKCS8EncryptorBuilder.PBE_SHA1_3DES,
            PKCS8Generator.PRF_HMACSHA1),
        Arguments.of(
            "not AES", JceOpenSSLPKCS8EncryptorBuilder.DES3_CBC, PKCS8Generator.PRF_HMACSHA1),
        Arguments.of(
            "unknown HMAC",
            JceOpenSSLPKCS8EncryptorBuilder.AES_256_CBC,
            PKCS8Generator.PRF_HMACSHA3_256));
  }

  private static byte[] key() {
    try {
      return KeyFile.read(Path.of("test-fixtures/tls/p256-key.pem"), null);
    } catch (Misconfiguration e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] encrypt(ASN1ObjectIdentifier cipher, AlgorithmIdentifier function)
      throws IOException, OperatorCreationException {
    return new PKCS8EncryptedPrivateKeyInfoBuilder(PrivateKeyInfo.getInstance(KEY))
        .build(
            new JceOpenSSLPKCS8EncryptorBuilder(cipher)
                .setProvider(new BouncyCastleProvider())
                .setPRF(function)
                .setIterationCount(1_000)
                .setPassword("lunch".toCharArray())
                .build())
        .getEncoded();
  }

  @ParameterizedTest
  @MethodSource("known")
  void decrypts(ASN1ObjectIdentifier cipher, AlgorithmIdentifier function) throws Exception {
    assertArrayEquals(KEY, Pbes2.decrypt(encrypt(cipher, function), "lunch".toCharArray()));
  }

  /** RFC 8018 appendix A.2: the length of the key and the HMAC are both optional. */
  @Test
  void aKeysLengthMayBeSaidAndSha1NeedNot() throws Exception {
    byte[] salt = Der.encode(Der.OCTET_STRING, "saltsalt".getBytes(StandardCharsets.US_ASCII));
    byte[] rounds = {Der.INTEGER, 2, 0x03, (byte) 0xe8};
    byte[] length = {Der.INTEGER, 1, 16};
    byte[] iv = new byte[16];
    byte[] derived =
        SecretKeyFactory.getInstance("PBKDF2WithHmacSHA1")
            .generateSecret(
                new PBEKeySpec(
                    "lunch".toCharArray(),
                    "saltsalt".getBytes(StandardCharsets.US_ASCII),
                    1_000,
                    128))
            .getEncoded();
    Cipher aes = Cipher.getInstance("AES/CBC/PKCS5Padding");
    aes.init(
        Cipher.ENCRYPT_MODE, new SecretKeySpec(derived, "AES"), new IvParameterSpec(new byte[16]));
    byte[] octets = Der.encode(Der.OCTET_STRING, aes.doFinal(KEY));
    for (byte[] said : new byte[][] {length, {}}) {
      byte[] function =
          Der.encode(
              Der.SEQUENCE,
              identifier("1.2.840.113549.1.5.12"),
              Der.encode(Der.SEQUENCE, salt, rounds, said));
      byte[] cipher =
          Der.encode(
              Der.SEQUENCE, identifier("2.16.840.1.101.3.4.1.2"), Der.encode(Der.OCTET_STRING, iv));
      byte[] scheme =
          Der.encode(
              Der.SEQUENCE,
              identifier("1.2.840.113549.1.5.13"),
              Der.encode(Der.SEQUENCE, function, cipher));
      byte[] encrypted = Der.encode(Der.SEQUENCE, scheme, octets);
      assertArrayEquals(KEY, Pbes2.decrypt(encrypted, "lunch".toCharArray()));
    }
  }

  private static byte[] identifier(String dotted) throws IOException {
    return new ASN1ObjectIdentifier(dotted).getEncoded();
  }

  @ParameterizedTest
  @MethodSource("known")
  void notByAnotherPassword(ASN1ObjectIdentifier cipher, AlgorithmIdentifier function)
      throws Exception {
    byte[] encrypted = encrypt(cipher, function);
    try {
      byte[] junk = Pbes2.decrypt(encrypted, "dinner".toCharArray());
      assertFalse(Arrays.equals(KEY, junk)); // one time in 256 the padding fits by chance
    } catch (GeneralSecurityException e) {
      assertFalse(e instanceof NoSuchAlgorithmException, e.toString());
    }
  }

  @ParameterizedTest
  @MethodSource("unknown")
  void saysWhatItDoesNotKnow(String what, ASN1ObjectIdentifier cipher, AlgorithmIdentifier function)
      throws Exception {
    byte[] encrypted = encrypt(cipher, function);
    NoSuchAlgorithmException error =
        assertThrows(
            NoSuchAlgorithmException.class, () -> Pbes2.decrypt(encrypted, "lunch".toCharArray()));
    assertTrue(error.getMessage().contains(what), error.getMessage());
  }
}
