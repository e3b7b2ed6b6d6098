package lunchd.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLParameters;
import lunchd.connection.Connection;
import lunchd.connection.FakeConnection;
import lunchd.connection.FakeConnection.End;
import lunchd.connection.FakeConnection.Kind;
import lunchd.fixtures.TlsRecords;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** With the JDK's client. */
final class TlsConnectionTest {
  private static final Path TLS = Path.of("test-fixtures/tls");

  private static final List<String> SUITES_OF_RSA_IN_1_2 =
      List.of(
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  static Identity identity(String key, String chain) {
    try {
      return Identity.read(TLS.resolve(key), TLS.resolve(chain), null);
    } catch (Misconfiguration e) {
      throw new IllegalStateException(e);
    }
  }

  private static Identity rsa() {
    return identity("rsa-2048-key.pem", "rsa-2048-chain.pem");
  }

  private static TlsClient client(Consumer<SSLParameters> options) {
    return TlsClient.of("soup?", options);
  }

  private static Consumer<SSLParameters> version(String version) {
    return parameters -> parameters.setProtocols(new String[] {version});
  }

  /** Runs a whole exchange: reads five octets and answers with five. */
  static TlsConnection talk(Identity identity, Connection client)
      throws IOException, Misconfiguration {
    return talk(Identities.only(identity), client);
  }

  static TlsConnection talk(Identity identity, Connection client, ClientCertificates clients)
      throws IOException, Misconfiguration {
    return talk(Identities.only(identity), client, clients);
  }

  static TlsConnection talk(Identities identities, Connection client)
      throws IOException, Misconfiguration {
    return talk(identities, client, null);
  }

  private static TlsConnection talk(
      Identities identities, Connection client, ClientCertificates clients)
      throws IOException, Misconfiguration {
    ByteBuffer received = ByteBuffer.allocateDirect(TlsConnection.MAX_RECORD).flip();
    TlsConnection server = TlsConnection.accept(client, received, identities, clients);
    ByteBuffer request = ByteBuffer.allocate(5);
    while (request.hasRemaining()) {
      if (server.read(request) < 0) {
        throw new TlsFailure("the client left");
      }
    }
    assertEquals("soup?", StandardCharsets.US_ASCII.decode(request.flip()).toString());
    server.write(StandardCharsets.US_ASCII.encode("soup."));
    server.shutdownOutput();
    return server;
  }

  private static void assertServed(TlsClient client) throws IOException {
    assertNull(client.failure());
    assertEquals("soup.", new String(client.content(), StandardCharsets.US_ASCII));
    assertTrue(client.wasClosed(), "close_notify, and then the end");
  }

  static Stream<String> versions() {
    return Stream.of("TLSv1.3", "TLSv1.2");
  }

  @ParameterizedTest
  @MethodSource("versions")
  void bothVersionsWithoutTickets(String version) throws Exception {
    TlsClient client = client(version(version));
    TlsConnection server = talk(rsa(), client);
    assertServed(client);
    String suite = client.engine().getSession().getCipherSuite();
    assertEquals(version, client.engine().getSession().getProtocol());
    assertEquals(version + " " + suite, server.protocol() + " " + server.cipherSuite());
    assertTrue(server.isSocket() && server.isNetwork());
    assertEquals(client.peer(), server.peer());
    if (version.equals("TLSv1.3")) {
      assertFalse(client.again(version(version)).offersToResume(), "as with a ticket");
    } else {
      assertFalse(handshakeMessages(client.raw()).contains(4), "NewSessionTicket");
      assertTrue(handshakeMessages(client.raw()).contains(2), "ServerHello");
    }
  }

  @ParameterizedTest
  @MethodSource("versions")
  void octetByOctet(String version) throws Exception {
    TlsClient client = client(version(version)).inPiecesOf(1);
    talk(rsa(), client);
    assertServed(client);
  }

  /** Wherever a client leaves: it is the client's fault, and never an endless loop. */
  @ParameterizedTest
  @MethodSource("versions")
  void cutAtEachOctet(String version) throws Exception {
    Identity identity = identity("p256-key.pem", "p256-chain.pem");
    TlsClient whole = client(version(version));
    talk(identity, whole);
    assertTrue(whole.sent() > 200, () -> whole.sent() + " octets");
    for (int place = 0; place < whole.sent() - 40; place++) {
      TlsClient client = client(version(version)).leavingAfter(place);
      assertThrows(TlsFailure.class, () -> talk(identity, client));
    }
  }

  @Test
  void onlyForwardSecrecyAndAeadIn12() throws Exception {
    Set<String> served = new TreeSet<>();
    for (String suite : client(p -> {}).engine().getSupportedCipherSuites()) {
      if (suite.contains("_WITH_")) {
        TlsClient client =
            client(version("TLSv1.2").andThen(p -> p.setCipherSuites(new String[] {suite})));
        try {
          talk(rsa(), client);
          assertServed(client);
          served.add(client.engine().getSession().getCipherSuite());
        } catch (TlsFailure e) {
          assertNotNull(client.failure(), suite);
        }
      }
    }
    assertEquals(new TreeSet<>(SUITES_OF_RSA_IN_1_2), served);
  }

  @Test
  void theServerChoosesTheSuite() throws Exception {
    String[] reversed = {SUITES_OF_RSA_IN_1_2.get(1), SUITES_OF_RSA_IN_1_2.get(0)};
    TlsClient client = client(version("TLSv1.2").andThen(p -> p.setCipherSuites(reversed)));
    talk(rsa(), client);
    assertEquals(reversed[1], client.engine().getSession().getCipherSuite());
  }

  static Stream<Arguments> applicationProtocols() {
    return versions()
        .flatMap(
            version ->
                Stream.of("http/1.1", "h2 http/1.1", "", "h2", "h2 acme-tls/1", "http/1.0")
                    .map(offer -> Arguments.of(version, offer)));
  }

  @ParameterizedTest
  @MethodSource("applicationProtocols")
  void alpn(String version, String offer) throws Exception {
    String[] offered = offer.isEmpty() ? new String[0] : offer.split(" ");
    TlsClient client = client(version(version).andThen(p -> p.setApplicationProtocols(offered)));
    if (offer.isEmpty() || offer.contains("http/1.1")) {
      talk(rsa(), client);
      assertServed(client);
      assertEquals(offer.isEmpty() ? "" : "http/1.1", client.engine().getApplicationProtocol());
    } else {
      assertThrows(TlsFailure.class, () -> talk(rsa(), client));
      assertTrue(client.failure().getMessage().contains("no_application_protocol"));
    }
  }

  /** ClientHello of an old client: record and hello have the same version. */
  @Test
  void olderVersionsAreRefused() {
    for (int minor : new int[] {0, 1, 2}) {
      FakeConnection client = new FakeConnection(Kind.TCP, End.END_OF_INPUT, oldHello(minor));
      assertThrows(TlsFailure.class, () -> accept(client));
      byte[] sent = client.written();
      assertEquals(7, sent.length, () -> Arrays.toString(sent));
      assertEquals(21, sent[0]);
      assertEquals(2, sent[5], "fatal");
      assertEquals(70, sent[6], "protocol_version");
    }
  }

  private static byte[] oldHello(int minor) {
    byte[] body = new byte[2 + 32 + 1 + 4 + 2];
    body[0] = 3;
    body[1] = (byte) minor;
    body[36] = 2; // one suite: TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
    body[37] = (byte) 0xc0;
    body[38] = 0x13;
    body[39] = 1; // no compression
    ByteBuffer record = ByteBuffer.allocate(9 + body.length);
    record.put(new byte[] {22, 3, (byte) minor}).putShort((short) (4 + body.length));
    record.put(new byte[] {1, 0, 0, (byte) body.length}).put(body);
    return record.array();
  }

  /** BoringSSL calls it a mismatch too: found by fuzzing. */
  @Test
  void aMismatchOfTheClientsOwnIsNoErrorOfTheOperators() throws IOException {
    Path hello =
        Path.of(
            "src/test/resources/lunchd/tls/TlsConnectionFuzzTestInputs/anyOctets/hello-openssl");
    ByteBuffer octets = ByteBuffer.wrap(Files.readAllBytes(hello));
    // Its last extension is padding, 4 + 213 octets: one identity of a key takes its place, and two
    // binders (RFC 8446 section 4.2.11).
    octets.position(octets.capacity() - 217).putShort((short) 41).putShort((short) 213);
    octets.putShort((short) 143).putShort((short) 137).put(new byte[137]).putInt(0);
    octets.putShort((short) 66).put((byte) 32).put(new byte[32]).put((byte) 32).put(new byte[32]);
    assertFalse(octets.hasRemaining());
    FakeConnection client = new FakeConnection(Kind.TCP, End.END_OF_INPUT, octets.array());
    assertThrows(TlsFailure.class, () -> accept(client));
    assertEquals(List.of(TlsRecords.ALERT), TlsRecords.types(client.written()));
  }

  private static void accept(FakeConnection client) throws IOException, Misconfiguration {
    TlsConnection.accept(
        client,
        ByteBuffer.allocateDirect(TlsConnection.MAX_RECORD).flip(),
        Identities.only(rsa()),
        null);
  }

  @Test
  void whatIsNoTlsGetsAnAlert() {
    for (String junk :
        List.of("\u0016GET / HTTP/1.1\r\n\r\n".repeat(2_000), "\u0016\u0003\u0001\0\u0005junk!")) {
      FakeConnection client = FakeConnection.of(Kind.TCP, End.END_OF_INPUT, junk);
      assertThrows(TlsFailure.class, () -> accept(client));
      assertEquals(21, client.written()[0]);
    }
  }

  /** It says that it renegotiates (RFC 5746), which BoringSSL calls a mismatch. */
  @Test
  void noClientBringsAboutAnOperatorsError() {
    String hello =
        "16030100500100004c0303"
            + "00".repeat(32)
            + "000002c02f01000021000a00040002001d000d000400020804ff01000d0c"
            + "00".repeat(12);
    byte[] octets = HexFormat.of().parseHex(hello);
    FakeConnection client = new FakeConnection(Kind.TCP, End.END_OF_INPUT, octets);
    TlsFailure failure = assertThrows(TlsFailure.class, () -> accept(client));
    assertEquals(21, client.written()[0], failure.getMessage());
    assertFalse(failure.getMessage().contains("0x"), failure.getMessage());
  }

  @Test
  void anAlertIsNotAnswered() {
    byte[] alert = {21, 3, 3, 0, 2, 2, 40};
    FakeConnection client = new FakeConnection(Kind.TCP, End.END_OF_INPUT, alert);
    assertThrows(TlsFailure.class, () -> accept(client));
    assertEquals(0, client.written().length);
  }

  static Stream<Arguments> mismatches() {
    return Stream.of(
        Arguments.of("p256-other-key.pem", "p256-chain.pem"),
        Arguments.of("rsa-other-key.pem", "rsa-2048-chain.pem"),
        Arguments.of("rsa-2048-key.pem", "p256-chain.pem"),
        Arguments.of("p256-key.pem", "rsa-2048-chain.pem"),
        Arguments.of("p384-key.pem", "p256-chain.pem"),
        Arguments.of("p256-key.pem", "wrong-order-chain.pem"));
  }

  @ParameterizedTest
  @MethodSource("mismatches")
  void aKeyThatIsNotTheLeafsIsTheOperatorsError(String key, String chain) {
    Identity identity = identity(key, chain);
    TlsClient client = client(p -> {});
    Misconfiguration error = assertThrows(Misconfiguration.class, () -> talk(identity, client));
    assertEquals(ExitStatus.CONFIG, error.status());
    assertTrue(error.getMessage().contains(key), error.getMessage());
    assertTrue(error.getMessage().contains(chain), error.getMessage());
    assertArrayEquals(new byte[] {21, 3, 3, 0, 2, 2, 80}, client.raw(), "internal_error");
  }

  /** Returns the types of the handshake messages in plaintext records. */
  private static List<Integer> handshakeMessages(byte[] raw) {
    java.util.ArrayList<Integer> types = new java.util.ArrayList<>();
    ByteBuffer records = ByteBuffer.wrap(raw);
    while (records.hasRemaining()) {
      int type = records.get();
      records.getShort();
      ByteBuffer record = records.slice(records.position() + 2, records.getShort());
      records.position(records.position() + record.remaining());
      if (type == 20) { // ChangeCipherSpec: what follows is encrypted
        break;
      }
      while (type == 22 && record.remaining() >= 4) {
        int header = record.getInt();
        types.add(header >>> 24);
        record.position(Math.min(record.limit(), record.position() + (header & 0xffffff)));
      }
    }
    return types;
  }
}
