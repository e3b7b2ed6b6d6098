package lunchd.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import lunchd.fixtures.PairCase;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.EncryptionScheme;
import org.bouncycastle.asn1.pkcs.KeyDerivationFunc;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every row of the tables in test-fixtures/README.md, with both providers. */
final class IdentityTest {
  private static final Path TLS = Path.of("test-fixtures/tls");
  private static final Path GOOD_KEY = TLS.resolve("p256-key.pem");
  private static final Path GOOD_CHAIN = TLS.resolve("p256-chain.pem");

  @TempDir private Path directory;

  private static Identity read(PairCase row) throws Misconfiguration {
    return Identity.read(
        TLS.resolve(row.key()),
        TLS.resolve(row.chain()),
        row.password().isEmpty() ? null : TLS.resolve(row.password()));
  }

  @ParameterizedTest
  @MethodSource("lunchd.fixtures.PairCase#all")
  void everyRow(PairCase row) throws Exception {
    TlsClient client =
        TlsClient.of(
            "soup?",
            parameters -> {
              if (row.key().startsWith("ed25519")) {
                parameters.setSignatureSchemes(new String[] {"ed25519", "ecdsa_secp256r1_sha256"});
              }
            });
    switch (row.must()) {
      case "served" -> {
        TlsConnectionTest.talk(read(row), client);
        assertNull(client.failure());
        assertEquals("soup.", new String(client.content(), StandardCharsets.US_ASCII));
      }
      case "served, untrusted" -> {
        assertThrows(TlsFailure.class, () -> TlsConnectionTest.talk(read(row), client));
        assertTrue(client.raw().length > 0, "the server did its part");
        assertFalse(client.failure() == null, "the client refuses it");
      }
      default -> {
        Misconfiguration error =
            assertThrows(Misconfiguration.class, () -> TlsConnectionTest.talk(read(row), client));
        assertEquals(ExitStatus.CONFIG, error.status());
        assertTrue(error.getMessage().contains(row.atFault()), error.getMessage());
        assertTrue(error.getMessage().contains("; "), "and the fix: " + error.getMessage());
        assertNoSecret(row, error.getMessage());
        String sent = HexFormat.of().formatHex(client.raw());
        assertTrue(sent.isEmpty() || sent.equals("15030300020250"), "internal_error, not " + sent);
      }
    }
  }

  /** Contains neither a line of the key nor the password, from either file. */
  private static void assertNoSecret(PairCase row, String message) throws IOException {
    assertEquals(1, message.lines().count(), message);
    String key = Files.readString(TLS.resolve(row.key()), StandardCharsets.ISO_8859_1);
    key.lines()
        .filter(line -> line.length() >= 16 && !line.startsWith("-----"))
        .forEach(line -> assertFalse(message.contains(line), message));
    String password = row.password().isEmpty() ? "" : Files.readString(TLS.resolve(row.password()));
    assertTrue(password.isBlank() || !message.contains(password.strip()), message);
  }

  @Test
  void filesThatCannotBeReadAre66() {
    Path missing = directory.resolve("missing.pem");
    for (Path bad : List.of(missing, directory)) {
      assertNames(ExitStatus.NO_INPUT, "--key " + bad, bad, GOOD_CHAIN, null);
      assertNames(ExitStatus.NO_INPUT, "--certificate " + bad, GOOD_KEY, bad, null);
      assertNames(ExitStatus.NO_INPUT, "--key-password-file " + bad, GOOD_KEY, GOOD_CHAIN, bad);
    }
  }

  @Test
  void filesThatAreTooLargeAre78() throws IOException {
    Path large = Files.write(directory.resolve("large.pem"), new byte[1 << 20]);
    assertNames(ExitStatus.CONFIG, "--key " + large, large, GOOD_CHAIN, null);
    assertNames(ExitStatus.CONFIG, "--certificate " + large, GOOD_KEY, large, null);
    assertNames(ExitStatus.CONFIG, "--key-password-file " + large, GOOD_KEY, GOOD_CHAIN, large);
  }

  private static void assertNames(
      ExitStatus status, String named, Path key, Path chain, Path password) {
    Misconfiguration error =
        assertThrows(Misconfiguration.class, () -> Identity.read(key, chain, password));
    assertEquals(status, error.status());
    assertTrue(error.getMessage().startsWith(named + " "), error.getMessage());
  }

