package lunchd.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.security.InvalidKeyException;
import lunchd.operator.Misconfiguration;
import org.bouncycastle.asn1.DEROctetString;
import org.conscrypt.SigningKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What happens to a key's octets: there is one copy of them, and none once BoringSSL has the key.
 */
final class KeyFileTest {
  private static final Path TLS = Path.of("test-fixtures/tls");

  private static Pem.Block block(String file) throws Misconfiguration {
    return Pem.read("--key", TLS.resolve(file)).stream()
        .filter(Pem.Block::isPrivateKey)
        .findFirst()
        .orElseThrow();
  }

  private static KeyFile keyFile(String name) throws Misconfiguration {
    return new KeyFile(TLS.resolve(name), TLS.resolve("password.txt"));
  }

  private static void assertErased(byte[] octets) {
    assertTrue(octets.length > 0);
    assertArrayEquals(new byte[octets.length], octets);
  }

  @ParameterizedTest
  @CsvSource({
    "p256-key-sec1.pem, p256-key.pem",
    "p256-key-encrypted.pem, p256-key.pem",
    "rsa-2048-key-pkcs1.pem, rsa-2048-key.pem",
    "rsa-2048-key-encrypted.pem, rsa-2048-key.pem"
  })
  void whatWasAroundAKeyIsOverwritten(String wrapped, String plain) throws Exception {
    Pem.Block block = block(wrapped);
    byte[] key = keyFile(wrapped).unwrap(block.type(), block.content());
    assertErased(block.content());
    assertEquals(KeyType.of(block(plain).content()), KeyType.of(key));
    SigningKey.Held.parse(KeyType.of(key).algorithm(), key);
  }

  @Test
  void aKeyThatNeedsNoUnwrappingIsNotCopied() throws Exception {
    byte[] key = block("p256-key.pem").content();
    assertSame(key, keyFile("p256-key.pem").unwrap("PRIVATE KEY", key));
    assertEquals(KeyType.EC, KeyType.of(key), "and is still there");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RSA PRIVATE KEY",
        "EC PRIVATE KEY",
        "ENCRYPTED PRIVATE KEY",
        "DSA PRIVATE KEY",
        ""
      })
  void nothingIsLeftOfOneThatIsOfNoUse(String type) throws Exception {
    byte[] der = {0x30, 3, 4, 1, 7};
    KeyFile keyFile = keyFile("p256-key.pem");
    assertThrows(Misconfiguration.class, () -> keyFile.unwrap(type, der));
    assertErased(der);
  }

  @ParameterizedTest
  @ValueSource(strings = {"p256-key.pem", "p384-key.pem", "rsa-3072-key.pem", "ed25519-key.pem"})
  void nothingIsLeftOfOneThatBoringSslHas(String name) throws Exception {
    byte[] key = KeyFile.read(TLS.resolve(name), null);
    SigningKey.Held held = SigningKey.Held.parse(KeyType.of(key).algorithm(), key);
    assertErased(key);
    byte[] leaf = Pem.read("--certificate", certificate(name)).getFirst().content();
    assertTrue(held.isKeyOf(Der.publicKeyInfo(leaf)), "and that is whole");
  }

  private static Path certificate(String key) {
    return TLS.resolve(key.replace("key", "chain"));
  }

  @Test
  void norOfOneThatBoringSslRefuses() throws Exception {
    byte[] key = KeyFile.read(TLS.resolve("p256-key.pem"), null);
    key[key.length - 1] ^= 1; // not a point on the curve
    assertThrows(InvalidKeyException.class, () -> SigningKey.Held.parse("EC", key));
    assertErased(key);
  }

  @ParameterizedTest
  @CsvSource({
    "p256-key.pem, false",
    "p256-key-encrypted.pem, true",
    "rsa-2048-key-pkcs1-encrypted.pem, false" // not as PKCS#8
  })
  void tellsWhetherItIsEncrypted(String name, boolean isEncrypted) throws Exception {
    assertEquals(isEncrypted, KeyFile.isEncrypted(TLS.resolve(name)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x10000})
  void anElementIsEncodedWithTheShortestLength(int length) throws Exception {
    byte[] content = new byte[length];
    byte[] expected = new DEROctetString(content).getEncoded();
    assertArrayEquals(expected, Der.encode(Der.OCTET_STRING, content));
    int half = length / 2;
    assertArrayEquals(
        expected, Der.encode(Der.OCTET_STRING, new byte[half], new byte[length - half]));
  }
}
