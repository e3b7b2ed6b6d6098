package lunchd.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLParameters;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that must show a certificate: the list of them, and the handshake with the JDK's client.
 */
final class ClientCertificatesTest {
  private static final ClientPair P256 = ClientPair.of("p256");
  private static final ClientPair P384 = ClientPair.of("p384");
  private static final String ONE = "0123456789abcdef".repeat(4);
  private static final String WITH_COLONS =
      ONE.toUpperCase(Locale.ROOT).replaceAll("..(?!$)", "$0:");

  @TempDir private Path directory;

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("clients"), text);
  }

  private ClientCertificates list(String text) throws IOException, Misconfiguration {
    return ClientCertificates.read(file(text));
  }

  // --- The list -------------------------------------------------------------------------------

  static Stream<String> lines() {
    return Stream.of(
        ONE,
        ONE + "\r",
        "  " + ONE + "\t ",
        WITH_COLONS,
        "sha256 Fingerprint=" + WITH_COLONS,
        "SHA256 Fingerprint=" + WITH_COLONS,
        "\ufeff" + ONE,
        "# robots\n\n" + ONE + "\n\n#" + ONE,
        ONE.toUpperCase(Locale.ROOT));
  }

  @ParameterizedTest
  @MethodSource("lines")
  void aFingerprintAsItMayBeWritten(String line) throws Exception {
    ClientCertificates clients = list(line);
    assertEquals(1, clients.size());
    assertEquals(0, clients.find(ONE));
    assertNull(clients.name(0));
  }

  @Test
  void aNameFollowsABlank() throws Exception {
    String other = "f".repeat(64);
    ClientCertificates clients =
        list(ONE + " robot\n" + WITH_COLONS + " twice\n" + other + "\t Zo\u00eb's  laptop # 2 \n");
    assertEquals(3, clients.size());
    assertEquals("robot", clients.name(clients.find(ONE)));
    assertEquals("Zo\u00eb's  laptop # 2", clients.name(clients.find(other)));
    assertEquals(-1, clients.find("0".repeat(64)));
  }

  static Stream<String> noLines() {
    return Stream.of(
        "robot",
        ONE.substring(1),
        ONE + "0",
        ONE + "robot",
        ONE + ":",
        ONE + ",robot",
        ":" + ONE,
        "g" + ONE.substring(1),
        "\u0661" + ONE.substring(1),
        "0:1" + ONE.substring(2),
        "01::23" + ONE.substring(4),
        "0x" + ONE,
        "SHA256:" + ONE,
        "sha1 Fingerprint=" + WITH_COLONS,
        WITH_COLONS.replace(":", "::"),
        WITH_COLONS.substring(3),
        WITH_COLONS.replace(':', ' '));
  }

  @ParameterizedTest
  @MethodSource("noLines")
  void aLineWithoutOneIsNamed(String line) throws Exception {
    Path file = file("# clients\n" + ONE + "\n" + line + "\n");
    Misconfiguration error =
        assertThrows(Misconfiguration.class, () -> ClientCertificates.read(file));
    assertEquals(ExitStatus.CONFIG, error.status());
    String start =
        "--client-certificates " + file + ": line 3 does not begin with a SHA-256 fingerprint;";
    assertTrue(error.getMessage().startsWith(start), error.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n", "# nobody\n"})
  void aListOfNobodyIsNone(String text) throws Exception {
    Path file = file(text);
    Misconfiguration error =
        assertThrows(Misconfiguration.class, () -> ClientCertificates.read(file));
    assertEquals(ExitStatus.CONFIG, error.status());
    assertTrue(error.getMessage().contains(file + " lists no clients"), error.getMessage());
  }

  @Test
  void aLineThatIsNotUtf8IsNamed() throws Exception {
    Path file = directory.resolve("clients");
    Files.write(file, (ONE + "\n" + ONE + " Zo\u00eb").getBytes(StandardCharsets.ISO_8859_1));
    Misconfiguration error =
        assertThrows(Misconfiguration.class, () -> ClientCertificates.read(file));
    assertEquals(ExitStatus.CONFIG, error.status());
    assertTrue(error.getMessage().contains("line 2 is not UTF-8"), error.getMessage());
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    Path file = directory.resolve("none");
    Misconfiguration error =
        assertThrows(Misconfiguration.class, () -> ClientCertificates.read(file));
    assertEquals(ExitStatus.NO_INPUT, error.status());
    assertTrue(error.getMessage().startsWith("--client-certificates " + file + " can't be read"));
  }

  // --- The public key -------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"rsa-2048", "rsa-3072", "p256", "p384", "ed25519"})
  void thePublicKeyIsWhatTheJdkFinds(String pair) throws Exception {
    X509Certificate certificate = ClientPair.of(pair).certificate();
    assertArrayEquals(
        certificate.getPublicKey().getEncoded(),
        ClientVerifier.publicKey(certificate.getEncoded()));
  }

  /** In the image a stub, which parses nothing, replaces the class of that name: see pom.xml. */
  @Test
  void nobodyCountsOnTheJdksFactory() throws Exception {
    try (Stream<Path> all = Files.walk(Path.of("src/main/java"))) {
      List<Path> files = all.filter(path -> path.toString().endsWith(".java")).toList();
      assertFalse(files.isEmpty());
      for (Path file : files) {
        String source = Files.readString(file).replaceAll("/\\*\\*[\\s\\S]*?\\*/", "");
        Matcher use =
            Pattern.compile(
                    "\\bCertificateFactory\\.getInstance|cert\\.(CertificateFactory\\b|\\*)")
                .matcher(source);
        assertFalse(use.find(), () -> file + ": " + use.group());
      }
    }
  }

  @Test
  void aBrokenCertificateHasNone() throws Exception {
    byte[] der = P256.certificate().getEncoded();
    for (int length : new int[] {0, 1, 10, 100, der.length - 1}) {
      byte[] cut = Arrays.copyOf(der, length);
      assertThrows(CertificateException.class, () -> ClientVerifier.publicKey(cut));
    }
  }

  // --- The handshake --------------------------------------------------------------------------

  static Stream<Arguments> clients() {
    return Stream.of("TLSv1.3", "TLSv1.2")
        .flatMap(
            version ->
                Stream.of("rsa-2048", "rsa-3072", "p256", "p384")
                    .flatMap(
                        pair ->
                            Stream.of(true, false)
                                .map(byKey -> Arguments.of(version, pair, byKey))));
  }

  private static Consumer<SSLParameters> version(String version) {
    return parameters -> parameters.setProtocols(new String[] {version});
  }

  private static Identity identity() {
    return TlsConnectionTest.identity("p256-key.pem", "p256-chain.pem");
  }

  @ParameterizedTest
  @MethodSource("clients")
  void oneOfTheListIsServed(String version, String pair, boolean byKey) throws Exception {
    ClientPair own = ClientPair.of(pair);
    String fingerprint = byKey ? own.keyFingerprint() : own.fingerprint();
    ClientCertificates clients = list(ONE + " other\n" + fingerprint + " robot\n");
    TlsClient client = TlsClient.of("soup?", version(version), own.manager());
    TlsConnection server = TlsConnectionTest.talk(identity(), client, clients);
    assertEquals("soup.", new String(client.content(), StandardCharsets.US_ASCII));
    assertEquals(version, client.engine().getSession().getProtocol());
    assertEquals(fingerprint, server.fingerprint());
    assertEquals("robot", server.clientName());
  }

  private void refused(TlsClient client, String alert, String why) throws Exception {
    ClientCertificates clients = list(P256.fingerprint() + " robot");
    TlsFailure failure =
        assertThrows(TlsFailure.class, () -> TlsConnectionTest.talk(identity(), client, clients));
    assertTrue(failure.getMessage().contains(why), failure.getMessage());
    assertEquals("", new String(client.content(), StandardCharsets.US_ASCII));
    assertNotNull(client.failure());
    assertTrue(client.failure().getMessage().contains(alert), client.failure().getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void anotherOneIsNot(String version) throws Exception {
    for (String other : new String[] {"rsa-2048", "p384"}) {
      ClientPair own = ClientPair.of(other);
      TlsClient client = TlsClient.of("soup?", version(version), own.manager());
      refused(client, "certificate_unknown", "not in --client-certificates: " + own.fingerprint());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void norWhoeverShowsNone(String version) throws Exception {
    String alert = version.equals("TLSv1.3") ? "certificate_required" : "handshake_failure";
    refused(TlsClient.of("soup?", version(version)), alert, "PEER_DID_NOT_RETURN_A_CERTIFICATE");
  }

  /** The certificate is public: only the key proves who the client is. */
  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void norWhoeverHasNotItsKey(String version) throws Exception {
    ClientPair other = P256.withKeyOf(new ClientPair(keyOfOther(), null));
    TlsClient client = TlsClient.of("soup?", version(version), other.manager());
    refused(client, "decrypt_error", "BAD_SIGNATURE");
  }

  private static PrivateKey keyOfOther() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair().getPrivate();
  }

  /** TLS 1.2 could resume the session if one process had two connections, as here. */
  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void aSecondConnectionMustShowItAgain(String version) throws Exception {
    ClientPair own = P384;
    ClientCertificates clients = list(own.fingerprint());
    TlsClient client = TlsClient.of("soup?", version(version), own.manager());
    TlsConnectionTest.talk(identity(), client, clients);
    assertEquals("soup.", new String(client.content(), StandardCharsets.US_ASCII));
    TlsClient again = client.again(version(version));
    ClientCertificates others = list(P256.fingerprint());
    assertThrows(TlsFailure.class, () -> TlsConnectionTest.talk(identity(), again, others));
    assertEquals("", new String(again.content(), StandardCharsets.US_ASCII));
  }

  /** BoringSSL offers no signature scheme for such a key, so the client shows no certificate. */
  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void anEd25519KeyIsNotAskedFor(String version) throws Exception {
    ClientPair own = ClientPair.of("ed25519");
    TlsClient client = TlsClient.of("soup?", version(version), own.manager());
    String alert = version.equals("TLSv1.3") ? "certificate_required" : "handshake_failure";
    refused(client, alert, "PEER_DID_NOT_RETURN_A_CERTIFICATE");
  }

  @Test
  void whoIsNotAskedShowsNone() throws Exception {
    TlsClient client = TlsClient.of("soup?", parameters -> {}, P256.manager());
    TlsConnection server = TlsConnectionTest.talk(identity(), client);
    assertNull(server.fingerprint());
    assertNull(server.clientName());
    assertNull(client.engine().getSession().getLocalCertificates());
  }
}
