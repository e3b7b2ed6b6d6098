package lunchd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SNIHostName;
import lunchd.connection.Connection;
import lunchd.connection.Deadline;
import lunchd.connection.DelegatingConnection;
import lunchd.connection.FakeConnection;
import lunchd.connection.FakeConnection.End;
import lunchd.connection.FakeConnection.Kind;
import lunchd.fixtures.Answer;
import lunchd.fixtures.LogCapture;
import lunchd.fixtures.RunningSigner;
import lunchd.log.Log;
import lunchd.lunch.Choice;
import lunchd.lunch.Days;
import lunchd.lunch.Lunch;
import lunchd.lunch.Menu;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import lunchd.settings.Settings;
import lunchd.signer.Keyring;
import lunchd.tls.HeldPair;
import lunchd.tls.TlsClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One connection from its first byte to its last, without a process around it. */
final class ExchangeTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: lunch.example\r\n\r\n";
  private static final String CLIENT_HELLO = "\u0016\u0003\u0001\u0000\u00a5\u0001";
  private static final byte[] INTERNAL_ERROR = {21, 3, 3, 0, 2, 2, 80};
  private static final String[] IDENTITY = identity("p256-key.pem", "p256-chain.pem");
  private static final String[] PLAIN = {};

  @TempDir private Path directory;

  private static String[] identity(String key, String chain) {
    return new String[] {
      "-key=test-fixtures/tls/" + key, "-certificate=test-fixtures/tls/" + chain
    };
  }

  private static String[] with(String[] options, String... more) {
    List<String> all = new ArrayList<>(Arrays.asList(options));
    all.addAll(Arrays.asList(more));
    return all.toArray(new String[0]);
  }

  private static <C extends Connection> C run(C client, String... options) throws Misconfiguration {
    run(client, Deadline.after(60_000), options);
    return client;
  }

  private static void run(Connection client, Deadline deadline, String... options)
      throws Misconfiguration {
    Settings settings = Settings.parse(new Lunch(), options);
    assertEquals(ExitStatus.OK, Exchange.run(settings, new Lunch(), client, deadline));
  }

  private static FakeConnection client(Kind kind, End end, String text) {
    return FakeConnection.of(kind, end, text);
  }

  private static TlsClient tlsClient(String request) {
    return TlsClient.of(request, parameters -> {});
  }

  // --- TLS or not -----------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({
    "TCP, true, 308", "UNIX, true, 200", "PIPE, true, 200",
    "TCP, false, 200", "UNIX, false, 200", "PIPE, false, 200",
  })
  void plaintextIsRedirectedFromTheNetworkOnly(Kind kind, boolean hasIdentity, int status)
      throws Misconfiguration {
    FakeConnection client =
        run(client(kind, End.END_OF_INPUT, GET), hasIdentity ? IDENTITY : PLAIN);
    Answer answer = Answer.parse(client.written());
    assertEquals(status, answer.status());
    assertEquals(status == 308 ? "https://lunch.example/" : null, answer.field("Location"));
    assertNull(answer.field("Strict-Transport-Security"));
  }

  @ParameterizedTest
  @CsvSource({
    "8443, lunch.example, https://lunch.example:8443/",
    "8443, lunch.example:80, https://lunch.example:8443/",
    "8443, lunch.example:8080, https://lunch.example:8443/",
    "8443, [::1]:8080, https://[::1]:8443/",
    "443, lunch.example:8080, https://lunch.example/",
    "443, lunch.example:443, https://lunch.example/",
    "80, lunch.example:80, https://lunch.example:80/",
  })
  void aRedirectLeadsToThePortOfTheOption(String port, String host, String location)
      throws Misconfiguration {
    String request = "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    FakeConnection client =
        run(client(Kind.TCP, End.END_OF_INPUT, request), with(IDENTITY, "--https-port", port));
    Answer answer = Answer.parse(client.written());
    assertEquals(308, answer.status());
    assertEquals(location, answer.field("Location"));
  }

  /**
   * RFC 9110 section 7.4: the other end of a Unix socket, or of a pipe, is trusted to have
   * terminated TLS.
   */
  @ParameterizedTest
  @CsvSource({"TCP, 421", "UNIX, 200", "PIPE, 200"})
  void anHttpsTargetInPlaintextIsMisdirected(Kind kind, int status) throws Misconfiguration {
    String request = "GET https://lunch.example/ HTTP/1.1\r\nHost: lunch.example\r\n\r\n";
    for (String[] options : List.of(PLAIN, IDENTITY)) {
      FakeConnection client = run(client(kind, End.END_OF_INPUT, request), options);
      assertEquals(status, Answer.parse(client.written()).status());
    }
  }

  @Test
  void anHttpsTargetOverTlsIsServed() throws IOException, Misconfiguration {
    String request = "GET https://lunch.example/ HTTP/1.1\r\nHost: lunch.example\r\n\r\n";
    TlsClient client = run(tlsClient(request), IDENTITY);
    assertEquals(200, Answer.parse(client.content()).status());
  }

  @Test
  void aRedirectWithoutAHostSaysToUseHttps() throws Misconfiguration {
    FakeConnection client =
        run(client(Kind.TCP, End.END_OF_INPUT, "GET / HTTP/1.0\r\n\r\n"), IDENTITY);
    Answer answer = Answer.parse(client.written());
    assertEquals(400, answer.status());
    assertTrue(answer.content().contains("https"));
  }

  @Test
  void withoutAnIdentityAClientHelloIsABadRequest() throws Misconfiguration {
    FakeConnection client = run(client(Kind.TCP, End.END_OF_INPUT, CLIENT_HELLO));
    assertEquals(400, Answer.parse(client.written()).status());
  }

  @Test
  void lunchOverTls() throws IOException, Misconfiguration {
    TlsClient client = run(tlsClient(GET), IDENTITY);
    Answer answer = Answer.parse(client.content());
    assertEquals(200, answer.status());
    assertTrue(Menu.DEFAULT.choices().contains(new Choice(answer.heading(), 1, Days.ALL)));
    assertEquals("max-age=31536000", answer.field("Strict-Transport-Security"));
    assertTrue(client.wasClosed(), "close_notify, and then the end");
    assertTrue(
        LogCapture.takeOne()
            .matches(
                "INFO 192\\.0\\.2\\.7:49152 TLSv1\\.3 TLS_[A-Z0-9_]+ \"GET / HTTP/1\\.1\" 200"
                    + " [0-9]+ bytes [0-9]+ ms "
                    + answer.heading()));
  }

  @Test
  void lunchOverTlsByTheKeyOfASigner() throws Exception {
    Path tls = Path.of("test-fixtures/tls");
    Keyring.Pair pair =
        HeldPair.read(tls.resolve("p256-key.pem"), tls.resolve("p256-chain.pem"), null);
    try (RunningSigner signer = RunningSigner.with(name -> pair)) {
      TlsClient client = run(tlsClient(GET), "--signer=" + signer.socket(), IDENTITY[1]);
      assertEquals(200, Answer.parse(client.content()).status());
    }
  }

  @ParameterizedTest
  @CsvSource({"lunch.example, rsa-2048-chain.pem", "localhost, p256-chain.pem"})
  void aNameMayHaveAPairOfItsOwn(String name, String chain) throws Exception {
    Path entry = Files.createDirectory(directory.resolve("lunch.example"));
    Path tls = Path.of("test-fixtures/tls");
    Files.copy(tls.resolve("rsa-2048-key.pem"), entry.resolve("key.pem"));
    Files.copy(tls.resolve("rsa-2048-chain.pem"), entry.resolve("chain.pem"));
    TlsClient client =
        TlsClient.of(
            GET,
            parameters -> {
              parameters.setProtocols(new String[] {"TLSv1.2"}); // where it is in the clear
              parameters.setServerNames(List.of(new SNIHostName(name)));
            });
    run(client, with(IDENTITY, "--certificates=" + directory));
    assertEquals(200, Answer.parse(client.content()).status());
    try (var in = Files.newInputStream(tls.resolve(chain))) {
      byte[] leaf = CertificateFactory.getInstance("X.509").generateCertificate(in).getEncoded();
      String raw = new String(client.raw(), StandardCharsets.ISO_8859_1);
      assertTrue(raw.contains(new String(leaf, StandardCharsets.ISO_8859_1)), "its leaf");
    }
  }

  @ParameterizedTest
  @CsvSource({"60, max-age=60", "0,"})
  void hstsByOption(String seconds, String value) throws IOException, Misconfiguration {
    TlsClient client = run(tlsClient(GET), with(IDENTITY, "--hsts", seconds));
    assertEquals(value, Answer.parse(client.content()).field("Strict-Transport-Security"));
  }

  @Test
  void errorsOverTlsPinToo() throws IOException, Misconfiguration {
    TlsClient client = run(tlsClient("GET /\r\n"), IDENTITY);
    Answer answer = Answer.parse(client.content());
    assertEquals(400, answer.status());
    assertEquals("max-age=31536000", answer.field("Strict-Transport-Security"));
  }

  @Test
  void lunchesInARowDoNotAllAgree() throws Misconfiguration {
    List<String> lunches = new ArrayList<>();
    for (int i = 0; i < 40; i++) { // all are the same once in 1e27 runs
      FakeConnection client = run(client(Kind.TCP, End.END_OF_INPUT, GET));
      lunches.add(Answer.parse(client.written()).heading());
    }
    assertTrue(lunches.stream().distinct().count() > 1, lunches::toString);
  }

  @Test
  void theMenuIsTheOperators() throws IOException, Misconfiguration {
    Path menu = Files.writeString(directory.resolve("menu.txt"), "# Mondays\nMac & Cheese\n");
    FakeConnection client = run(client(Kind.TCP, End.END_OF_INPUT, GET), "--menu", menu.toString());
    assertEquals("Mac &amp; Cheese", Answer.parse(client.written()).heading());
    assertTrue(LogCapture.takeOne().endsWith(" ms Mac & Cheese"));
  }

  /** The operator may put anything on the menu, but a line in the log is printable. */
  @Test
  void aLongLunchIsCutInTheLogAlone() throws IOException, Misconfiguration {
    String lunch = "long".repeat(60_000);
    Path menu = Files.writeString(directory.resolve("menu.txt"), lunch);
    FakeConnection client = run(client(Kind.TCP, End.END_OF_INPUT, GET), "--menu", menu.toString());
    assertEquals(lunch, Answer.parse(client.written()).heading());
    assertTrue(LogCapture.takeOne().endsWith(" ms " + "long".repeat(125) + "..."));
  }

  // --- The end --------------------------------------------------------------------------------

  @Test
  void answersThenEndsItsOutputThenDrains() throws Misconfiguration {
    FakeConnection client = run(client(Kind.TCP, End.SILENCE, GET));
    assertEquals("write", client.events().get(0));
    assertEquals("shutdownOutput", client.events().get(1));
    assertEquals("drain", client.events().getLast());
    assertEquals(1, client.events().stream().filter("write"::equals).count());
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 65, 100_000})
  void theLineTellsWhatWasDrainedUnlessItIsAGoodbye(int octets) throws Misconfiguration {
    byte[] get = GET.getBytes(StandardCharsets.US_ASCII);
    run(new FakeConnection(Kind.TCP, End.SILENCE, get, new byte[octets]));
    assertEquals(
        octets > 64,
        LogCapture.takeOne().matches(".* ms [A-Za-z]+; drained " + octets + " bytes in \\d+ ms"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\r\n"})
  void aClientThatSendsNothingGetsNothing(String sent) throws Misconfiguration {
    for (End end : List.of(End.END_OF_INPUT, End.SILENCE, End.RESET)) {
      for (String[] options : List.of(PLAIN, IDENTITY)) {
        FakeConnection client = run(client(Kind.TCP, end, sent), options);
        assertEquals(0, client.written().length);
        LogCapture.takeOne();
      }
    }
  }

  /** That is its right. */
  @ParameterizedTest
  @CsvSource({"'', -", "'GET / HTTP/1.1\r\nHost: x\r\n', \"GET / HTTP/1.1\""})
  void aClientThatLeavesBeforeItHasAskedIsNoFailure(String sent, String requestLine)
      throws Misconfiguration {
    run(client(Kind.TCP, End.END_OF_INPUT, sent));
    String line = LogCapture.takeOne();
    assertTrue(
        line.startsWith("INFO 192.0.2.7:49152 plain " + requestLine + " - 0 bytes ")
            && line.endsWith(" ms the client left without a request"),
        line);
  }

  /** A person who types into a pipe has all the time. */
  @ParameterizedTest
  @CsvSource({"TCP, true", "UNIX, true", "PIPE, false"})
  void onASocketTheFirstMessageHasALimitOfItsOwn(Kind kind, boolean isLimited)
      throws Misconfiguration {
    Deadline deadline = Deadline.after(60_000);
    run(client(kind, End.SILENCE, ""), deadline, "--first-timeout=1");
    assertEquals(isLimited, deadline.millisLeft() <= 1_000);
  }

  @ParameterizedTest
  @CsvSource({"'\r\n', true", "'', false"})
  void thatLimitEndsOnceTheRequestIsWhole(String end, boolean isWhole) throws Misconfiguration {
    AtomicBoolean isRelaxed = new AtomicBoolean();
    run(
        new DelegatingConnection(
            client(Kind.TCP, End.SILENCE, "GET / HTTP/1.1\r\nHost: x\r\n" + end)) {
          @Override
          public void firstMessageIsWhole() {
            isRelaxed.set(true);
          }
        });
    assertEquals(isWhole, isRelaxed.get());
  }

  @ParameterizedTest
  @ValueSource(strings = {"G", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: x\r\n"})
  void aClientThatIsLateWithinItsRequestGets408(String sent) throws Misconfiguration {
    for (Kind kind : Kind.values()) {
      FakeConnection client = run(client(kind, End.SILENCE, sent));
      assertEquals(408, Answer.parse(client.written()).status());
      assertTrue(
          LogCapture.takeOne().startsWith("WARN "), "one line, and it is the client's fault");
    }
  }

  @ParameterizedTest
  @CsvSource({"HEAD, false", "'HEAD ', true", "'HEAD / HTTP/1.1', true", "HEADS /, false"})
  void aLateHeadGets408WithoutContentOnceItsMethodIsKnown(String sent, boolean isHead)
      throws Misconfiguration {
    FakeConnection client = run(client(Kind.TCP, End.SILENCE, sent));
    Answer answer = Answer.parseHead(client.written());
    assertEquals(408, answer.status());
    assertEquals(isHead, answer.content().isEmpty());
    assertNotEquals("0", answer.field("Content-Length"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "GET / HTTP/1.1\r\nHost: x\r\n"})
  void aResetIsTheClientsFault(String sent) throws Misconfiguration {
    FakeConnection client = run(client(Kind.TCP, End.RESET, sent));
    assertEquals(0, client.written().length);
    assertTrue(LogCapture.takeOne().startsWith("WARN "));
  }

  @Test
  void aHandshakeThatStopsIsTheClientsFault() throws Misconfiguration {
    for (End end : List.of(End.END_OF_INPUT, End.SILENCE, End.RESET)) {
      FakeConnection client = run(client(Kind.TCP, end, CLIENT_HELLO), IDENTITY);
      assertTrue(LogCapture.takeOne().startsWith("WARN "));
      assertTrue(client.events().contains("shutdownOutput"), "or it would be reset");
      assertEquals("drain", client.events().getLast());
    }
  }

  // --- What the operator must fix ------------------------------------------------------------

  private static Misconfiguration fails(ExitStatus status, Connection client, String... options) {
    Misconfiguration error = assertThrows(Misconfiguration.class, () -> run(client, options));
    assertEquals(status, error.status());
    return error;
  }

  @Test
  void everyFileIsReadAtEveryStart() {
    String missing = directory.resolve("missing").toString();
    List<String[]> commands =
        List.of(
            with(PLAIN, "--menu", missing),
            with(IDENTITY, "--menu", missing),
            with(IDENTITY, "--key", missing),
            with(IDENTITY, "--certificate", missing),
            with(IDENTITY, "--key-password-file", missing));
    for (String[] command : commands) {
      FakeConnection client = client(Kind.TCP, End.END_OF_INPUT, GET);
      Misconfiguration error = fails(ExitStatus.NO_INPUT, client, command);
      assertTrue(error.getMessage().contains(missing), error.getMessage());
      Answer answer = Answer.parse(client.written());
      assertEquals(500, answer.status());
      assertFalse(answer.content().contains("missing"), "the client must not be told");
      assertEquals("drain", client.events().getLast());
      String line = LogCapture.takeOne();
      assertTrue(line.startsWith("INFO 192.0.2.7:49152 plain - 500 "), line);
    }
  }

  @Test
  void aClientMayBeGoneByThen() {
    Connection client =
        new DelegatingConnection(client(Kind.TCP, End.END_OF_INPUT, GET)) {
          @Override
          public void write(ByteBuffer src) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    fails(ExitStatus.NO_INPUT, client, "--menu", directory.toString());
    String line = LogCapture.takeOne();
    assertTrue(line.startsWith("WARN ") && line.endsWith(" ms Broken pipe"), line);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", "HEAD /", "HEAD /\0"})
  void aFaultOfTheOperatorsHasNoContentForHead(String sent) {
    FakeConnection client = client(Kind.TCP, End.SILENCE, sent);
    fails(ExitStatus.NO_INPUT, client, "--menu", directory.toString());
    Answer answer = Answer.parseHead(client.written());
    assertEquals(500, answer.status());
    assertEquals("", answer.content());
    assertNotEquals("0", answer.field("Content-Length"));
  }

  @Test
  void thatTheRequestIsWrongAsWellIsADetail() {
    Log.configure("debug", false);
    FakeConnection client = client(Kind.TCP, End.SILENCE, "HEAD /\0");
    fails(ExitStatus.NO_INPUT, client, "--menu", directory.toString());
    assertTrue(LogCapture.take().getFirst().startsWith("DEBUG the request is wrong as well: "));
  }

  @Test
  void aTlsClientGetsAnAlertInstead() {
    String[] options = with(IDENTITY, "--menu", directory.toString());
    TlsClient client = tlsClient(GET);
    fails(ExitStatus.NO_INPUT, client, options);
    assertArrayEquals(INTERNAL_ERROR, client.raw());
    String[] broken = identity("truncated-key.pem", "p256-chain.pem");
    FakeConnection other = client(Kind.TCP, End.SILENCE, CLIENT_HELLO);
    fails(ExitStatus.CONFIG, other, broken);
    assertArrayEquals(INTERNAL_ERROR, other.written());
  }

  @Test
  void aMismatchShowsInAHandshakeOnly() throws Misconfiguration {
    String[] mismatch = identity("p256-other-key.pem", "p256-chain.pem");
    TlsClient client = tlsClient(GET);
    fails(ExitStatus.CONFIG, client, mismatch);
    assertArrayEquals(INTERNAL_ERROR, client.raw());
    FakeConnection plain = run(client(Kind.TCP, End.END_OF_INPUT, GET), mismatch);
    assertEquals(308, Answer.parse(plain.written()).status());
  }

  @Test
  void nothingIsSaidToAPipeNorToOneWhoHasLeft() {
    String[] options = {"--menu", directory.toString()};
    for (FakeConnection client :
        List.of(client(Kind.PIPE, End.END_OF_INPUT, GET), client(Kind.TCP, End.END_OF_INPUT, ""))) {
      fails(ExitStatus.NO_INPUT, client, options);
      assertEquals(0, client.written().length);
    }
  }

  // --- Bugs -----------------------------------------------------------------------------------

  @ParameterizedTest
  @EnumSource(names = {"TCP", "UNIX"})
  void aBugIsA500ToTheClientAndNoneOfItsBusiness(Kind kind) {
    FakeConnection client = client(kind, End.BUG, "GET / HT");
    IllegalStateException bug = assertThrows(IllegalStateException.class, () -> run(client));
    assertEquals("a bug", bug.getMessage());
    Answer answer = Answer.parse(client.written());
    assertEquals(500, answer.status());
    assertFalse(answer.content().contains("bug"));
  }

  @Test
  void aBugHasNoContentForHead() {
    FakeConnection client = client(Kind.TCP, End.BUG, "HEAD / HT");
    assertThrows(IllegalStateException.class, () -> run(client));
    assertEquals(500, Answer.parseHead(client.written()).status());
    assertEquals("", Answer.parseHead(client.written()).content());
  }

  @Test
  void aBugAfterTheHandshakeIsA500OverTls() throws IOException {
    TlsClient client = tlsClient("GET / HT");
    Connection buggy =
        new DelegatingConnection(client) {
          @Override
          public int read(ByteBuffer dst) throws IOException {
            int count = super.read(dst);
            if (count < 0) {
              throw new IllegalStateException("a bug");
            }
            return count;
          }
        };
    assertThrows(IllegalStateException.class, () -> run(buggy, IDENTITY));
    assertEquals(500, Answer.parse(client.content()).status());
    assertTrue(client.wasClosed());
    assertNull(client.failure());
  }

  /** The client gets its whole answer, and then the end of the connection. */
  @Test
  void aBugAfterTheAnswerAddsNothingToIt() {
    FakeConnection client = client(Kind.TCP, End.END_OF_INPUT, GET);
    AtomicBoolean isKnown = new AtomicBoolean();
    Connection buggy =
        new DelegatingConnection(client) {
          @Override
          public void shutdownOutput() throws IOException {
            if (!isKnown.getAndSet(true)) {
              throw new IllegalStateException("a bug");
            }
            super.shutdownOutput();
          }
        };
    assertThrows(IllegalStateException.class, () -> run(buggy));
    assertEquals(200, Answer.parse(client.written()).status());
    assertEquals(List.of("write", "shutdownOutput"), client.events());
  }
}
