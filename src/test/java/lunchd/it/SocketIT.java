package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import lunchd.fixtures.Answer;
import lunchd.it.support.Child;
import lunchd.it.support.Curl;
import lunchd.it.support.Fixtures;
import lunchd.it.support.Handed;
import lunchd.it.support.JdkClient;
import lunchd.it.support.Lunchd;
import lunchd.it.support.SuperServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** lunchd with a connected stream socket, as a super-server starts it. */
class SocketIT {
  private static final Lunchd TLS = Lunchd.with(Fixtures.pair("p256"));

  @ParameterizedTest
  @CsvSource({"127.0.0.1, 127.0.0.1:", "::1, [::1]:"})
  void servesOverBothVersionsOfIp(String address, String peer) throws Exception {
    try (Handed handed = Lunchd.with().tcp(address, "0<&3 1>&3 3>&-")) {
      Answer.lunch(handed.exchange(Answer.GET));
      Child.Result result = handed.result();
      assertEquals(0, result.status());
      assertEquals("", result.stdout());
      String line = peer + handed.socket().getLocalPort() + " plain \"GET / HTTP/1.1\" 200 ";
      assertTrue(result.stderr().contains(" " + line), result.stderr());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET / HTTP/1.1,              lunch.example,      https://lunch.example/",
    "GET /a?b=%20 HTTP/1.1,       lunch.example:80,   https://lunch.example/a?b=%20",
    "POST /order HTTP/1.1,        lunch.example:8443, https://lunch.example:8443/order",
    "HEAD //other.example HTTP/1.1, [::1]:80,         https://[::1]//other.example",
  })
  void redirectsPlaintextFromTheNetwork(String requestLine, String host, String location)
      throws Exception {
    try (Handed handed = TLS.tcp()) {
      String response = handed.exchange(requestLine + "\r\nHost: " + host + "\r\n\r\n");
      assertTrue(response.startsWith("HTTP/1.1 308 Permanent Redirect\r\n"), response);
      assertTrue(response.contains("\r\nLocation: " + location + "\r\n"), response);
      assertFalse(response.contains("Strict-Transport-Security"), "in plaintext: " + response);
    }
  }

  @Test
  void withNoHostToNameItSaysToUseHttps() throws Exception {
    try (Handed handed = TLS.tcp()) {
      Answer answer = Answer.parse(handed.exchange("GET / HTTP/1.0\r\n\r\n"));
      assertEquals(400, answer.status());
      assertTrue(answer.content().contains("https"), answer.content());
    }
  }

  @Test
  void aClientThatSendsNothingAndLeavesGetsNothing() throws Exception {
    for (Lunchd lunchd : new Lunchd[] {Lunchd.with(), TLS}) {
      try (Handed handed = lunchd.tcp()) {
        handed.socket().shutdownOutput();
        assertEquals("", handed.receive());
        assertEquals(0, handed.result().status());
      }
    }
  }

  @Test
  void aClientThatHasEndedItsOutputIsAnswered() throws Exception {
    try (Handed handed = Lunchd.with().tcp()) {
      handed.send(Answer.GET);
      handed.socket().shutdownOutput();
      Answer.lunch(handed.receive());
      assertEquals(0, handed.result().status());
    }
  }

  /** Before lunchd is up. */
  @ParameterizedTest
  @CsvSource({"'', false", "'', true", "GET / HTTP/1.1, false", "GET / HTTP/1.1, true"})
  void aClientThatIsGoneIsNobodysError(String sent, boolean isReset) throws Exception {
    try (Handed handed = Lunchd.with().dialled("127.0.0.1", "0<&3 1>&3 3>&-")) {
      handed.send(sent);
      handed.socket().setSoLinger(isReset, 0);
      handed.socket().close();
      handed.go();
      Child.Result result = handed.result();
      assertEquals(0, result.status(), result.stderr());
      assertEquals(1, result.stderr().lines().count(), result.stderr());
      assertEquals(
          isReset, result.stderr().contains(" INFO lunchd: the client was gone "), result.stderr());
    }
  }

  /** There a proxy in front has terminated TLS: plaintext is served, not redirected. */
  @Test
  void servesPlaintextOnAUnixSocket(@TempDir Path directory) throws Exception {
    Path path = directory.resolve("socket");
    try (SuperServer server = SuperServer.activate(TLS, path.toString(), 0);
        SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      Channels.newOutputStream(client).write(Answer.GET.getBytes(StandardCharsets.US_ASCII));
      byte[] bytes = Channels.newInputStream(client).readAllBytes();
      Answer.lunch(new String(bytes, StandardCharsets.ISO_8859_1));
      assertEquals(0, server.statuses(1).getFirst());
      assertTrue(server.child().stderr().contains(" unix plain "), server.child().stderr());
    }
  }

  @Test
  void servesCurlOnAUnixSocketBySocat(@TempDir Path directory) throws Exception {
    Path path = directory.resolve("socket");
    try (SuperServer server = SuperServer.socat(TLS, "UNIX-LISTEN:" + path + ",fork", "", 0)) {
      Answer.lunch(Curl.get("http://localhost/", "--unix-socket", path.toString()));
      Answer.lunch(Curl.get("https://localhost/", "--unix-socket", path.toString()));
      assertTrue(server.child().stderr().contains("execvp'ing"), server.child().stderr());
    }
  }

  /** Under inetd, fd 2 is the connection too. */
  @Test
  void logsNothingToTheClient() throws Exception {
    String inetd = "0<&3 1>&3 2>&3 3>&-";
    try (Handed handed = Lunchd.with("--log-level", "trace").tcp("127.0.0.1", inetd)) {
      Answer.lunch(handed.exchange(Answer.GET));
    }
    try (Handed handed = TLS.tcp("127.0.0.1", inetd)) {
      Answer.lunch(JdkClient.exchange(JdkClient.over(handed.socket()), Answer.GET));
    }
    try (Handed handed = Lunchd.with("--menu", "/none").tcp("127.0.0.1", inetd)) {
      assertEquals(500, Answer.parse(handed.exchange(Answer.GET)).status());
      assertEquals(66, handed.result().status());
    }
    try (Handed handed = Lunchd.with("--dinner").tcp("127.0.0.1", inetd)) {
      assertEquals("", handed.receive(), "the error's line, logged before there is a connection");
      assertEquals(64, handed.result().status());
    }
    try (SuperServer socat = SuperServer.socat(Lunchd.with(), ",stderr")) {
      Answer.lunch(Curl.get("http://127.0.0.1:" + socat.port() + "/"));
    }
  }
}
