package lunchd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lunchd.connection.Connection;
import lunchd.connection.Deadline;
import lunchd.connection.DelegatingConnection;
import lunchd.connection.FakeConnection;
import lunchd.connection.FakeConnection.End;
import lunchd.connection.FakeConnection.Kind;
import lunchd.fixtures.Answer;
import lunchd.fixtures.LogCapture;
import lunchd.fixtures.Octets;
import lunchd.http.Handler;
import lunchd.http.Response;
import lunchd.log.Log;
import lunchd.lunch.Lunch;
import lunchd.operator.Arguments;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import lunchd.operator.Service;
import lunchd.settings.Settings;
import lunchd.tls.TlsClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One connection through a proxy, from its first byte to its last. */
final class ProxiedExchangeTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: lunch.example\r\n\r\n";
  private static final String HEADER = "PROXY TCP4 198.51.100.7 10.0.0.1 50312 443\r\n";
  private static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";
  private static final String LOCAL = SIGNATURE + "\u0020\0\0\0";
  private static final String CLIENT_HELLO = "\u0016\u0003\u0001\0\u00a5\u0001";
  private static final String[] PLAIN = {"--proxy-protocol=192.0.2.7,unix"};
  private static final String[] IDENTITY = {
    PLAIN[0], "-key=test-fixtures/tls/p256-key.pem", "-certificate=test-fixtures/tls/p256-chain.pem"
  };

  @TempDir private Path directory;

  private static String[] with(String[] options, String... more) {
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private static FakeConnection run(Kind kind, End end, String sent, String... options)
      throws Misconfiguration {
    FakeConnection wire = FakeConnection.of(kind, end, sent);
    run(new Lunch(), wire, options);
    return wire;
  }

  private static void run(Service service, Connection wire, String... options)
      throws Misconfiguration {
    Settings settings = Settings.parse(service, options);
    assertEquals(ExitStatus.OK, Exchange.run(settings, service, wire, Deadline.after(60_000)));
  }

  /** A client with a proxy in front of it. */
  private static final class Proxied extends DelegatingConnection {
    private final ByteBuffer header;
    private final boolean isOneSegment;
    private final TlsClient client;

    Proxied(String header, boolean isOneSegment, TlsClient client) {
      super(client);
      this.header = ByteBuffer.wrap(Octets.of(header));
      this.isOneSegment = isOneSegment;
      this.client = client;
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
      if (!header.hasRemaining()) {
        return client.read(dst);
      }
      int count = header.remaining();
      dst.put(header);
      return count + (isOneSegment ? client.read(dst) : 0);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void lunchOverTls(boolean isOneSegment) throws Exception {
    TlsClient client = TlsClient.of(GET, parameters -> {});
    run(new Lunch(), new Proxied(HEADER, isOneSegment, client), IDENTITY);
    assertEquals(200, Answer.parse(client.content()).status());
    assertTrue(client.wasClosed());
    String line = LogCapture.takeOne();
    assertTrue(line.startsWith("INFO 198.51.100.7:50312 TLSv1.3 TLS_"), line);
  }

  /** A handler sees the client, and the log has it in either format; at debug the proxy too. */
  @ParameterizedTest
  @CsvSource({
    "PROXY TCP4 198.51.100.7 10.0.0.1 50312 443, 198.51.100.7, 50312",
    "PROXY TCP6 2001:db8::7 2001:db8::1 50312 443, 2001:db8::7, 50312",
    "PROXY UNKNOWN, 192.0.2.7, 49152",
  })
  void theClientIsWhomTheProxyNames(String header, String host, int port) throws Exception {
    List<InetSocketAddress> seen = new ArrayList<>();
    Service service =
        new Service() {
          @Override
          public Handler open(Arguments arguments) {
            return request -> {
              seen.add(request.client().address());
              return Response.of(200).text("soup");
            };
          }
        };
    for (boolean isJson : new boolean[] {false, true}) {
      Log.configure("debug", isJson);
      FakeConnection wire = FakeConnection.of(Kind.TCP, End.END_OF_INPUT, header + "\r\n" + GET);
      run(service, wire, PLAIN);
      assertEquals("soup", Answer.parse(wire.written()).content());
      InetSocketAddress address = seen.removeFirst();
      assertEquals(new InetSocketAddress(host, port), address);
      List<String> log = LogCapture.take();
      assertEquals(2, log.size(), log::toString);
      assertTrue(log.get(0).startsWith("DEBUG ") && log.get(0).contains("192.0.2.7:49152"));
      String client =
          isJson
              ? "\"client\":\"" + host + "\",\"port\":" + port + ","
              : "INFO " + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + " plain ";
      assertTrue(log.get(1).contains(client), log::toString);
    }
  }

  @Test
  void aClientOnTheProxysUnixSocketHasNoAddress() throws Exception {
    String header = SIGNATURE + "\u0021\u0031\0\u00d8" + "\0".repeat(216);
    FakeConnection wire = run(Kind.TCP, End.END_OF_INPUT, header + GET, PLAIN);
    assertEquals(200, Answer.parse(wire.written()).status());
    assertTrue(LogCapture.takeOne().startsWith("INFO unix plain "));
  }

  /** As without a proxy: a client on a Unix socket has terminated TLS already. */
  @ParameterizedTest
  @CsvSource({"TCP, 308", "UNIX, 200"})
  void plaintextIsRedirectedByTheKindOfSocket(Kind kind, int status) throws Exception {
    FakeConnection wire = run(kind, End.END_OF_INPUT, HEADER + GET, IDENTITY);
    Answer answer = Answer.parse(wire.written());
    assertEquals(status, answer.status());
    assertEquals(status == 308 ? "https://lunch.example/" : null, answer.field("Location"));
    assertTrue(LogCapture.takeOne().startsWith("INFO 198.51.100.7:50312 plain "));
  }

  @Test
  void aHandshakeThatStopsIsTheClientsFault() throws Exception {
    run(Kind.TCP, End.RESET, HEADER + CLIENT_HELLO, IDENTITY);
    String line = LogCapture.takeOne();
    assertTrue(line.startsWith("WARN 198.51.100.7:50312 plain - - 0 bytes "), line);
  }

  @Test
  void aChallengeIsAnswered() throws Exception {
    Path challenges = Files.createDirectories(directory.resolve(".well-known/acme-challenge"));
    Files.writeString(challenges.resolve("token"), "token.thumbprint");
    String get = GET.replace("/ ", "/.well-known/acme-challenge/token ");
    String[] options = with(IDENTITY, "--acme-webroot=" + directory);
    FakeConnection wire = run(Kind.TCP, End.END_OF_INPUT, HEADER + get, options);
    assertEquals("token.thumbprint", Answer.parse(wire.written()).content());
  }

  // --- Without an answer ----------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "PRO",
        GET,
        CLIENT_HELLO,
        "PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n" + GET,
        "PROXY TCP4 198.51.100.7 10.0.0.1 50312 443\n" + GET,
      })
  void withoutAWholeHeaderThereIsNoAnswer(String sent) throws Exception {
    for (End end : List.of(End.END_OF_INPUT, End.SILENCE, End.RESET)) {
      for (String[] options : List.of(PLAIN, IDENTITY)) {
        FakeConnection wire = run(Kind.TCP, end, sent, options);
        assertEquals(0, wire.written().length);
        assertEquals("drain", wire.events().getLast());
        String line = LogCapture.takeOne();
        assertTrue(line.startsWith("WARN 192.0.2.7:49152 plain - - 0 bytes "), line);
        assertTrue(line.contains("PROXY header") || line.endsWith(" Connection reset"), line);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "TCP, 192.0.2.8",
    "TCP, unix",
    "UNIX, 0.0.0.0/0",
    "PIPE, unix",
    "PIPE, 0.0.0.0/0",
  })
  void fromAnybodyElseNotAnOctetIsRead(Kind kind, String senders) throws Exception {
    String option = "--proxy-protocol=" + senders;
    FakeConnection wire = run(kind, End.BUG, "", option);
    assertEquals(0, wire.written().length);
    assertTrue(LogCapture.takeOne().endsWith(" ms not from --proxy-protocol " + senders));
  }

  /** None of the files exists. */
  @Test
  void noFileIsReadBeforeTheHeader() throws Exception {
    String[] options = {PLAIN[0], "--menu=/none", "-key=/none", "-certificate=/none"};
    run(Kind.TCP, End.END_OF_INPUT, GET, options);
    assertTrue(LogCapture.takeOne().startsWith("WARN "));
    assertThrows(
        Misconfiguration.class, () -> run(Kind.TCP, End.END_OF_INPUT, HEADER + GET, options));
  }

  // --- The proxy itself -----------------------------------------------------------------------

  @ParameterizedTest
  @EnumSource(names = {"END_OF_INPUT", "RESET", "SILENCE"})
  void aCheckOfHealthReadsNoFileAndLogsNothing(End end) throws Exception {
    String[] options = {PLAIN[0], "--menu=/none", "-key=/none", "-certificate=/none"};
    FakeConnection wire = run(Kind.TCP, end, LOCAL, options);
    assertEquals(List.of(), wire.events());
    assertEquals(List.of(), LogCapture.take());
    Log.configure("debug", false);
    run(Kind.TCP, end, LOCAL, options);
    assertTrue(LogCapture.takeOne().startsWith("DEBUG "));
  }

  @Test
  void aProxyThatAsksForItselfIsServed() throws Exception {
    FakeConnection wire = run(Kind.TCP, End.END_OF_INPUT, LOCAL + GET, PLAIN);
    assertEquals(200, Answer.parse(wire.written()).status());
    assertTrue(LogCapture.takeOne().startsWith("INFO 192.0.2.7:49152 plain "));
  }

  @Test
  void withoutTheOptionAHeaderIsABadRequest() throws Exception {
    FakeConnection wire = run(Kind.TCP, End.END_OF_INPUT, HEADER + GET);
    Answer answer = Answer.parse(wire.written());
    assertEquals(400, answer.status());
    assertNull(answer.field("Location"));
    assertTrue(LogCapture.takeOne().startsWith("WARN 192.0.2.7:49152 plain "));
  }
}
