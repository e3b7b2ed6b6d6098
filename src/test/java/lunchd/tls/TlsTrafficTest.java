package lunchd.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import lunchd.connection.Connection;
import lunchd.connection.DelegatingConnection;
import lunchd.connection.FakeConnection;
import lunchd.connection.FakeConnection.End;
import lunchd.connection.FakeConnection.Kind;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.misc.MiscObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is rare on a TLS connection, or follows its handshake. */
final class TlsTrafficTest {
  private static final Path TLS = Path.of("test-fixtures/tls");

  @TempDir private Path directory;

  private static TlsClient client(String version) {
    return TlsClient.of("soup?", parameters -> parameters.setProtocols(new String[] {version}));
  }

  private static Identity p256() {
    return TlsConnectionTest.identity("p256-key.pem", "p256-chain.pem");
  }

  private static TlsConnection accept(Connection client) throws IOException, Misconfiguration {
    return TlsConnection.accept(
        client,
        ByteBuffer.allocateDirect(TlsConnection.MAX_RECORD).flip(),
        Identities.only(p256()),
        null);
  }

  private static String read(TlsConnection server) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(100);
    int count = server.read(text);
    assertEquals(count, count < 0 ? -1 : text.position());
    return count < 0 ? null : StandardCharsets.US_ASCII.decode(text.flip()).toString();
  }

  /**
   * KeyUpdate, RFC 8446 section 4.6.3, from a client that asks the server to update its keys too.
   */
  @Test
  void aClientMayRenewTheKeys() throws Exception {
    TlsClient client = client("TLSv1.3");
    TlsConnection server = accept(client);
    assertEquals("soup?", read(server));
    client.engine().beginHandshake();
    assertNull(read(server));
    server.write(StandardCharsets.US_ASCII.encode("soup."));
    server.shutdownOutput();
    assertNull(client.failure());
    assertEquals("soup.", new String(client.content(), StandardCharsets.US_ASCII));
    assertTrue(client.wasClosed());
  }

  /** Renegotiation, which TLS 1.2 has and HTTP/1.1 has no use for. */
  @Test
  void aClientMayNotRenegotiate() throws Exception {
    TlsClient client = client("TLSv1.2");
    TlsConnection server = accept(client);
    assertEquals("soup?", read(server));
    client.engine().beginHandshake();
    assertThrows(TlsFailure.class, () -> read(server));
    assertNotNull(client.failure());
  }

  /** From then on the client has the whole time, even if it does not answer the server's flight. */
  @ParameterizedTest
  @MethodSource("lunchd.tls.TlsConnectionTest#versions")
  void theFirstMessageIsAWholeClientHello(String version) throws Exception {
    List<String> events = new ArrayList<>();
    TlsConnection server =
        accept(
            new DelegatingConnection(client(version).inPiecesOf(50)) {
              @Override
              public int read(ByteBuffer dst) throws IOException {
                events.add("read");
                return super.read(dst);
              }

              @Override
              public void write(ByteBuffer src) throws IOException {
                events.add("write");
                super.write(src);
              }

              @Override
              public void firstMessageIsWhole() {
                events.add("whole");
              }
            });
    int whole = events.indexOf("whole");
    assertTrue(whole > 1, () -> "only once there is a ClientHello: " + events);
    assertEquals(Set.of("read"), Set.copyOf(events.subList(0, whole)));
    assertEquals(whole + 1, events.indexOf("write"), () -> "and before the answer: " + events);
    events.clear();
    server.firstMessageIsWhole();
    assertEquals(List.of("whole"), events);
  }

  @Test
  void whereTheClientIsIsWhatTheWireSays() throws Exception {
    TlsConnection server =
        accept(
            new DelegatingConnection(client("TLSv1.3")) {
              @Override
              public boolean isSocket() {
                return false;
              }

              @Override
              public boolean isNetwork() {
                return false;
              }
            });
    assertFalse(server.isSocket());
    assertFalse(server.isNetwork());
  }

  /** More than fits into one record, in both directions. */
  @ParameterizedTest
  @MethodSource("lunchd.tls.TlsConnectionTest#versions")
  void longContentIsManyRecords(String version) throws Exception {
    String question = "soup?".repeat(10_000);
    TlsClient client =
        TlsClient.of(question, parameters -> parameters.setProtocols(new String[] {version}));
    TlsConnection server = accept(client);
    StringBuilder asked = new StringBuilder();
    while (asked.length() < question.length()) {
      asked.append(read(server));
    }
    assertEquals(question, asked.toString());
    String answer = "soup.".repeat(50_000);
    server.write(StandardCharsets.US_ASCII.encode(answer));
    server.shutdownOutput();
    assertNull(client.failure());
    assertEquals(answer, new String(client.content(), StandardCharsets.US_ASCII));
    assertTrue(client.wasClosed());
  }

  /** A certificate that is longer than a record, as one with a great many names is. */
  @ParameterizedTest
  @MethodSource("lunchd.tls.TlsConnectionTest#versions")
  void aLongCertificateIsManyRecords(String version) throws Exception {
    TlsClient client = client(version);
    Identity identity = Identity.read(TLS.resolve("p256-key.pem"), longCertificate(), null);
    TlsConnectionTest.talk(identity, client);
    assertNull(client.failure());
    assertEquals("soup.", new String(client.content(), StandardCharsets.US_ASCII));
    assertTrue(client.raw().length > TlsConnection.MAX_RECORD);
  }

  /**
   * Makes a certificate like p256-leaf.pem with a comment of 25,000 characters, signed by ca.pem.
   */
  private Path longCertificate() throws Exception {
    X509CertificateHolder ca = new X509CertificateHolder(content("ca.pem"));
    X509v3CertificateBuilder builder =
        new X509v3CertificateBuilder(new X509CertificateHolder(content("p256-leaf.pem")));
    builder.setIssuer(ca.getSubject());
    builder.removeExtension(org.bouncycastle.asn1.x509.Extension.authorityKeyIdentifier);
    builder.addExtension(
        MiscObjectIdentifiers.netscapeCertComment, false, new DERIA5String("x".repeat(25_000)));
    PrivateKey key =
        KeyFactory.getInstance("EC")
            .generatePrivate(new PKCS8EncodedKeySpec(content("ca-key.pem")));
    byte[] leaf =
        builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)).getEncoded();
    return write("CERTIFICATE", leaf);
  }

  private static byte[] content(String name) throws Misconfiguration {
    return Pem.read("--key", TLS.resolve(name)).getFirst().content();
  }

  private Path write(String type, byte[] der) throws IOException {
    StringWriter text = new StringWriter();
    try (PemWriter pem = new PemWriter(text)) {
      pem.writeObject(new PemObject(type, der));
    }
    return Files.writeString(directory.resolve("made.pem"), text.toString());
  }

  /** Its outermost structure is intact; no more is parsed before a handshake. */
  @Test
  void aCertificateThatIsNoneInsideIsTheOperatorsError() throws Exception {
    Path chain = write("CERTIFICATE", new byte[] {0x30, 0});
    assertOperatorsError(
        "--certificate " + chain + " has a broken certificate",
        Identity.read(TLS.resolve("p256-key.pem"), chain, null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rsa-2048", "p256"})
  void aKeyThatIsNoneInsideIsTheOperatorsError(String pair) throws Exception {
    byte[] der = content(pair + "-key.pem");
    Arrays.fill(der, 40, der.length, (byte) 0); // after the algorithm
    Path key = write("PRIVATE KEY", der);
    assertOperatorsError(
        "--key " + key + " holds a broken key",
        Identity.read(key, TLS.resolve(pair + "-chain.pem"), null));
  }

  private static void assertOperatorsError(String message, Identity identity) {
    TlsClient client = client("TLSv1.3");
    Misconfiguration error =
        assertThrows(Misconfiguration.class, () -> TlsConnectionTest.talk(identity, client));
    assertEquals(ExitStatus.CONFIG, error.status());
    assertTrue(error.getMessage().startsWith(message), error.getMessage());
    assertArrayEquals(new byte[] {21, 3, 3, 0, 2, 2, 80}, client.raw(), "internal_error");
  }

  @ParameterizedTest
  @MethodSource("lunchd.tls.TlsConnectionTest#versions")
  void nothingIsWrittenAfterTheEnd(String version) throws Exception {
    TlsConnection server = accept(client(version));
    assertEquals("soup?", read(server));
    server.shutdownOutput();
    assertThrows(TlsFailure.class, () -> server.write(StandardCharsets.US_ASCII.encode("soup.")));
  }

  /** A request with close_notify right behind it: the other way is still open. */
  @ParameterizedTest
  @MethodSource("lunchd.tls.TlsConnectionTest#versions")
  void aClientMayEndItsSideFirst(String version) throws Exception {
    TlsClient client = client(version);
    TlsConnection server = accept(client);
    assertEquals("soup?", read(server));
    client.engine().closeOutbound();
    server.write(StandardCharsets.US_ASCII.encode("soup."));
    server.shutdownOutput();
    assertEquals("soup.", new String(client.content(), StandardCharsets.US_ASCII));
    assertNull(read(server));
  }

  static Stream<Arguments> junk() {
    return Stream.of(
            new int[] {22, 3, 1, 0xff, 0xff}, // longer than any record
            new int[] {22, 3, 1, 0x41, 1},
            new int[] {22, 3, 1, 0x47, 0xf0}, // TLS 1.2 allows this length for compressed ones
            new int[] {23, 3, 3, 0, 1, 0}, // content before a handshake
            new int[] {24, 3, 1, 0, 3, 1, 0, 0}, // a heartbeat
            new int[] {19, 3, 1, 0, 1, 0},
            new int[] {20, 3, 1, 0, 1, 1},
            new int[] {22, 3, 1, 0, 4, 1, 0, 0, 0}, // an empty ClientHello
            new int[] {22, 9, 9, 0, 4, 1, 0, 0, 0})
        .map(Arguments::of);
  }

  @ParameterizedTest
  @MethodSource("junk")
  void whatIsNoClientHelloGetsOneFatalAlert(int[] octets) {
    byte[] wire = new byte[TlsConnection.MAX_RECORD + 1];
    for (int i = 0; i < octets.length; i++) {
      wire[i] = (byte) octets[i];
    }
    FakeConnection client = new FakeConnection(Kind.TCP, End.END_OF_INPUT, wire);
    assertThrows(TlsFailure.class, () -> accept(client));
    byte[] sent = client.written();
    assertEquals(7, sent.length, () -> Arrays.toString(sent));
    assertEquals(List.of(21, 3, 2), List.of((int) sent[0], (int) sent[1], (int) sent[5]));
  }

  /** As OpenSSL does, which verifies a certificate before it switches to its handshake keys. */
  @ParameterizedTest
  @CsvSource({
    "48, unknown_ca",
    "45, certificate_expired",
    "71, insufficient_security",
    "0, close_notify",
  })
  void aClientThatRefusesTheCertificateInPlaintext(byte description, String word) throws Exception {
    Path hello =
        Path.of("src/test/resources/lunchd/tls/TlsConnectionFuzzTestInputs/anyOctets")
            .resolve("hello-then-alert");
    byte[] octets = Files.readAllBytes(hello);
    octets[octets.length - 1] = description;
    FakeConnection client = new FakeConnection(Kind.TCP, End.END_OF_INPUT, octets);
    TlsFailure failure = assertThrows(TlsFailure.class, () -> accept(client));
    assertEquals("TLS: the client's alert " + word, failure.getMessage());
  }

  /** The client, and after its last octet these. */
  private static Connection ending(TlsClient client, byte... octets) {
    return new DelegatingConnection(client) {
      @Override
      public int read(ByteBuffer dst) throws IOException {
        int count = super.read(dst);
        return count < 0 ? dst.put(octets).position() : count;
      }
    };
  }

  private static void assertAlert(String name, TlsClient client) throws IOException {
    String failure = String.valueOf(client.failure());
    assertTrue(failure.endsWith("Received fatal alert: " + name), failure);
  }

  /**
   * After the handshake, BoringSSL sends an alert under its keys for what Conscrypt doesn't parse.
   */
  @ParameterizedTest
  @CsvSource({
    "TLSv1.3, 99, 3, bad_record_mac", "TLSv1.3, 71, 69, protocol_version",
    "TLSv1.2, 99, 3, bad_record_mac", "TLSv1.2, 71, 69, protocol_version",
  })
  void whatIsNoRecordGetsAnAlert(String version, byte type, byte major, String alert)
      throws Exception {
    TlsClient client = client(version);
    TlsConnection server = accept(ending(client, type, major, (byte) 3, (byte) 0, (byte) 1));
    assertEquals("soup?", read(server));
    assertThrows(TlsFailure.class, () -> read(server));
    server.shutdownOutput();
    assertAlert(alert, client);
  }

  /** A bug on this side, after the server's flight has been sent. */
  @ParameterizedTest
  @CsvSource({"TLSv1.3, bad_record_mac", "TLSv1.2, unexpected_message"})
  void anErrorInTheHandshakeIsAnAlertUnderItsKeys(String version, String alert) throws Exception {
    TlsClient client = client(version);
    Connection wire =
        new DelegatingConnection(client) {
          @Override
          public int read(ByteBuffer dst) throws IOException {
            if (client.raw().length > 0) {
              throw new IllegalStateException("a bug");
            }
            return super.read(dst);
          }
        };
    assertThrows(IllegalStateException.class, () -> accept(wire));
    assertAlert(alert, client);
  }

  @ParameterizedTest
  @MethodSource("lunchd.tls.TlsConnectionTest#versions")
  void aWriteThatFailsIsTheLast(String version) throws Exception {
    TlsClient client = client(version);
    boolean[] isGone = {false};
    Connection wire =
        new DelegatingConnection(client) {
          @Override
          public void write(ByteBuffer src) throws IOException {
            if (isGone[0]) {
              src.get(); // loses one octet
              throw new IllegalStateException("the client does not read");
            }
            super.write(src);
          }
        };
    TlsConnection server = accept(wire);
    assertEquals("soup?", read(server));
    server.write(StandardCharsets.US_ASCII.encode("soup."));
    isGone[0] = true;
    assertThrows(IllegalStateException.class, () -> read(server));
    isGone[0] = false;
    int before = client.raw().length;
    server.shutdownOutput();
    assertEquals(before, client.raw().length, "nothing after a part of a record");
  }
}
