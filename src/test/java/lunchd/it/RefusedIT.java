package lunchd.it;

import static lunchd.it.support.ClientHello.handshake;
import static lunchd.it.support.ClientHello.join;
import static lunchd.it.support.ClientHello.share;
import static lunchd.it.support.ClientHello.uint16;
import static lunchd.it.support.ClientHello.vector16;
import static lunchd.it.support.ClientHello.vector8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import lunchd.fixtures.Answer;
import lunchd.it.support.Child;
import lunchd.it.support.ClientHello;
import lunchd.it.support.Fixtures;
import lunchd.it.support.Handed;
import lunchd.it.support.JdkClient;
import lunchd.it.support.Lunchd;
import lunchd.it.support.RawClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What TLS forbids: each client gets the alert of RFC 8446 section 6.2, and the log gets one line.
 */
class RefusedIT {
  private static final Lunchd TLS = Lunchd.with(Fixtures.pair("p256"));

  private static final int UNEXPECTED_MESSAGE = 10;
  private static final int BAD_RECORD_MAC = 20;
  private static final int RECORD_OVERFLOW = 22;
  private static final int HANDSHAKE_FAILURE = 40;
  private static final int ILLEGAL_PARAMETER = 47;
  private static final int DECODE_ERROR = 50;
  private static final int DECRYPT_ERROR = 51;
  private static final int PROTOCOL_VERSION = 70;
  private static final int INAPPROPRIATE_FALLBACK = 86;
  private static final int MISSING_EXTENSION = 109;
  private static final int UNRECOGNIZED_NAME = 112;

  private static void assertEndedCleanly(Handed handed) throws Exception {
    Child.Result result = handed.result();
    assertEquals(0, result.status(), result.stderr());
    assertEquals("", result.stdout());
    assertEquals(1, result.stderr().lines().count(), result.stderr());
    assertTrue(result.stderr().contains(" WARN "), result.stderr());
    assertFalse(result.stderr().contains("0x"), "addresses: " + result.stderr());
  }

  /** Sends octets as they are, and expects an alert. */
  private static void assertRefused(Lunchd lunchd, byte[] octets, int alert) throws Exception {
    try (Handed handed = lunchd.tcp()) {
      RawClient client = new RawClient(handed.socket());
      client.write(octets);
      assertEquals(alert, client.alert());
      assertEndedCleanly(handed);
    }
  }

  private static byte[] record(ClientHello hello) {
    return RawClient.record(RawClient.HANDSHAKE, 0x0301, hello.message());
  }

