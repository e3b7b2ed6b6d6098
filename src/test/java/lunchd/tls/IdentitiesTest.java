package lunchd.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which identity a client (the JDK's) is shown for the name that it asks for. */
final class IdentitiesTest {
  private static final Path TLS = Path.of("test-fixtures/tls");
  private static final String OTHERWISE = "p384";

  @TempDir private Path directory;

  @BeforeEach
  void names() throws IOException {
    put("a.example", "rsa-2048");
    put("b.example", "p256");
    put("_.example", "rsa-3072");
    put("_.b.example", "ed25519");
    put("localhost", "p256");
    // Other files do no harm.
    Files.createDirectory(directory.resolve("empty.test"));
    Files.createDirectories(directory.resolve("junk.test/key.pem"));
    Files.writeString(directory.resolve("file.test"), "");
  }

  private void put(String name, String pair) throws IOException {
    Path entry = Files.createDirectories(directory.resolve(name));
    Files.copy(TLS.resolve(pair + "-key.pem"), entry.resolve("key.pem"));
    Files.copy(TLS.resolve(pair + "-chain.pem"), entry.resolve("chain.pem"));
  }

  private Identities identities() throws Misconfiguration {
    Identity otherwise =
        TlsConnectionTest.identity(OTHERWISE + "-key.pem", OTHERWISE + "-chain.pem");
    return Identities.in(directory, otherwise, null);
  }

  /** A client that accepts the keys and certificates of all fixtures. */
  private static TlsClient client(String version, List<SNIServerName> names) {
    return TlsClient.of(
        "soup?",
        parameters -> {
          parameters.setProtocols(new String[] {version});
          parameters.setServerNames(names);
          parameters.setSignatureSchemes(
              new String[] {
                "ed25519",
                "ecdsa_secp256r1_sha256",
                "ecdsa_secp384r1_sha384",
                "rsa_pss_rsae_sha256",
                "rsa_pkcs1_sha256"
              });
        });
  }

  /** Makes a name of any octets, which the JDK's own class would refuse. */
  private static SNIServerName name(String octets) {
    return new SNIServerName(0, octets.getBytes(StandardCharsets.UTF_8)) {};
  }

  private static Stream<Arguments> asked() {
    return Stream.of(
            "a.example, rsa-2048",
            "A.EXAMPLE, rsa-2048",
            "b.example, p256",
            "c.example, rsa-3072",
            "a.b.example, ed25519",
            "localhost, p256",
            // A wildcard is for one label.
            "c.a.example, p384",
            "a.b.b.example, p384",
            "example, p384",
            "a.test, p384",
            "otherhost, p384",
            // What is not a host name gets the default pair.
            "_.example, p384",
            "_, p384",
            ".., p384",
            "../a.example, p384",
            "./a.example, p384",
            "a.example., p384",
            "a.example/, p384",
            "a.example\u0001, p384",
            "\u00e4.example, p384")
        .map(row -> row.split(", "))
        .flatMap(
            row ->
                Stream.of("TLSv1.3", "TLSv1.2")
                    .map(version -> Arguments.of(row[0], row[1], version)));
  }

  @ParameterizedTest
  @MethodSource("asked")
  void eachNameHasItsOwn(String asked, String pair, String version) throws Exception {
    TlsClient client = client(version, List.of(name(asked)));
    TlsConnection server = TlsConnectionTest.talk(identities(), client);
    assertShown(pair, client);
    assertEquals(HostName.of(asked), server.serverName());
  }

  /** Asserts that the client was shown that pair. */
  static void assertShown(String pair, TlsClient client) throws Exception {
    assertNull(client.failure());
    assertEquals("soup.", new String(client.content(), StandardCharsets.US_ASCII));
    assertArrayEquals(
        TlsConnectionTest.identity(pair + "-key.pem", pair + "-chain.pem").chain().getFirst(),
        client.engine().getSession().getPeerCertificates()[0].getEncoded());
  }

  @Test
  void withoutANameItIsTheOneForAllOthers() throws Exception {
    TlsClient client = client("TLSv1.3", List.of());
    TlsConnection server = TlsConnectionTest.talk(identities(), client);
    assertShown(OTHERWISE, client);
    assertNull(server.serverName());
  }

  @Test
  void whereThereIsOneItIsForEveryName() throws Exception {
    Identity one = TlsConnectionTest.identity("p256-key.pem", "p256-chain.pem");
    TlsClient client = client("TLSv1.3", List.of(new SNIHostName("a.example")));
    TlsConnection server = TlsConnectionTest.talk(Identities.only(one), client);
    assertShown("p256", client);
    assertEquals("a.example", server.serverName());
  }

  private static Stream<Arguments> unusable() {
    return Stream.of(
        Arguments.of("empty.test", ExitStatus.NO_INPUT, "empty.test/key.pem can't be read ("),
        Arguments.of("junk.test", ExitStatus.NO_INPUT, "junk.test/key.pem can't be read ("),
        Arguments.of("file.test", ExitStatus.NO_INPUT, "file.test/key.pem can't be read ("),
        Arguments.of("chain.test", ExitStatus.NO_INPUT, "chain.test/chain.pem can't be read ("),
        Arguments.of("pair.test", ExitStatus.CONFIG, "pair.test/key.pem is not the key of "),
        Arguments.of("broken.test", ExitStatus.CONFIG, "broken.test/key.pem is broken PEM ("),
        Arguments.of("locked.test", ExitStatus.CONFIG, "locked.test/key.pem is encrypted; "));
  }

  @ParameterizedTest
  @MethodSource("unusable")
  void aNameThatCannotBeServedIsTheOperatorsError(String name, ExitStatus status, String why)
      throws Exception {
    put("chain.test", "p256");
    Files.delete(directory.resolve("chain.test/chain.pem"));
    put("pair.test", "p256");
    replace("pair.test/key.pem", "p256-other-key.pem");
    put("broken.test", "p256");
    replace("broken.test/key.pem", "truncated-key.pem");
    put("locked.test", "p256");
    replace("locked.test/key.pem", "p256-key-encrypted.pem");
    TlsClient client = client("TLSv1.3", List.of(new SNIHostName(name)));
    Misconfiguration error =
        assertThrows(Misconfiguration.class, () -> TlsConnectionTest.talk(identities(), client));
    assertEquals(status, error.status());
    assertTrue(error.getMessage().contains(" " + directory + "/" + why), error.getMessage());
    assertTrue(error.getMessage().contains("; "), "and the fix: " + error.getMessage());
    assertArrayEquals(new byte[] {21, 3, 3, 0, 2, 2, 80}, client.raw(), "internal_error");
  }

  private void replace(String file, String fixture) throws IOException {
    Files.delete(directory.resolve(file));
    Files.copy(TLS.resolve(fixture), directory.resolve(file));
  }

  /** The certificate is chosen before a HelloRetryRequest, so the alert is in plaintext. */
  @Test
  void aClientThatHadToTryAgainIsShownTheSame() throws Exception {
    TlsClient client =
        TlsClient.of(
            "soup?",
            parameters -> {
              parameters.setServerNames(List.of(new SNIHostName("a.example")));
              parameters.setNamedGroups(new String[] {"secp521r1", "secp384r1"});
            });
    TlsConnectionTest.talk(identities(), client);
    assertShown("rsa-2048", client);
  }

  @Test
  void theKeysMayHaveAPassword() throws Exception {
    put("locked.test", "p256");
    replace("locked.test/key.pem", "p256-key-encrypted.pem");
    Identities identities =
        Identities.in(
            directory,
            TlsConnectionTest.identity("p384-key.pem", "p384-chain.pem"),
            TLS.resolve("password.txt"));
    TlsClient client = client("TLSv1.3", List.of(new SNIHostName("locked.test")));
    TlsConnectionTest.talk(identities, client);
    assertShown("p256", client);
  }

  /** So that replacing the link replaces the pair: lunchd opens key and chain in a fixed order. */
  @Test
  void aNameMayBeALink() throws Exception {
    put("real", "p256");
    Files.createSymbolicLink(directory.resolve("link.test"), Path.of("real"));
    TlsClient client = client("TLSv1.3", List.of(new SNIHostName("link.test")));
    TlsConnectionTest.talk(identities(), client);
    assertShown("p256", client);
    Files.delete(directory.resolve("real/chain.pem"));
    Misconfiguration error =
        assertThrows(Misconfiguration.class, () -> identities().of("link.test"));
    assertTrue(error.getMessage().contains("/real/chain.pem can't be read"), error.getMessage());
  }

  @Test
  void theDirectoryItselfIsLookedAtWhateverIsAskedFor() throws Exception {
    Identity one = TlsConnectionTest.identity("p256-key.pem", "p256-chain.pem");
    for (Path bad : List.of(directory.resolve("none"), directory.resolve("file.test"))) {
      Misconfiguration error =
          assertThrows(Misconfiguration.class, () -> Identities.in(bad, one, null));
      assertEquals(ExitStatus.NO_INPUT, error.status());
      assertTrue(error.getMessage().startsWith("--certificates " + bad), error.getMessage());
    }
  }
}
