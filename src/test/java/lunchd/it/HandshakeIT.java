package lunchd.it;

import static lunchd.it.support.ClientHello.join;
import static lunchd.it.support.ClientHello.share;
import static lunchd.it.support.ClientHello.uint16;
import static lunchd.it.support.ClientHello.vector16;
import static lunchd.it.support.ClientHello.vector8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import lunchd.fixtures.Answer;
import lunchd.it.support.Child;
import lunchd.it.support.ClientHello;
import lunchd.it.support.Fixtures;
import lunchd.it.support.Handed;
import lunchd.it.support.Lunchd;
import lunchd.it.support.RawClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Handshakes that are odd but allowed: each client gets its lunch. */
class HandshakeIT {
  private static final Lunchd TLS = Lunchd.with(Fixtures.pair("p256"));

  private static void assertServed(Handed handed, String response) throws Exception {
    Answer.lunch(response);
    Child.Result result = handed.result();
    assertEquals(0, result.status(), result.stderr());
    assertEquals(1, result.stderr().lines().count(), result.stderr());
    assertTrue(result.stderr().contains(" TLSv1.3 TLS_AES_128_GCM_SHA256 "), result.stderr());
  }

  private static Arguments hello(String name, UnaryOperator<ClientHello> change) {
    return arguments(name, change);
  }

  private static Stream<Arguments> hellos() {
    return Stream.of(
        hello("no SNI", hello -> hello.without(ClientHello.SERVER_NAME)),
        hello("an unknown SNI", hello -> hello.serverName("dinner.example")),
        hello("an SNI that is no name", hello -> hello.serverName("\u0001 \"\u001b[31m")),
        hello("the longest SNI", hello -> hello.serverName("x".repeat(255))),
        hello("no ALPN", hello -> hello.without(ClientHello.ALPN)),
        hello("no session ID", hello -> hello.sessionId(0)),
        hello("an unknown extension", hello -> hello.extension(0xfe00, new byte[] {1, 2, 3})),
        hello("15 KB", hello -> hello.paddedTo(15 * 1024)),
        hello("as long as may be", hello -> hello.paddedTo((1 << 14) + 4)),
        hello("GREASE", HandshakeIT::grease));
  }

