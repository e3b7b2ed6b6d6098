package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import lunchd.it.support.Answer;
import lunchd.it.support.Await;
import lunchd.it.support.Child;
import lunchd.it.support.Dist;
import lunchd.it.support.Fixtures;
import lunchd.it.support.Handed;
import lunchd.it.support.JdkClient;
import lunchd.it.support.Lunchd;
import lunchd.it.support.SuperServer;
import lunchd.it.support.Tool;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that are slow, greedy or rude. Whatever they do, their lunchd ends on time with status 0,
 * has logged one line, has never taken much memory, and a whole request has had its whole answer.
 */
@Timeout(120)
class GreedyIT {
  private static final int TIMEOUT = 4; // seconds, where a test runs into it
  private static final String[] SOON = within(TIMEOUT);
  private static final String[] LATE = within(60);
  private static final int MEGABYTE = 1 << 20;
  private static final int MOST_MEMORY = 128 * 1024; // KiB

  /** What a process may take beside: its start, the last word, and a machine that is busy. */
  private static final double SLACK = 4; // seconds

  private static final Pattern LINE =
      Pattern.compile("\\S+ (INFO|WARN) lunchd: [ -~]+ bytes (\\d+) ms[ -~]*\n");

  /** lunchd, started by time(1), which writes down what became of it. */
  private Dist measured;

  @BeforeEach
  void measure(@TempDir Path directory) throws IOException {
    measured = new Dist(directory);
    Files.createDirectory(measured.file("bin"));
    Files.writeString(
        measured.file("bin/lunchd"),
        "#!/bin/sh\nexec %s -q -o '%s' -f '%%x %%M %%e' '%s' \"$@\"\n"
            .formatted(Tool.TIME.path(), measured.file("time"), Dist.BUILT.launcher()));
    assertTrue(measured.file("bin/lunchd").toFile().setExecutable(true));
  }

  private static String[] within(int seconds) {
    String time = Integer.toString(seconds);
    return new String[] {"--timeout", time, "--first-timeout", time};
  }

  private Lunchd plain(String... options) {
    return Lunchd.with(options).from(measured);
  }

  private Lunchd tls(String... options) {
    return plain(options).and(Fixtures.pair("p256"));
  }

  private void assertEndsWell(Handed handed) throws Exception {
    assertEndedWell(handed.result().stderr());
  }

  /** Returns after how many milliseconds the line was logged. */
  private int assertEndedWell(String log) throws IOException {
    String[] time = Files.readString(measured.file("time")).strip().split(" ");
    assertEquals("0", time[0], () -> "status: " + log);
    assertTrue(Integer.parseInt(time[1]) < MOST_MEMORY, () -> time[1] + " KiB");
    Matcher line = LINE.matcher(log);
    assertTrue(line.matches(), log);
    return Integer.parseInt(line.group(2));
  }

  private void assertCutOffOnTime(String log) throws IOException {
    int logged = assertEndedWell(log);
    assertTrue(logged >= TIMEOUT * 1_000, () -> "gave up early, after " + logged + " ms");
    assertTrue(logged < TIMEOUT * 1_000 + 1_000, () -> "gave up late, after " + logged + " ms");
    assertDidNotStay();
  }

  private void assertDidNotStay() throws IOException {
    double life = Double.parseDouble(Files.readString(measured.file("time")).split(" ")[2]);
    assertTrue(life < TIMEOUT + SLACK, () -> "stayed for " + life + " s");
  }

  /** What a client does while its answer is awaited; how it is cut off is no matter. */
  private interface Sending {
    void run() throws IOException, InterruptedException;
  }

  private static Thread meanwhile(Sending sending) {
    return Thread.ofPlatform()
        .start(
            () -> {
              try {
                sending.run();
              } catch (IOException | InterruptedException e) {
                // it is lunchd that ends it
              }
            });
  }

