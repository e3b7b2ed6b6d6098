package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLSocket;
import lunchd.it.support.Answer;
import lunchd.it.support.Await;
import lunchd.it.support.Child;
import lunchd.it.support.ClientHello;
import lunchd.it.support.Fixtures;
import lunchd.it.support.Handed;
import lunchd.it.support.JdkClient;
import lunchd.it.support.Lunchd;
import lunchd.it.support.RawClient;
import lunchd.it.support.SuperServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** --timeout bounds the whole exchange, and each client is cut off on time. */
@Timeout(60)
class DeadlineIT {
  private static final String[] ONE_SECOND = {"--timeout", "1"};
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  /** What lunchd may take beside: its start, the last word, and a machine that is busy. */
  private static final Duration SLACK = Duration.ofSeconds(4);

  private final long start = System.nanoTime();

  /** It neither gives up early nor stays. */
  private void assertOnTime() {
    assertOnTime(TIMEOUT);
  }

  private void assertOnTime(Duration timeout) {
    Duration taken = Duration.ofNanos(System.nanoTime() - start);
    assertTrue(taken.compareTo(timeout) >= 0, "gave up early, after " + taken);
    assertTrue(taken.compareTo(timeout.plus(SLACK)) < 0, "stayed for " + taken);
  }

  private static void assertServed(Child.Result result) {
    assertEquals(0, result.status(), result.stderr());
    assertEquals(
        1, result.stderr().lines().filter(l -> l.contains(" bytes ")).count(), result.stderr());
  }

  @Test
  void aClientThatSendsNothingGetsNothing() throws Exception {
    try (Handed handed = Lunchd.with(ONE_SECOND).tcp()) {
      assertEquals("", handed.receive());
      assertOnTime();
      assertServed(handed.result());
    }
  }

  @Test
  void aPartOfARequestGets408() throws Exception {
    try (Handed handed = Lunchd.with(ONE_SECOND).tcp()) {
      assertEquals(408, Answer.parse(handed.exchange("GET / HTTP/1.1\r\nHo")).status());
      assertOnTime();
      assertServed(handed.result());
    }
  }

  /** Each byte comes well within the time, but time is not for each byte. */
  @Test
  void aClientThatTricklesIsCutOff() throws Exception {
    try (Handed handed = Lunchd.with(ONE_SECOND).tcp()) {
      handed.send("GET / HTTP/1.1\r\nX: ");
      handed.socket().setSoTimeout(50);
      StringBuilder response = new StringBuilder();
      while (response.isEmpty()) {
        try {
          response.append((char) handed.socket().getInputStream().read());
        } catch (java.net.SocketTimeoutException e) {
          handed.send("x");
        }
      }
      assertOnTime();
      handed.socket().setSoTimeout((int) Await.PATIENCE.toMillis());
      assertEquals(408, Answer.parse(response + handed.receive()).status());
      assertServed(handed.result());
    }
  }

  @Test
  void aPartOfARequestGets408OverTlsToo() throws Exception {
    Lunchd lunchd = Lunchd.with(Fixtures.pair("p256")).and("--timeout", "4");
    try (Handed handed = lunchd.tcp();
        SSLSocket client = JdkClient.over(handed.socket())) {
      String response = JdkClient.exchange(client, "GET / HTTP/1.1\r\nHo");
      Child.Result result = handed.result();
      assertTrue(response.startsWith("HTTP/1.1 408 "), response + result.stderr());
      assertServed(result);
    }
  }

  /** All is well but that no request comes: RFC 8446 section 6.1. */
  @Test
  void aHandshakeWithoutARequestEndsWithCloseNotify() throws Exception {
    Lunchd lunchd = Lunchd.with(Fixtures.pair("p256")).and("--timeout", "4");
    try (Handed handed = lunchd.tcp()) {
      RawClient client = new RawClient(handed.socket());
      client.begin(client.hello());
      client.finish();
      RawClient.Content last = client.read();
      assertEquals(RawClient.ALERT, last.type());
      assertArrayEquals(new byte[] {1, 0}, last.octets());
      assertNull(client.read());
      assertServed(handed.result());
    }
  }

  /** No bytes but the start of a ClientHello. */
  @ParameterizedTest
  @ValueSource(strings = {"\u0016", "\u0016\3\1\1\0\1\0"})
  void aHandshakeThatStallsIsCutOff(String bytes) throws Exception {
    try (Handed handed = Lunchd.with(ONE_SECOND).and(Fixtures.pair("p256")).tcp()) {
      String answer = handed.exchange(bytes);
      assertOnTime();
      assertTrue(answer.isEmpty() || answer.startsWith("\u0015"), "no more than an alert");
      assertServed(handed.result());
    }
  }

  // --- The first message ----------------------------------------------------------------------

  private static Lunchd hurried(int timeout) {
    return Lunchd.with("--timeout", Integer.toString(timeout), "--first-timeout", "1");
  }