  /** Anything broken in a file is the operator's error and not a bug. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "p256-key.pem",
        "p256-key-sec1.pem",
        "rsa-2048-key-pkcs1.pem",
        "p256-key-encrypted.pem",
        "ed25519-key.pem",
        "p256-leaf.pem"
      })
  void noBrokenFileIsABug(String name) throws Exception {
    String pem = Files.readString(TLS.resolve(name));
    String type = pem.substring(pem.indexOf("-----BEGIN ") + 11, pem.indexOf("-----\n"));
    String base64 = pem.substring(pem.indexOf("-----\n") + 6, pem.indexOf("\n-----END"));
    byte[] der = Base64.getMimeDecoder().decode(base64);
    boolean isKey = type.endsWith("KEY");
    for (int place = 0; place < Math.min(der.length, 160); place++) {
      for (int bits : new int[] {0x01, 0x20, 0xff}) {
        byte[] broken = der.clone();
        broken[place] ^= (byte) bits;
        Path file = Files.writeString(directory.resolve("broken.pem"), wrap(type, broken));
        try {
          Identity identity =
              Identity.read(
                  isKey ? file : GOOD_KEY,
                  isKey ? GOOD_CHAIN : file,
                  name.contains("encrypted") ? TLS.resolve("password.txt") : null);
          BoringSsl.engine(new ServerKey(Identities.only(identity)), new ProtocolSelector(), null);
        } catch (Misconfiguration e) {
          assertEquals(ExitStatus.CONFIG, e.status());
        }
      }
    }
  }

  /** BoringSSL parses this key only in a handshake: found by fuzzing. */
  @Test
  void aKeyThatTheHandshakeFindsBrokenIsNoFaultOfTheClients() throws Exception {
    String pem = Files.readString(GOOD_KEY);
    String base64 = pem.substring(pem.indexOf("-----\n") + 6, pem.indexOf("\n-----END"));
    byte[] der = Base64.getMimeDecoder().decode(base64);
    der[der.length - 1] ^= 1; // the public key in it, which is now not a point on the curve
    Path key = Files.writeString(directory.resolve("broken.pem"), wrap("PRIVATE KEY", der));
    Identity identity = Identity.read(key, GOOD_CHAIN, null);
    TlsClient client = TlsClient.of("soup?", parameters -> {});
    Misconfiguration error =
        assertThrows(Misconfiguration.class, () -> TlsConnectionTest.talk(identity, client));
    assertEquals(ExitStatus.CONFIG, error.status());
    assertTrue(error.getMessage().startsWith("--key " + key), error.getMessage());
    assertArrayEquals(new byte[] {21, 3, 3, 0, 2, 2, 80}, client.raw(), "internal_error");
  }

  /** A key that takes minutes to decrypt would exceed every deadline. */
  @Test
  void aKeyOfTooManyRoundsIsNotDecrypted() throws Exception {
    for (int rounds : new int[] {1 << 20, Integer.MAX_VALUE}) {
      Path key = Files.writeString(directory.resolve("slow.pem"), encryptedIn(rounds));
      Misconfiguration error =
          assertThrows(
              Misconfiguration.class,
              () -> Identity.read(key, GOOD_CHAIN, TLS.resolve("password.txt")));
      assertEquals(ExitStatus.CONFIG, error.status());
      assertTrue(error.getMessage().contains("a million rounds"), error.getMessage());
      assertTrue(error.getMessage().startsWith("--key " + key), error.getMessage());
    }
  }

  private static String encryptedIn(int rounds) throws IOException {
    PBKDF2Params function = new PBKDF2Params(new byte[8], rounds);
    PBES2Parameters parameters =
        new PBES2Parameters(
            new KeyDerivationFunc(PKCSObjectIdentifiers.id_PBKDF2, function),
            new EncryptionScheme(
                NISTObjectIdentifiers.id_aes256_CBC, new DEROctetString(new byte[16])));
    return wrap(
        "ENCRYPTED PRIVATE KEY",
        new EncryptedPrivateKeyInfo(
                new AlgorithmIdentifier(PKCSObjectIdentifiers.id_PBES2, parameters), new byte[64])
            .getEncoded());
  }

  private static String wrap(String type, byte[] der) {
    return "-----BEGIN "
        + type
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + type
        + "-----\n";
  }
}