  private static void trickle(OutputStream out, byte[] bytes, long millis)
      throws IOException, InterruptedException {
    for (byte b : bytes) {
      out.write(b);
      out.flush();
      Thread.sleep(millis);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] clientHello() throws Exception {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine("localhost", 443);
    engine.setUseClientMode(true);
    ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), record);
    byte[] hello = new byte[record.flip().remaining()];
    record.get(hello);
    return hello;
  }

  // --- Slow -----------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(ints = {20, 1_000})
  void aHandshakeThatTrickles(int millis) throws Exception {
    try (Handed handed = tls(SOON).tcp()) {
      byte[] hello = clientHello();
      Thread client = meanwhile(() -> trickle(handed.socket().getOutputStream(), hello, millis));
      String answer = handed.receive();
      assertTrue(answer.isEmpty() || answer.startsWith("\u0015"), "no more than an alert");
      assertCutOffOnTime(handed.result().stderr());
      client.join();
    }
  }

  @ParameterizedTest
  @CsvSource({"20, false", "1000, false", "20, true", "1000, true"})
  void aHeaderSectionThatTrickles(int millis, boolean isTls) throws Exception {
    byte[] request = ascii("GET / HTTP/1.1\r\nX: " + "x".repeat(1_000));
    try (Handed handed = (isTls ? tls(SOON) : plain(SOON)).tcp()) {
      Socket socket = isTls ? JdkClient.over(handed.socket()) : handed.socket();
      Thread client = meanwhile(() -> trickle(socket.getOutputStream(), request, millis));
      assertEquals(408, Answer.parse(JdkClient.exchange(socket, "")).status());
      assertCutOffOnTime(handed.result().stderr());
      client.join();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aClientThatNeverReads(boolean isTls) throws Exception {
    try (Handed handed = (isTls ? tls(LATE) : plain(LATE)).tcp()) {
      Socket socket = isTls ? JdkClient.over(handed.socket()) : handed.socket();
      socket.getOutputStream().write(ascii(Answer.GET));
      assertEndedWell(handed.child().result().stderr());
    }
  }

  /** Of a TCP connection over loopback the kernel keeps that much; of a Unix socket it does not. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aClientThatNeverReadsALargeAnswer(boolean isTls, @TempDir Path directory) throws Exception {
    Path menu = Fixtures.write(directory.resolve("menu"), "\"".repeat(250_000)); // sixfold in HTML
    Path path = directory.resolve("socket");
    Lunchd lunchd = tls(SOON).and("--menu", menu.toString());
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
      assertCutOffOnTime(line + "\n");
      assertTrue(line.endsWith("...; the client did not take the response in time"), line);
    }
  }

  // --- Greedy ---------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theFirstOfManyRequestsIsAnswered(boolean isTls) throws Exception {
    String other = "GET /other HTTP/1.1\r\nHost: lunch.example\r\n\r\n";
    String requests = Answer.GET + other.repeat(64 * 1024 / other.length());
    try (Handed handed = (isTls ? tls(LATE) : plain(LATE)).tcp()) {
      Socket socket = isTls ? JdkClient.over(handed.socket()) : handed.socket();
      Answer.lunch(JdkClient.exchange(socket, requests));
      assertEndsWell(handed);
    }
  }

  /** The client looks for its answer only once it has sent all; lunchd reads that much of it. */
  @ParameterizedTest
  @CsvSource({"HEAD, false", "POST, false", "HEAD, true", "POST, true"})
  void aBodyOfALittle(String method, boolean isTls) throws Exception {
    byte[] body = new byte[200_000];
    String request = method + " / HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length;
    try (Handed handed = (isTls ? tls(LATE) : plain(LATE)).tcp()) {
      Socket socket = isTls ? JdkClient.over(handed.socket()) : handed.socket();
      OutputStream out = socket.getOutputStream();
      out.write(ascii(request + "\r\n\r\n"));
      out.write(body);
      assertAnswered(method, JdkClient.exchange(socket, ""));
      assertEndsWell(handed);
    }
  }

  /** It ends the process no later, and the line tells what it cost. */
  @ParameterizedTest
  @CsvSource({"HEAD, false", "POST, false", "HEAD, true", "POST, true"})
  void aBodyThatNeverEnds(String method, boolean isTls) throws Exception {
    String request = method + " / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    try (Handed handed = (isTls ? tls(LATE) : plain(LATE)).tcp()) {
      Socket socket = isTls ? JdkClient.over(handed.socket()) : handed.socket();
      OutputStream out = socket.getOutputStream();
      out.write(ascii(request));
      byte[] chunk = ascii("100000\r\n" + "x".repeat(MEGABYTE) + "\r\n");
      assertThrows(
          IOException.class,
          () -> {
            while (true) {
              out.write(chunk);
            }
          });
      String log = handed.child().result().stderr();
      assertEndedWell(log);
      assertTrue(log.contains("drained 262144 bytes in "), log);
    }
  }

  private static void assertAnswered(String method, String response) {
    if (method.equals("HEAD")) {
      assertTrue(response.startsWith("HTTP/1.1 200 OK\r\n"), response);
      assertEquals(response.length() - 4, response.indexOf("\r\n\r\n"), response);
    } else {
      assertEquals(405, Answer.parse(response).status());
    }
  }

  // --- Rude -----------------------------------------------------------------------------------

  /** What a client has done before it resets the connection. */
  enum Stage {
    NOTHING,
    HALF_A_REQUEST {
      @Override
      void play(Socket socket) throws Exception {
        socket.getOutputStream().write(ascii("GET / HTTP/1.1\r\nHo"));
      }
    },
    A_REQUEST {
      @Override
      void play(Socket socket) throws Exception {
        socket.getOutputStream().write(ascii(Answer.GET));
      }
    },
    A_REQUEST_AND_BEGUN_TO_READ {
      @Override
      void play(Socket socket) throws Exception {
        A_REQUEST.play(socket);
        assertEquals('H', socket.getInputStream().read());
      }
    },
    HALF_A_CLIENT_HELLO {
      @Override
      void play(Socket socket) throws Exception {
        byte[] hello = clientHello();
        socket.getOutputStream().write(hello, 0, hello.length / 2);
      }
    },
    A_CLIENT_HELLO {
      @Override
      void play(Socket socket) throws Exception {
        socket.getOutputStream().write(clientHello());
        assertEquals(0x16, socket.getInputStream().read(), "the ServerHello begins");
      }
    },
    A_HANDSHAKE {
      @Override
      void play(Socket socket) throws Exception {
        JdkClient.over(socket).startHandshake();
      }
    },
    HALF_A_REQUEST_OVER_TLS {
      @Override
      void play(Socket socket) throws Exception {
        HALF_A_REQUEST.play(JdkClient.over(socket));
      }
    },
    A_REQUEST_OVER_TLS {
      @Override
      void play(Socket socket) throws Exception {
        A_REQUEST.play(JdkClient.over(socket));
      }
    },
    A_REQUEST_AND_BEGUN_TO_READ_OVER_TLS {
      @Override
      void play(Socket socket) throws Exception {
        A_REQUEST_AND_BEGUN_TO_READ.play(JdkClient.over(socket));
      }
    };

    void play(Socket socket) throws Exception {
      // a client that does nothing
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClientThatResets(Stage stage) throws Exception {
    try (Handed handed = tls(LATE).tcp()) {
      awaitWaiting(handed);
      stage.play(handed.socket());
      handed.socket().setSoLinger(true, 0);
      handed.socket().close();
      assertEndsWell(handed);
    }
  }

  /** The close is a reset where there is an answer to come that nobody reads. */
  @ParameterizedTest
  @EnumSource
  void aClientThatLeaves(Stage stage) throws Exception {
    try (Handed handed = tls(LATE).tcp()) {
      stage.play(handed.socket());
      handed.socket().close();
      assertEndsWell(handed);
    }
  }

  /** Waits until lunchd is up and waits for its client: a selector has a pipe, to be woken by. */
  private static void awaitWaiting(Handed handed) throws Exception {
    ProcessHandle time = ProcessHandle.of(handed.child().pid()).orElseThrow();
    Await.until(
        "lunchd waits for its client",
        () -> {
          for (ProcessHandle lunchd : time.children().toList()) {
            for (int fd = 3; fd < 64; fd++) {
              if (isPipe(Path.of("/proc/" + lunchd.pid() + "/fd/" + fd))) {
                return true;
              }
            }
          }
          return false;
        });
  }

  private static boolean isPipe(Path descriptor) throws IOException {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("pipe:");
    } catch (NoSuchFileException e) {
      return false; // no such descriptor, or closed while we look
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void aClientThatEndsItsOutputBeforeItsRequest(String version) throws Exception {
    try (Handed handed = tls(LATE).tcp();
        SSLSocket client = JdkClient.over(handed.socket(), version)) {
      client.startHandshake();
      client.shutdownOutput();
      assertEquals(-1, client.getInputStream().read());
      assertEndsWell(handed);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void aClientThatEndsItsOutputAfterItsRequestIsAnswered(String version) throws Exception {
    try (Handed handed = tls(LATE).tcp();
        SSLSocket client = JdkClient.over(handed.socket(), version)) {
      client.getOutputStream().write(ascii(Answer.GET));
      client.shutdownOutput();
      Answer.lunch(new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1));
      assertEndsWell(handed);
    }
  }

  @Test
  void aClientThatEndsItsOutputInTheHandshake() throws Exception {
    try (Handed handed = tls(LATE).tcp()) {
      Stage.HALF_A_CLIENT_HELLO.play(handed.socket());
      handed.socket().shutdownOutput();
      handed.receive();
      assertEndsWell(handed);
    }
  }
}
