package lunchd.acme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import lunchd.Exchange;
import lunchd.connection.Connection;
import lunchd.connection.Deadline;
import lunchd.connection.FakeConnection;
import lunchd.connection.FakeConnection.End;
import lunchd.connection.FakeConnection.Kind;
import lunchd.fixtures.Answer;
import lunchd.fixtures.LogCapture;
import lunchd.lunch.Lunch;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import lunchd.settings.Settings;
import lunchd.tls.TlsClient;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ACME challenges (RFC 8555 section 8.3) from a webroot, and nothing else from it. */
final class ChallengeHandlerTest {
  private static final String PREFIX = "/.well-known/acme-challenge/";
  private static final String TOKEN = "LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0";
  private static final String AUTHORIZATION =
      TOKEN + ".9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI";
  private static final String SECRET = "not for the client";
  private static final String GET =
      "GET " + PREFIX + TOKEN + " HTTP/1.1\r\nHost: lunch.example\r\n\r\n";
  private static final String[] IDENTITY = {
    "-key=test-fixtures/tls/p256-key.pem", "-certificate=test-fixtures/tls/p256-chain.pem"
  };

  @TempDir private Path directory;
  private Path webroot;
  private Path challenges;

  @BeforeEach
  void makeWebroot() throws Exception {
    webroot = Files.createDirectory(directory.resolve("webroot"));
    challenges = Files.createDirectories(webroot.resolve(PREFIX.substring(1)));
    Files.writeString(challenges.resolve(TOKEN), AUTHORIZATION);
    for (Path outside : new Path[] {directory, webroot, challenges.getParent()}) {
      Files.writeString(outside.resolve("secret"), SECRET);
    }
  }

  /** What one client gets, and what the log says of it. */
  private record Outcome(byte[] response, String log) {}

  private Outcome ask(String[] options, String method, String target) throws Misconfiguration {
    String[] all = Arrays.copyOf(options, options.length + 1);
    all[options.length] = "--acme-webroot=" + webroot;
    String request = method + " " + target + " HTTP/1.1\r\nHost: lunch.example\r\n\r\n";
    FakeConnection client = run(FakeConnection.of(Kind.TCP, End.SILENCE, request), all);
    return new Outcome(client.written(), LogCapture.takeOne());
  }

  private static <C extends Connection> C run(C client, String... options) throws Misconfiguration {
    LogCapture.take();
    Settings settings = Settings.parse(new Lunch(), options);
    ExitStatus status = Exchange.run(settings, new Lunch(), client, Deadline.after(60_000));
    assertEquals(ExitStatus.OK, status);
    return client;
  }

  private Outcome get(String target) throws Misconfiguration {
    return ask(IDENTITY, "GET", target);
  }

  private static void assertIsServed(String content, Outcome outcome) {
    Answer answer = Answer.parse(outcome.response);
    assertEquals(200, answer.status(), outcome.log);
    assertEquals(content, answer.content());
    assertEquals("application/octet-stream", answer.field("Content-Type"));
    assertTrue(outcome.log.endsWith(" ms an ACME challenge"), outcome.log);
  }

  private static void assertIsNotFound(String reason, Outcome outcome) {
    Answer answer = Answer.parse(outcome.response);
    assertEquals(404, answer.status(), outcome.log);
    assertFalse(answer.content().contains(SECRET), answer.content());
    assertFalse(answer.content().contains("webroot"), "no path to the client");
    assertTrue(outcome.log.contains(reason), outcome.log);
  }

  @Test
  void servesAChallengeInPlaintext() throws Exception {
    assertIsServed(AUTHORIZATION, get(PREFIX + TOKEN));
    assertIsServed(AUTHORIZATION, get("http://lunch.example" + PREFIX + TOKEN));
    assertIsServed(AUTHORIZATION, get(PREFIX + TOKEN + "?query"));
    assertIsServed(AUTHORIZATION, ask(new String[0], "GET", PREFIX + TOKEN));
    Answer head = Answer.parseHead(ask(IDENTITY, "HEAD", PREFIX + TOKEN).response);
    assertEquals(Integer.toString(AUTHORIZATION.length()), head.field("Content-Length"));
    assertEquals("", head.content());
  }

