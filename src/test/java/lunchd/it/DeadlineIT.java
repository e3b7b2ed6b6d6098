package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocket;
import lunchd.fixtures.Answer;
import lunchd.it.support.Await;
import lunchd.it.support.Child;
import lunchd.it.support.ClientHello;
import lunchd.it.support.Fixtures;
import lunchd.it.support.Handed;
import lunchd.it.support.JdkClient;
import lunchd.it.support.Lunchd;
import lunchd.it.support.Measured;
import lunchd.it.support.RawClient;
import lunchd.it.support.SuperServer;
import lunchd.it.support.Tool;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * --timeout bounds the whole exchange and --first-timeout its beginning: a slow client gets exactly
 * that time. It is measured by lunchd's own clock, so a busy machine does not distort it. If one
 * limit is not enforced, the next one ends the exchange, and that is far away.
 *
 * <p>This is the place for slow clients and slow readers of the built program. The tests of
 * SocketConnection and StreamConnection have the waiting itself, without a process;
 * scripts/slow-clients has a hundred clients at once, beside an honest one; GreedyIT has clients
 * that send too much, or leave.
 */
@Timeout(300)
class DeadlineIT {
  private static final int FAR = 20_000; // milliseconds

  @TempDir private Path directory;
  private Measured measured;

  @BeforeEach
  void measure(@TempDir Path launcher) throws IOException {
    measured = Measured.in(launcher);
  }

  private Lunchd within(int timeout, int first) {
    return Lunchd.with("--timeout=" + timeout, "--first-timeout=" + first).from(measured.dist());
  }

  private Lunchd within(int timeout, int first, boolean isTls) {
    Lunchd lunchd = within(timeout, first);
    return isTls ? lunchd.and(Fixtures.pair("p256")) : lunchd;
  }

  private void assertEndsAfter(int seconds, Handed handed) throws Exception {
    assertEndedAfter(seconds, handed.result().stderr());
  }

  private void assertEndedAfter(int seconds, String log) throws IOException {
    int logged = measured.endedWell(log);
    assertTrue(logged >= 1_000 * seconds, () -> "gave up early: " + log);
    assertTrue(logged < FAR, () -> "gave up late: " + log);
  }

  // --- The first message ----------------------------------------------------------------------

  /** Silence, a part of a ClientHello, a part of a request in plaintext. */
  @ParameterizedTest
  @ValueSource(strings = {"", "\u0016", "\u0016\3\1\1\0\1\0", "GET / HTTP/1.1\r\nHo"})
  void theFirstMessageHasATimeOfItsOwn(String bytes) throws Exception {
    try (Handed handed = within(60, 1, true).tcp()) {
      String answer = handed.exchange(bytes);
      if (bytes.startsWith("GET")) {
        assertEquals(408, Answer.parse(answer).status());
      } else {
        assertEquals("", answer);
      }
      assertEndsAfter(1, handed);
    }
  }

  /** Nothing, or a part of it. There is no answer, since it would be the proxy that gets it. */
  @ParameterizedTest
  @ValueSource(strings = {"", "PROXY TCP4 198.51.100.7 10.0.0.1"})
  void soHasAProxysHeader(String bytes) throws Exception {
    try (Handed handed = within(60, 1, true).and("--proxy-protocol", "127.0.0.1").tcp()) {
      assertEquals("", handed.exchange(bytes));
      assertEndsAfter(1, handed);
      String log = handed.result().stderr();
      assertTrue(log.contains("no complete PROXY header came in time"), log);
    }
  }

  /** Once its ClientHello is complete, however many pieces it came in. */
  @Test
  void afterItsClientHelloAClientHasTheWholeTime() throws Exception {
    try (Handed handed = within(4, 2, true).tcp()) {
      byte[] hello = ClientHello.tls12().message();
      for (byte octet : RawClient.record(RawClient.HANDSHAKE, 0x0301, hello)) {
        handed.socket().getOutputStream().write(octet);
      }
      assertTrue(handed.receive().startsWith("\u0016"), "a ServerHello");
      assertEndsAfter(4, handed);
    }
  }

  /** Everything goes well, except that no request comes: RFC 8446 section 6.1. */
  @Test
  void aHandshakeWithoutARequestEndsWithCloseNotify() throws Exception {
    try (Handed handed = within(4, 2, true).tcp()) {
      RawClient client = new RawClient(handed.socket());
      client.begin(client.hello());
      client.finish();
      RawClient.Content last = client.read();
      assertEquals(RawClient.ALERT, last.type());
      assertArrayEquals(new byte[] {1, 0}, last.octets());
      assertNull(client.read());
      assertEndsAfter(4, handed);
    }
  }

  @Test
  void afterItsHandshakeAClientHasTheWholeTime() throws Exception {
    try (Handed handed = within(4, 2, true).tcp()) {
      String answer = JdkClient.exchange(JdkClient.over(handed.socket()), "GET / HTTP/1.1\r\nHo");
      assertEquals(408, Answer.parse(answer).status());
      assertEndsAfter(4, handed);
    }
  }