  /** Suites that lunchd does not accept in TLS 1.2, whichever kind of key it has. */
  private static Stream<Arguments> suites() {
    return Stream.of(
            arguments("NULL", new int[] {0x0001, 0x0002, 0x003b, 0xc006, 0xc010}),
            arguments("EXPORT", new int[] {0x0003, 0x0006, 0x0008, 0x000b, 0x000e, 0x0014}),
            arguments("anonymous", new int[] {0x0018, 0x001b, 0x0034, 0x00a6, 0xc018, 0xc019}),
            arguments("RC4", new int[] {0x0004, 0x0005, 0xc007, 0xc011}),
            arguments("3DES", new int[] {0x000a, 0x0016, 0xc008, 0xc012}),
            arguments("CBC", new int[] {0xc009, 0xc00a, 0xc013, 0xc014, 0xc023, 0xc024, 0xc027}),
            arguments("RSA key exchange", new int[] {0x002f, 0x0035, 0x003c, 0x009c, 0x009d}),
            arguments("DHE", new int[] {0x0033, 0x0039, 0x0067, 0x009e, 0x009f, 0xccaa}),
            arguments("PSK", new int[] {0x008c, 0x00a8, 0x00a9, 0xc035, 0xccac}),
            arguments("CCM", new int[] {0xc09c, 0xc09e, 0xc0ac, 0xc0ae}),
            arguments("GREASE", new int[] {0x0a0a, 0xfafa}),
            arguments("TLS 1.3's", new int[] {0x1301, 0x1302, 0x1303}))
        .flatMap(
            row ->
                Stream.of("p256", "rsa-2048")
                    .map(pair -> arguments(pair, row.get()[0], row.get()[1])));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("suites")
  void withNoSuiteOfAeadAndForwardSecrecy(String pair, String name, int[] suites) throws Exception {
    byte[] record = record(ClientHello.tls12().suites(suites));
    assertRefused(Lunchd.with(Fixtures.pair(pair)), record, HANDSHAKE_FAILURE);
  }

  @ParameterizedTest
  @CsvSource({"0x0300, p256", "0x0301, p256", "0x0302, p256", "0x0301, rsa-2048"})
  void ofAnOlderVersion(int version, String pair) throws Exception {
    int[] all = {0x0005, 0x000a, 0x002f, 0x0035, 0xc009, 0xc013, 0xc02b, 0xc02f};
    byte[] message = ClientHello.tls12().version(version).suites(all).message();
    byte[] record = RawClient.record(RawClient.HANDSHAKE, version, message);
    assertRefused(Lunchd.with(Fixtures.pair(pair)), record, PROTOCOL_VERSION);
  }

  /** The server takes it for malformed plaintext: RFC 6176 forbids any answer in SSL. */
  @Test
  void inSslv2() throws Exception {
    String hello = "802e0100020015000000100100800200800300800400800500800600400700c0";
    try (Handed handed = TLS.tcp()) {
      handed.socket().getOutputStream().write(HexFormat.of().parseHex(hello));
      handed.socket().getOutputStream().write(new byte[16]);
      assertEquals(400, Answer.parse(handed.receive()).status());
      assertEndedCleanly(handed);
    }
  }

  private static ClientHello hello() {
    byte[] share = new byte[32];
    share[0] = 9; // the base point of X25519 will do: no handshake gets further
    return ClientHello.tls13(share);
  }

  private static Arguments hello(String name, ClientHello hello, int alert) {
    return arguments(name, hello, alert);
  }

  private static Stream<Arguments> hellos() {
    byte[] p521 = new byte[133];
    p521[0] = 4;
    byte[] notOnTheCurve = new byte[65];
    notOnTheCurve[0] = 4;
    byte[] psk =
        join(vector16(join(vector16(new byte[9]), new byte[4])), vector16(vector8(new byte[32])));
    return Stream.of(
        hello("1.1 at most", versions(0x0302, 0x0301), PROTOCOL_VERSION),
        hello("no known version", versions(0x0305, 0x7a7a), PROTOCOL_VERSION),
        hello(
            "a fallback",
            ClientHello.tls12()
                .suites(ClientHello.ECDHE_ECDSA_AES_128_GCM_SHA256, ClientHello.FALLBACK_SCSV),
            INAPPROPRIATE_FALLBACK),
        hello("no known suite", hello().suites(0x1304, 0x0a0a), HANDSHAKE_FAILURE),
        hello("DEFLATE in 1.2", ClientHello.tls12().compressions(1), ILLEGAL_PARAMETER),
        hello("DEFLATE in 1.3", hello().compressions(1), ILLEGAL_PARAMETER),
        hello("DEFLATE or none in 1.3", hello().compressions(1, 0), ILLEGAL_PARAMETER),
        hello("no compression method", hello().compressions(), DECODE_ERROR),
        hello(
            "no shared group",
            hello()
                .extension(ClientHello.SUPPORTED_GROUPS, vector16(uint16(0x19)))
                .extension(ClientHello.KEY_SHARE, vector16(share(0x19, p521))),
            HANDSHAKE_FAILURE),
        hello("no key share", hello().without(ClientHello.KEY_SHARE), MISSING_EXTENSION),
        hello("no groups", hello().without(ClientHello.SUPPORTED_GROUPS), MISSING_EXTENSION),
        hello(
            "no signature algorithms",
            hello().without(ClientHello.SIGNATURE_ALGORITHMS),
            HANDSHAKE_FAILURE /* BoringSSL's choice, for MISSING_EXTENSION */),
        hello(
            "no signature of ECDSA",
            hello().extension(ClientHello.SIGNATURE_ALGORITHMS, vector16(uint16(0x0804))),
            HANDSHAKE_FAILURE),
        hello("a short key share", keyShare(ClientHello.X25519, new byte[31]), ILLEGAL_PARAMETER),
        hello("a key share of zero", keyShare(ClientHello.X25519, new byte[32]), ILLEGAL_PARAMETER),
        hello("a point beside the curve", keyShare(0x17, notOnTheCurve), ILLEGAL_PARAMETER),
        hello(
            "a renegotiation",
            ClientHello.tls12().extension(ClientHello.RENEGOTIATION_INFO, vector8(new byte[12])),
            HANDSHAKE_FAILURE),
        hello(
            "a pre-shared key that is not the last extension",
            hello()
                .extension(ClientHello.PSK_KEY_EXCHANGE_MODES, vector8(new byte[] {1}))
                .extension(ClientHello.PRE_SHARED_KEY, psk)
                .extension(0xfe00, new byte[0]),
            ILLEGAL_PARAMETER),
        hello(
            "an application protocol without a name",
            hello().extension(ClientHello.ALPN, vector16(vector8(new byte[0]))),
            DECODE_ERROR),
        hello("an overlong SNI", hello().serverName("x".repeat(256)), UNRECOGNIZED_NAME),
        hello("more than its fields", hello().trailing(new byte[1]), DECODE_ERROR));
  }

  /** RFC 9155: without signature_algorithms, SHA-1 would be used. */
  @ParameterizedTest
  @CsvSource({"p256, 0x0203", "rsa-2048, 0x0201", "p256, ", "rsa-2048, "})
  void whoTakesNoSignatureButWithSha1(String pair, Integer algorithm) throws Exception {
    ClientHello hello = ClientHello.tls12().suites(0xc02b, 0xc02f);
    if (algorithm == null) {
      hello.without(ClientHello.SIGNATURE_ALGORITHMS);
    } else {
      hello.extension(ClientHello.SIGNATURE_ALGORITHMS, vector16(uint16(algorithm)));
    }
    assertRefused(Lunchd.with(Fixtures.pair(pair)), record(hello), HANDSHAKE_FAILURE);
  }

  private static ClientHello versions(int... versions) {
    return hello().extension(ClientHello.SUPPORTED_VERSIONS, vector8(uint16(versions)));
  }

  private static ClientHello keyShare(int group, byte[] share) {
    return hello()
        .extension(ClientHello.SUPPORTED_GROUPS, vector16(uint16(group)))
        .extension(ClientHello.KEY_SHARE, vector16(share(group, share)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hellos")
  void withAHelloThatOffers(String name, ClientHello hello, int alert) throws Exception {
    assertRefused(TLS, record(hello), alert);
  }

  /** More than 16 KB, BoringSSL's limit for a handshake message from a client. */
  @Test
  void withAHelloOf60Kilobytes() throws Exception {
    try (Handed handed = TLS.tcp()) {
      RawClient client = new RawClient(handed.socket());
      client.send(RawClient.HANDSHAKE, client.hello().paddedTo(60 * 1024).message());
      assertEquals(ILLEGAL_PARAMETER, client.alert());
      assertEndedCleanly(handed);
    }
  }

  @Test
  void withASecondHelloThatIsNoBetter() throws Exception {
    ClientHello hello =
        hello().extension(ClientHello.KEY_SHARE, vector16(share(0x19, new byte[] {4})));
    try (Handed handed = TLS.tcp()) {
      RawClient client = new RawClient(handed.socket());
      client.beginInVain(hello);
      client.send(RawClient.HANDSHAKE, hello.message());
      assertEquals(ILLEGAL_PARAMETER, client.alert());
      assertEndedCleanly(handed);
    }
  }

  private static Arguments records(String name, String hex, int alert) {
    return arguments(name, HexFormat.ofDelimiter(" ").parseHex(hex), alert);
  }

  /** The first byte makes it TLS. */
  private static Stream<Arguments> records() {
    String start = "16 03 01 00 01 01 ";
    return Stream.of(
        records("an empty record", "16 03 01 00 00", UNEXPECTED_MESSAGE),
        records("an empty record within", start + "16 03 01 00 00", UNEXPECTED_MESSAGE),
        records("empty application data", start + "17 03 03 00 00", UNEXPECTED_MESSAGE),
        records("no version of TLS", "16 02 00 00 01 01", UNEXPECTED_MESSAGE),
        records("plain HTTP within", start + "47 45 54 20 2f", UNEXPECTED_MESSAGE),
        records("an unknown content type", start + "63 03 01 00 01 01", UNEXPECTED_MESSAGE),
        records("a heartbeat", start + "18 03 01 00 03 01 40 00", UNEXPECTED_MESSAGE),
        records("application data", start + "17 03 03 00 01 01", UNEXPECTED_MESSAGE),
        records("ChangeCipherSpec", start + "14 03 03 00 01 01", UNEXPECTED_MESSAGE),
        records("HelloRequest", "16 03 01 00 04 00 00 00 00", UNEXPECTED_MESSAGE),
        records("Finished", "16 03 01 00 05 14 00 00 01 00", UNEXPECTED_MESSAGE),
        records("an unknown message", "16 03 01 00 05 ff 00 00 01 00", UNEXPECTED_MESSAGE),
        records("a ClientHello of nothing", "16 03 01 00 04 01 00 00 00", DECODE_ERROR),
        records("a ClientHello of 16 MB", "16 03 01 00 04 01 ff ff ff", ILLEGAL_PARAMETER),
        records("an overlong record", "16 03 01 48 01", RECORD_OVERFLOW),
        records("the longest record", "16 03 01 ff ff 01", RECORD_OVERFLOW),
        records("an overlong record within", start + "16 03 01 48 01", RECORD_OVERFLOW));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("records")
  void withRecordsThatAre(String name, byte[] octets, int alert) throws Exception {
    assertRefused(TLS, octets, alert);
  }

  /** One octet more than a record may have in TLS 1.3, all of them sent. */
  @Test
  void withARecordThatIsALittleTooLong() throws Exception {
    byte[] fragment = new byte[(1 << 14) + 257];
    assertRefused(TLS, RawClient.record(RawClient.HANDSHAKE, 0x0301, fragment), RECORD_OVERFLOW);
  }

  /** An alert is not answered by another. */
  @ParameterizedTest
  @CsvSource({
    "1, 0, close_notify",
    "2, 0, close_notify",
    "2, 40, handshake_failure",
    "2, 255, number 255"
  })
  void whoGivesUpIsLeftAlone(byte level, int description, String name) throws Exception {
    try (Handed handed = TLS.tcp()) {
      RawClient client = new RawClient(handed.socket());
      client.write(new byte[] {22, 3, 1, 0, 1, 1});
      client.send(RawClient.ALERT, new byte[] {level, (byte) description});
      assertLeftAlone(handed, client, name);
    }
  }

  /** The same under the keys of the handshake, and under those after it. */
  @ParameterizedTest
  @CsvSource({
    "1, 0, close_notify, false",
    "2, 48, unknown_ca, false",
    "2, 48, unknown_ca, true",
    "2, 42, bad_certificate, true",
    "2, 80, internal_error, true",
    "2, 116, certificate_required, true"
  })
  void whoGivesUpLaterIsLeftAlone(byte level, byte description, String name, boolean isOpen)
      throws Exception {
    try (Handed handed = TLS.tcp()) {
      RawClient client = new RawClient(handed.socket());
      client.begin(client.hello());
      if (isOpen) {
        client.finish();
      }
      client.send(RawClient.ALERT, new byte[] {level, description});
      assertLeftAlone(handed, client, name);
    }
  }

  private static void assertLeftAlone(Handed handed, RawClient client, String name)
      throws Exception {
    assertNull(client.read());
    assertEndedCleanly(handed);
    String log = handed.result().stderr();
    assertTrue(log.contains(" TLS: the client's alert " + name), log);
  }

  /** Without a ClientHello it is not TLS: lunchd takes it for malformed HTTP. */
  @ParameterizedTest
  @ValueSource(strings = {"14 03 03 00 01 01", "15 03 03 00 02 02 28", "17 03 03 00 02 68 69"})
  void whoseFirstRecordIsAnother(String hex) throws Exception {
    try (Handed handed = TLS.tcp()) {
      handed.socket().getOutputStream().write(HexFormat.ofDelimiter(" ").parseHex(hex));
      assertEquals(400, Answer.parse(handed.receive()).status());
      assertEndedCleanly(handed);
    }
  }

  /** What a client does to a connection after the server's flight. */
  private interface Misdeed {
    void commit(RawClient client) throws Exception;
  }

  private static Arguments misdeed(String name, int alert, Misdeed misdeed) {
    return arguments(name, alert, misdeed);
  }

  private static Stream<Arguments> insteadOfFinished() {
    return Stream.of(
        misdeed(
            "a changed octet",
            BAD_RECORD_MAC,
            client -> {
              byte[] finished = client.finished();
              finished[finished.length - 1] ^= 1;
              client.write(finished);
            }),
        misdeed(
            "wrong verify_data",
            DECRYPT_ERROR,
            client -> client.send(RawClient.HANDSHAKE, handshake(20, new byte[32]))),
        misdeed(
            "a Finished that is too short",
            DECRYPT_ERROR,
            client -> client.send(RawClient.HANDSHAKE, handshake(20, new byte[31]))),
        misdeed(
            "the request",
            UNEXPECTED_MESSAGE,
            client -> client.send(RawClient.APPLICATION_DATA, new byte[1])),
        misdeed(
            "another ClientHello",
            UNEXPECTED_MESSAGE,
            client -> client.send(RawClient.HANDSHAKE, hello().message())),
        misdeed(
            "a record of padding alone",
            DECRYPT_ERROR /* BoringSSL's choice, for UNEXPECTED_MESSAGE */,
            client -> client.padding(9).send(0, new byte[1])),
        misdeed(
            "an unknown content type", UNEXPECTED_MESSAGE, client -> client.send(99, new byte[1])),
        misdeed(
            "too much padding",
            RECORD_OVERFLOW,
            client -> client.padding((1 << 14) + 1).send(22, new byte[1])),
        misdeed(
            "plaintext",
            BAD_RECORD_MAC,
            client ->
                client.write(
                    RawClient.record(
                        23, 0x0303, "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)))),
        misdeed(
            "an endless ChangeCipherSpec",
            UNEXPECTED_MESSAGE,
            client -> {
              for (int i = 0; i < 100; i++) {
                client.write(RawClient.record(20, 0x0303, new byte[] {1}));
              }
            }));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("insteadOfFinished")
  void whoSendsInsteadOfFinished(String name, int alert, Misdeed misdeed) throws Exception {
    try (Handed handed = TLS.tcp()) {
      RawClient client = new RawClient(handed.socket());
      client.begin(client.hello());
      misdeed.commit(client);
      assertEquals(alert, client.alert());
      assertEndedCleanly(handed);
    }
  }

  private static Stream<Arguments> insteadOfARequest() {
    return Stream.of(
        misdeed(
            "a ClientHello",
            UNEXPECTED_MESSAGE,
            client -> client.send(RawClient.HANDSHAKE, hello().message())),
        misdeed(
            "ChangeCipherSpec",
            BAD_RECORD_MAC /* BoringSSL takes it for a protected record */,
            client -> client.write(RawClient.record(20, 0x0303, new byte[] {1}))),
        misdeed(
            "a KeyUpdate of no kind",
            DECODE_ERROR /* BoringSSL's choice, for ILLEGAL_PARAMETER */,
            client -> client.send(RawClient.HANDSHAKE, handshake(24, new byte[] {2}))),
        misdeed(
            "endless KeyUpdates",
            UNEXPECTED_MESSAGE,
            client -> {
              for (int i = 0; i < 100; i++) {
                client.updateKeys(0);
              }
            }),
        misdeed(
            "endless records of nothing",
            UNEXPECTED_MESSAGE,
            client -> {
              for (int i = 0; i < 100; i++) {
                client.send(RawClient.APPLICATION_DATA, new byte[0]);
              }
            }));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("insteadOfARequest")
  void whoSendsInsteadOfARequest(String name, int alert, Misdeed misdeed) throws Exception {
    try (Handed handed = TLS.tcp()) {
      RawClient client = new RawClient(handed.socket());
      client.begin(client.hello());
      client.finish();
      misdeed.commit(client);
      assertEquals(alert, client.alert());
      assertEndedCleanly(handed);
    }
  }

  /** Keys are in use, so what is no record at all is taken for one with a wrong key. */
  private static Stream<Arguments> noRecords() {
    return Stream.of(
        records("an empty record", "17 03 03 00 00", BAD_RECORD_MAC),
        records("an overlong record", "17 03 03 ff ff", BAD_RECORD_MAC),
        records("an unknown content type", "63 03 03 00 01 01", BAD_RECORD_MAC),
        records("another major version", "17 02 03 00 01 01", PROTOCOL_VERSION),
        records("plain HTTP", "47 45 54 20 2f 20", PROTOCOL_VERSION));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("noRecords")
  void whoSendsNoRecordsInsteadOfFinished(String name, byte[] octets, int alert) throws Exception {
    try (Handed handed = TLS.tcp()) {
      RawClient client = new RawClient(handed.socket());
      client.begin(client.hello());
      client.write(octets);
      assertEquals(alert, client.alert());
      assertEndedCleanly(handed);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("noRecords")
  void whoSendsNoRecordsInsteadOfARequest(String name, byte[] octets, int alert) throws Exception {
    try (Handed handed = TLS.tcp()) {
      RawClient client = new RawClient(handed.socket());
      client.begin(client.hello());
      client.finish();
      client.write(octets);
      assertEquals(alert, client.alert());
      assertEndedCleanly(handed);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("noRecords")
  void whoSendsNoRecordsInTls12(String name, byte[] octets, int alert) throws Exception {
    try (Handed handed = TLS.tcp();
        SSLSocket client = JdkClient.over(handed.socket(), "TLSv1.2")) {
      client.startHandshake();
      handed.socket().getOutputStream().write(octets);
      SSLException refused = assertThrows(SSLException.class, () -> client.getInputStream().read());
      String expected = alert == PROTOCOL_VERSION ? "protocol_version" : "bad_record_mac";
      assertTrue(refused.getMessage().endsWith(" " + expected), refused.getMessage());
      assertEndedCleanly(handed);
    }
  }

  /** No keys are in use yet, although the server has written. */
  @ParameterizedTest
  @CsvSource({"16 03 03 00 00, 10", "63 03 03 00 01 01, 10", "16 03 03 ff ff, 22"})
  void whoSendsNoRecordsInsteadOfASecondHello(String hex, int alert) throws Exception {
    ClientHello hello =
        hello().extension(ClientHello.KEY_SHARE, vector16(share(0x19, new byte[] {4})));
    try (Handed handed = TLS.tcp()) {
      RawClient client = new RawClient(handed.socket());
      client.beginInVain(hello);
      client.write(HexFormat.ofDelimiter(" ").parseHex(hex));
      assertEquals(alert, client.alert());
      assertEndedCleanly(handed);
    }
  }

  /** BoringSSL skips early data, but no more than 16 KB of it. */
  @Test
  void whoSendsNoRecordsInsteadOfEarlyData() throws Exception {
    try (Handed handed = TLS.tcp()) {
      RawClient client = new RawClient(handed.socket());
      client.begin(HandshakeIT.withEarlyData(client.hello()));
      client.write(new byte[] {99, 3, 3, 0, 1, 1});
      assertEquals(UNEXPECTED_MESSAGE, client.alert());
      assertEndedCleanly(handed);
    }
  }

  @Test
  void whoRenegotiates() throws Exception {
    try (Handed handed = TLS.tcp();
        SSLSocket client = JdkClient.over(handed.socket(), "TLSv1.2")) {
      client.startHandshake();
      client.startHandshake();
      SSLException refused =
          assertThrows(SSLException.class, () -> JdkClient.exchange(client, Answer.GET));
      assertTrue(refused.getMessage().contains("no_renegotiation"), refused.getMessage());
      assertEndedCleanly(handed);
    }
  }
}