  /** Silence, a part of a ClientHello, a part of a request in plaintext. */
  @ParameterizedTest
  @ValueSource(strings = {"", "\u0016", "\u0016\3\1\1\0\1\0", "GET / HTTP/1.1\r\nHo"})
  void theFirstMessageHasATimeOfItsOwn(String bytes) throws Exception {
    try (Handed handed = hurried(50).and(Fixtures.pair("p256")).tcp()) {
      String answer = handed.exchange(bytes);
      assertOnTime();
      assertEquals(bytes.startsWith("G"), answer.startsWith("HTTP/1.1 408 "), answer);
      assertServed(handed.result());
    }
  }

  /** Once its ClientHello is whole, in however many pieces it came. */
  @Test
  void afterItsClientHelloAClientHasTheWholeTime() throws Exception {
    Lunchd lunchd = Lunchd.with(Fixtures.pair("p256")).and("--timeout", "4");
    try (Handed handed = lunchd.and("--first-timeout", "2").tcp()) {
      byte[] hello = ClientHello.tls12().message();
      for (byte octet : RawClient.record(RawClient.HANDSHAKE, 0x0301, hello)) {
        handed.socket().getOutputStream().write(octet);
      }
      String flight = handed.receive();
      assertOnTime(Duration.ofSeconds(4));
      assertTrue(flight.startsWith("\u0016"), "a ServerHello");
      assertServed(handed.result());
    }
  }

  @Test
  void afterItsHandshakeAClientHasTheWholeTime() throws Exception {
    Lunchd lunchd = Lunchd.with("--timeout", "4", "--first-timeout", "2");
    try (Handed handed = lunchd.and(Fixtures.pair("p256")).tcp();
        SSLSocket client = JdkClient.over(handed.socket())) {
      String response = JdkClient.exchange(client, "GET / HTTP/1.1\r\nHo");
      assertOnTime(Duration.ofSeconds(4));
      assertTrue(response.startsWith("HTTP/1.1 408 "), response);
      assertServed(handed.result());
    }
  }

  /** A large answer outlasts the first message's time: a client has all of it to read. */
  @Test
  void afterItsRequestAClientHasTheWholeTime(@TempDir Path directory) throws Exception {
    Path path = directory.resolve("socket");
    Lunchd lunchd = withLargeAnswer(directory).and("--timeout", "3", "--first-timeout", "1");
    try (SuperServer server = SuperServer.activate(lunchd, path.toString(), 0);
        SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      client.write(ByteBuffer.wrap(Answer.GET.getBytes(StandardCharsets.US_ASCII)));
      assertEquals(0, server.statuses(1).getFirst());
      assertOnTime(Duration.ofSeconds(3));
    }
  }

  @Test
  void aPersonTypingIsNotHurried() throws Exception {
    try (Child child = hurried(3).shell("exec \"$@\"")) {
      child.send("GET / HT");
      assertEquals(408, Answer.parse(child.result().stdout()).status());
      assertOnTime(Duration.ofSeconds(3));
    }
  }

  // --- Answers that are not taken -------------------------------------------------------------

  /** Quotation marks grow sixfold in HTML: more than the kernel keeps for a client. */
  private static Lunchd withLargeAnswer(Path directory) {
    Path menu = Fixtures.write(directory.resolve("menu"), "\"".repeat(250_000));
    return Lunchd.with(ONE_SECOND).and("--menu", menu.toString());
  }

  @Test
  void aClientThatWillNotReadIsCutOff(@TempDir Path directory) throws Exception {
    Path path = directory.resolve("socket");
    try (SuperServer server = SuperServer.activate(withLargeAnswer(directory), path.toString(), 0);
        SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      client.write(ByteBuffer.wrap(Answer.GET.getBytes(StandardCharsets.US_ASCII)));
      assertEquals(0, server.statuses(1).getFirst());
      assertOnTime();
      String log = server.child().stderr();
      assertTrue(log.contains("the client did not take the response in time"), log);
    }
  }

  @Test
  void aPipeThatNobodyReadsIsGivenUp(@TempDir Path directory) throws Exception {
    String stalled = "(echo | \"$@\"; echo status $? >&2) | (read -r go < fifo)";
    try (Child child = withLargeAnswer(directory).shell("mkfifo fifo; " + stalled)) {
      child.awaitStderr("status 0");
      assertOnTime();
    }
  }

  @Test
  void aPipeThatSaysNothingIsGivenUp() throws Exception {
    try (Child child = Lunchd.with(ONE_SECOND).shell("exec \"$@\"")) {
      assertEquals(0, child.result().status());
      assertOnTime();
    }
  }

  @Test
  void aPartOfARequestInAPipeGets408() throws Exception {
    try (Child child = Lunchd.with(ONE_SECOND).shell("exec \"$@\"")) {
      child.send("GET / HT");
      assertEquals(408, Answer.parse(child.result().stdout()).status());
      assertOnTime();
    }
  }
}