  // --- Trickles -------------------------------------------------------------------------------

  private static final int PAUSE = 50; // milliseconds

  /** Sends an octet whenever nothing has come for a PAUSE; returns what comes in the end. */
  private static String trickle(Socket socket, byte[] octets) throws IOException {
    socket.setSoTimeout(PAUSE);
    for (byte octet : octets) {
      try {
        int first = socket.getInputStream().read();
        socket.setSoTimeout((int) Await.PATIENCE.toMillis());
        return first < 0 ? "" : (char) first + JdkClient.exchange(socket, "");
      } catch (SocketTimeoutException e) {
        socket.getOutputStream().write(octet);
      }
    }
    throw new AssertionError("it takes all the time that the client takes");
  }

  /** Each octet comes well within the limit, but the limit is not for each octet. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aHeaderSectionThatTrickles(boolean isTls) throws Exception {
    String request = "GET / HTTP/1.1\r\nX: " + "x".repeat(FAR / PAUSE);
    try (Handed handed = within(4, 4, isTls).tcp()) {
      Socket socket = handed.socket();
      if (isTls) {
        SSLSocket client = JdkClient.over(socket);
        client.startHandshake();
        socket = client;
      }
      String answer = trickle(socket, request.getBytes(StandardCharsets.US_ASCII));
      assertEquals(408, Answer.parse(answer).status());
      assertEndsAfter(4, handed);
    }
  }

  @Test
  void aHandshakeThatTrickles() throws Exception {
    byte[] hello = ClientHello.tls12().paddedTo(FAR / PAUSE).message();
    try (Handed handed = within(60, 2, true).tcp()) {
      byte[] record = RawClient.record(RawClient.HANDSHAKE, 0x0301, hello);
      assertEquals("", trickle(handed.socket(), record));
      assertEndsAfter(2, handed);
    }
  }

  // --- Answers that are not taken -------------------------------------------------------------

  /**
   * A quotation mark is six characters in HTML, so the page is larger than the kernel's buffers.
   */
  private String largeMenu() {
    return "--menu=" + Fixtures.write(directory.resolve("menu"), "\"".repeat(250_000));
  }

  /** A TCP connection over loopback would buffer that much, a Unix socket does not. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aClientThatNeverReadsALargeAnswer(boolean isTls) throws Exception {
    Path path = directory.resolve("socket");
    Lunchd lunchd = within(4, 2, true).and(largeMenu());
    String call =
        isTls
            ? Tool.OPENSSL.path() + " s_client -quiet -unix " + path
            : Tool.SOCAT.path() + " - UNIX-CONNECT:" + path;
    String client = "mkfifo never; " + call + " | read -r x < never";
    try (SuperServer server = SuperServer.activate(lunchd, path.toString(), 0);
        Child stalled = Child.start(Tool.BASH.path(), "-c", client)) {
      stalled.send(Answer.GET);
      server.statuses(1);
      String line =
          server.child().stderr().lines().filter(l -> l.contains(" bytes ")).findAny().get();
      assertEndedAfter(4, line + "\n");
      assertTrue(line.contains("...; the client did not take the response in time"), line);
    }
  }

  /** A small answer is sent, and lunchd does not wait until the deadline for the silent client. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aClientThatNeverReadsNorEnds(boolean isTls) throws Exception {
    try (Handed handed = within(60, 60, isTls).tcp()) {
      Socket socket = isTls ? JdkClient.over(handed.socket()) : handed.socket();
      socket.getOutputStream().write(Answer.GET.getBytes(StandardCharsets.US_ASCII));
      String log = handed.child().result().stderr();
      measured.endedWell(log);
      Matcher drained = Pattern.compile("; drained \\d+ bytes in (\\d+) ms\n").matcher(log);
      assertTrue(drained.find(), log);
      int silence = Integer.parseInt(drained.group(1));
      assertTrue(silence >= 1_000 && silence < FAR, log);
    }
  }

  // --- Pipes ----------------------------------------------------------------------------------

  /** It may take longer than --first-timeout. */
  @Test
  void aPersonTypingIsNotHurried() throws Exception {
    try (Child child = within(3, 1).shell("exec \"$@\"")) {
      child.send("GET / HT");
      Child.Result result = child.result();
      assertEquals(408, Answer.parse(result.stdout()).status());
      assertEndedAfter(3, result.stderr());
    }
  }

  @Test
  void aPipeThatSaysNothingIsGivenUp() throws Exception {
    try (Child child = within(1, 1).shell("exec \"$@\"")) {
      assertEndedAfter(1, child.result().stderr());
    }
  }

  @Test
  void aPipeThatNobodyReadsIsGivenUp() throws Exception {
    String stalled = "mkfifo fifo; (echo | \"$@\"; echo over > over) | (read -r go < fifo)";
    try (Child child = within(1, 1).and(largeMenu()).shell(stalled)) {
      Path over = child.directory().resolve("over");
      Await.until("lunchd has ended", () -> java.nio.file.Files.exists(over));
      assertEndedAfter(1, child.stderr());
    }
  }
}