  /** RFC 8701: each list starts with an unknown value. */
  private static ClientHello grease(ClientHello hello) {
    byte[] known = hello.extension(ClientHello.KEY_SHARE);
    byte[] shares = Arrays.copyOfRange(known, 2, known.length);
    return hello
        .suites(0x0a0a, ClientHello.TLS_AES_128_GCM_SHA256)
        .extension(0x2a2a, new byte[0])
        .extension(0x3a3a, new byte[1])
        .extension(ClientHello.SUPPORTED_GROUPS, vector16(uint16(0x4a4a, ClientHello.X25519)))
        .extension(ClientHello.KEY_SHARE, vector16(join(share(0x4a4a, new byte[1]), shares)))
        .extension(ClientHello.SUPPORTED_VERSIONS, vector8(uint16(0x5a5a, 0x0304)))
        .extension(ClientHello.SIGNATURE_ALGORITHMS, vector16(uint16(0x6a6a, 0x0403)))
        .extension(ClientHello.PSK_KEY_EXCHANGE_MODES, vector8(new byte[] {0x0b, 1}))
        .extension(
            ClientHello.ALPN,
            vector16(
                join(
                    vector8(uint16(0x7a7a)),
                    vector8("http/1.1".getBytes(StandardCharsets.US_ASCII)))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hellos")
  void servesAClientThatOffers(String name, UnaryOperator<ClientHello> change) throws Exception {
    try (Handed handed = TLS.tcp()) {
      RawClient client = new RawClient(handed.socket());
      client.begin(change.apply(client.hello()));
      client.finish();
      assertServed(handed, client.exchange(Answer.GET));
    }
  }

  /** Octets in each record, in each segment, and of padding in each protected record. */
  @ParameterizedTest
  @CsvSource({"1, 2147483647, 0", "16384, 1, 0", "1, 1, 0", "7, 3, 100", "16384, 16384, 16000"})
  void servesAClientThatCutsUp(int fragment, int segment, int padding) throws Exception {
    try (Handed handed = TLS.tcp()) {
      RawClient client =
          new RawClient(handed.socket()).fragment(fragment).segment(segment).padding(padding);
      client.begin(client.hello());
      client.finish();
      assertServed(handed, client.exchange(Answer.GET));
    }
  }

  private static Stream<Arguments> hellosOfTls12() {
    return Stream.of(
        hello("no SNI", hello -> hello.without(ClientHello.SERVER_NAME)),
        hello("a version to come", hello -> hello.version(0x0305)),
        hello("DEFLATE or no compression", hello -> hello.compressions(1, 0)),
        hello("15 KB", hello -> hello.paddedTo(15 * 1024)));
  }

  /** In records and segments of one octet. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("hellosOfTls12")
  void answersAClientOfTls12ThatOffers(String name, UnaryOperator<ClientHello> change)
      throws Exception {
    try (Handed handed = TLS.tcp()) {
      RawClient client = new RawClient(handed.socket()).fragment(1).segment(1);
      byte[] serverHello = client.beginTls12(change.apply(ClientHello.tls12()));
      assertArrayEquals(uint16(0x0303), Arrays.copyOfRange(serverHello, 4, 6), "version");
      int afterSessionId = 4 + 2 + 32 + 1 + serverHello[38];
      byte[] suite = uint16(ClientHello.ECDHE_ECDSA_AES_128_GCM_SHA256);
      assertArrayEquals(
          join(suite, new byte[] {0}),
          Arrays.copyOfRange(serverHello, afterSessionId, afterSessionId + 3),
          "suite, and no compression");
      assertEquals(0, handed.result().status());
    }
  }

  /** Its only key share is not for the group that the server prefers of those offered. */
  @Test
  void servesAClientThatMustTryAgain() throws Exception {
    try (Handed handed = TLS.tcp()) {
      RawClient client = new RawClient(handed.socket());
      byte[] groups = vector16(uint16(ClientHello.SECP384R1, ClientHello.X25519));
      byte[] point = new byte[97];
      point[0] = 4;
      ClientHello first =
          client
              .hello()
              .extension(ClientHello.SUPPORTED_GROUPS, groups)
              .extension(ClientHello.KEY_SHARE, vector16(share(ClientHello.SECP384R1, point)));
      ClientHello second = client.hello().extension(ClientHello.SUPPORTED_GROUPS, groups);
      client.beginInVain(first);
      client.begin(second);
      client.finish();
      assertServed(handed, client.exchange(Answer.GET));
    }
  }

  /**
   * It tries to resume an unknown session: its early data is skipped, and a full handshake follows.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 10})
  void servesAClientThatOffersEarlyData(int records) throws Exception {
    try (Handed handed = TLS.tcp()) {
      RawClient client = new RawClient(handed.socket());
      byte[] hello = withEarlyData(client.hello()).message();
      client.send(RawClient.HANDSHAKE, hello);
      client.write(RawClient.record(RawClient.CHANGE_CIPHER_SPEC, 0x0303, new byte[] {1}));
      byte[] early = new byte[1_000];
      new Random(1).nextBytes(early);
      for (int i = 0; i < records; i++) {
        client.write(RawClient.record(RawClient.APPLICATION_DATA, 0x0303, early));
      }
      client.readServerFlight(hello);
      client.finish();
      assertServed(handed, client.exchange(Answer.GET));
    }
  }

  static ClientHello withEarlyData(ClientHello hello) {
    byte[] identity =
        join(vector16("no such ticket".getBytes(StandardCharsets.US_ASCII)), new byte[4]);
    return hello
        .extension(ClientHello.PSK_KEY_EXCHANGE_MODES, vector8(new byte[] {1}))
        .extension(ClientHello.EARLY_DATA, new byte[0])
        .extension(
            ClientHello.PRE_SHARED_KEY, join(vector16(identity), vector16(vector8(new byte[32]))));
  }

  @Test
  void servesAClientThatUpdatesItsKeys() throws Exception {
    try (Handed handed = TLS.tcp()) {
      RawClient client = new RawClient(handed.socket());
      client.begin(client.hello());
      client.finish();
      client.updateKeys(1);
      client.updateKeys(1);
      assertServed(handed, client.exchange(Answer.GET));
    }
  }
}
