package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLSocket;
import lunchd.fixtures.Answer;
import lunchd.it.support.Child;
import lunchd.it.support.Curl;
import lunchd.it.support.Dist;
import lunchd.it.support.Fixtures;
import lunchd.it.support.Handed;
import lunchd.it.support.JdkClient;
import lunchd.it.support.Lunchd;
import lunchd.it.support.SuperServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * lunchd behind a proxy that names the client of each connection by the PROXY protocol. DeadlineIT
 * tests a proxy that does so too late.
 */
class ProxyIT {
  private static final Lunchd PLAIN = Lunchd.with("--proxy-protocol", "127.0.0.0/8,unix");
  private static final Lunchd TLS = PLAIN.and(Fixtures.pair("p256"));
  private static final String HEADER = "PROXY TCP4 198.51.100.7 10.0.0.1 50312 443\r\n";
  private static final String LOCAL = "\r\n\r\n\0\r\nQUIT\n\u0020\0\0\0";

  @Test
  void theJdkOverTlsAfterAHeader() throws Exception {
    try (Handed handed = TLS.tcp()) {
      handed.send(HEADER);
      try (SSLSocket client = JdkClient.over(handed.socket())) {
        Answer.lunch(JdkClient.exchange(client, Answer.GET));
        Child.Result result = handed.result();
        assertEquals(0, result.status());
        assertTrue(result.stderr().contains(" 198.51.100.7:50312 TLSv1.3 "), result.stderr());
        assertFalse(result.stderr().contains("127.0.0.1"), result.stderr());
      }
    }
  }

  /** curl can send such a header, of version 1, with its own address. */
  @Test
  void curlAsAProxy() throws Exception {
    try (SuperServer server = SuperServer.activate(TLS)) {
      Answer.lunch(Curl.https(server.port(), "--haproxy-protocol", "--ipv4"));
      assertEquals(0, server.statuses(1).getFirst());
      assertTrue(server.child().stderr().contains(" 127.0.0.1:"), server.child().stderr());
    }
  }

  @Test
  void aUnixSocket(@TempDir Path directory) throws Exception {
    Path path = directory.resolve("socket");
    try (SuperServer server = SuperServer.activate(PLAIN, path.toString(), 0);
        SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      Channels.newOutputStream(client)
          .write((HEADER + Answer.GET).getBytes(StandardCharsets.US_ASCII));
      byte[] bytes = Channels.newInputStream(client).readAllBytes();
      Answer.lunch(new String(bytes, StandardCharsets.ISO_8859_1));
      assertEquals(0, server.statuses(1).getFirst());
      assertTrue(server.child().stderr().contains(" 198.51.100.7:50312 plain "));
    }
  }

  /** Anything but a header from a proxy gets no answer, exit 0 and a line that says why. */
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, '', left without a PROXY header",
    "127.0.0.1, 'GET / HTTP/1.1', there is no PROXY header",
    "127.0.0.1, PROXY TCP4 198.51.100.7, is incomplete",
    "192.0.2.1, 'PROXY UNKNOWN', not from --proxy-protocol 192.0.2.1",
    "unix, 'PROXY UNKNOWN', not from --proxy-protocol unix",
  })
  void anythingElseIsNotAnswered(String senders, String sent, String why) throws Exception {
    for (Lunchd lunchd : new Lunchd[] {Lunchd.with(), Lunchd.with(Fixtures.pair("p256"))}) {
      try (Handed handed = lunchd.and("--proxy-protocol", senders).tcp()) {
        handed.send(sent);
        handed.socket().shutdownOutput();
        assertEquals("", handed.receive());
        Child.Result result = handed.result();
        assertEquals(0, result.status());
        assertEquals(1, result.stderr().lines().count(), result.stderr());
        assertTrue(result.stderr().contains(" plain - - 0 bytes "), result.stderr());
        assertTrue(result.stderr().contains(why), result.stderr());
      }
    }
  }

  /** A 500 in plaintext would reach a client that waits for TLS. */
  @ParameterizedTest
  @CsvSource({
    "64, '--proxy-protocol 127.0.0.1 soup'",
    "64, '-proxy-protocol=localhost'",
    "66, '--proxy-protocol 127.0.0.1 --jar /none --handler Tea'",
  })
  void aCommandLineOfNoUseIsNotAnswered(int status, String options) throws Exception {
    Lunchd lunchd = Lunchd.with(options.split(" "));
    try (Handed handed = lunchd.dialled("127.0.0.1", "0<&3 1>&3 3>&-")) {
      handed.send(HEADER + Answer.GET);
      handed.go();
      assertThrows(SocketException.class, handed::receive); // lunchd ends with all of that unread
      Child.Result result = handed.result();
      assertEquals(status, result.status(), result.stderr());
      assertEquals(1, result.stderr().lines().count(), result.stderr());
    }
  }

  /** A health check is as cheap as possible: no file, no class of TLS, no line in the log. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCheckOfHealth(boolean isReset, @TempDir Path directory) throws Exception {
    Path log = directory.resolve("classes.log");
    Dist dist =
        Dist.BUILT
            .copyTo(directory.resolve("dist"))
            .withJvmOption("-Xlog:class+init=info:file=" + log);
    Lunchd lunchd = PLAIN.from(dist).and("--key", "/none", "--certificate", "/none");
    try (Handed handed = lunchd.dialled("127.0.0.1", "0<&3 1>&3 3>&-")) {
      handed.send(LOCAL);
      if (isReset) { // as HAProxy does, before lunchd is up
        handed.socket().setSoLinger(true, 0);
        handed.socket().close();
      }
      handed.go();
      Child.Result result = handed.result();
      assertEquals(0, result.status(), result.stderr());
      assertEquals("", result.stdout());
      assertEquals("", result.stderr());
    }
    String classes = Files.readString(log);
    assertTrue(classes.contains("lunchd/Exchange"), "the log has what was initialised");
    assertFalse(classes.contains("org/conscrypt"), classes);
    assertFalse(classes.contains("lunchd/tls/Identity"), classes);
  }
}