  /** Percent-encoded or not, it is the same path: RFC 3986 section 6.2.2.2. */
  @Test
  void thePathMayBeEncoded() throws Exception {
    String token = "%4c" + TOKEN.substring(1);
    assertIsServed(AUTHORIZATION, get("/%2ewell-known/%61cme-challenge/" + token));
    assertIsNotFound("that is not an ACME token", get("/%2Ewell-known/acme-challenge/%2e./secret"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 22, 43, 86, 255})
  void aTokenMayBeAnyName(int length) throws Exception {
    String token = "-_aZ09".repeat(50).substring(0, length);
    Files.writeString(challenges.resolve(token), "text");
    assertIsServed("text", get(PREFIX + token));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "../secret",
        "../../secret",
        "../acme-challenge/" + TOKEN,
        "./" + TOKEN,
        "/" + TOKEN,
        TOKEN + "/",
        TOKEN + "/..",
        "sub/" + TOKEN,
        "%2e%2e/secret",
        "..%2fsecret",
        "%2e%2e%2f%2e%2e%2fsecret",
        "%4c" + "oqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0%2f",
        TOKEN + "%00",
        TOKEN + "=",
        TOKEN + ".html",
        TOKEN + "~",
        TOKEN + ";x",
        TOKEN + "+",
      })
  void whatIsNoTokenNamesNoFile(String token) throws Exception {
    assertIsNotFound("that is not an ACME token", get(PREFIX + token));
  }

  @Test
  void onlyTheRegularFileOfThatVeryNameIsServed() throws Exception {
    Files.createDirectory(challenges.resolve("directory"));
    Files.createSymbolicLink(challenges.resolve("link"), webroot.resolve("secret"));
    Files.createSymbolicLink(challenges.resolve("near"), Path.of(TOKEN));
    Files.createSymbolicLink(challenges.resolve("dangling"), Path.of("nowhere"));
    Process mkfifo = new ProcessBuilder("mkfifo", challenges.resolve("fifo").toString()).start();
    assertEquals(0, mkfifo.waitFor());
    for (String name :
        new String[] {
          "directory",
          "link",
          "near",
          "dangling",
          "fifo",
          "none",
          TOKEN.toLowerCase(),
          "x".repeat(256),
          "x".repeat(5000)
        }) {
      assertIsNotFound("no file " + challenges, get(PREFIX + name));
    }
  }

  @Test
  void aFileOfAtMost4KilobytesOfText() throws Exception {
    for (int size : new int[] {0, 1, 4096}) {
      Files.writeString(challenges.resolve("size"), "x".repeat(size));
      assertIsServed("x".repeat(size), get(PREFIX + "size"));
    }
    Files.writeString(challenges.resolve("size"), SECRET + "x".repeat(4097 - SECRET.length()));
    assertIsNotFound("size is over 4 KiB", get(PREFIX + "size"));
    Files.write(challenges.resolve("binary"), new byte[] {'a', (byte) 0xff});
    assertIsNotFound("binary can't be read: ", get(PREFIX + "binary"));
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /",
    "GET, /.well-known/acme-challenge",
    "GET, /.well-known/acme-challengeX/secret",
    "GET, /.well-known/secret",
    "GET, /.WELL-KNOWN/acme-challenge/secret",
    "GET, /.well-known%2facme-challenge/secret",
    "GET, //.well-known/acme-challenge/secret",
    "GET, /secret",
    "POST, /",
  })
  void allElseIsRedirected(String method, String target) throws Exception {
    Outcome outcome = ask(IDENTITY, method, target);
    Answer answer = Answer.parse(outcome.response);
    assertEquals(308, answer.status());
    assertEquals("https://lunch.example" + target, answer.field("Location"));
  }

  @ParameterizedTest
  @CsvSource({"POST, 405", "DELETE, 405", "PUT, 405", "BREW, 501"})
  void isOnlyThereToBeRead(String method, int status) throws Exception {
    Outcome outcome = ask(IDENTITY, method, PREFIX + TOKEN);
    assertEquals(status, Answer.parse(outcome.response).status());
  }

  /** A missing directory affects only challenges: everything else works. */
  @Test
  void aWebrootThatIsNotThereIsSaidWhenItIsAskedFor() throws Exception {
    webroot = directory.resolve("nowhere");
    assertIsNotFound("no file " + webroot + PREFIX + TOKEN, get(PREFIX + TOKEN));
    assertEquals(308, Answer.parse(get("/").response).status());
  }

  @Test
  void withoutTheOptionItIsLikeAnyOtherPath() throws Exception {
    FakeConnection client = run(FakeConnection.of(Kind.TCP, End.SILENCE, GET), IDENTITY);
    assertEquals(308, Answer.parse(client.written()).status());
  }

  /**
   * The authority asks in plaintext; over TLS the handler answers, and the files can't be reached.
   */
  @Test
  void overTlsThereIsNone() throws Exception {
    TlsClient client = TlsClient.of(GET, parameters -> {});
    run(client, IDENTITY[0], IDENTITY[1], "--acme-webroot=" + webroot);
    assertEquals(404, Answer.parse(client.content()).status());
  }
}
