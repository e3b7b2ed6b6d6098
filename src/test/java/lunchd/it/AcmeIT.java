package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLSocket;
import lunchd.it.support.Answer;
import lunchd.it.support.Child;
import lunchd.it.support.Fixtures;
import lunchd.it.support.Handed;
import lunchd.it.support.JdkClient;
import lunchd.it.support.Lunchd;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ACME challenges (RFC 8555 section 8.3) from a webroot, and nothing else of it. */
class AcmeIT {
  private static final String PREFIX = "/.well-known/acme-challenge/";
  private static final String TOKEN = "LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0";
  private static final String AUTHORIZATION =
      TOKEN + ".9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI";
  private static final String SECRET = "not for the client";

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
  private record Outcome(String response, String log) {}

  private Outcome ask(Lunchd lunchd, String method, String target) throws Exception {
    try (Handed handed = lunchd.and("--acme-webroot", webroot.toString()).tcp()) {
      String response =
          handed.exchange(method + " " + target + " HTTP/1.1\r\nHost: lunch.example\r\n\r\n");
      Child.Result result = handed.result();
      assertEquals(0, result.status(), result.stderr());
      assertEquals(1, result.stderr().lines().count(), result.stderr());
      return new Outcome(response, result.stderr());
    }
  }

  private Outcome get(String target) throws Exception {
    return ask(Lunchd.with(Fixtures.pair("p256")), "GET", target);
  }

  private static void assertIsServed(String content, Outcome outcome) {
    Answer answer = Answer.parse(outcome.response);
    assertEquals(200, answer.status(), outcome.response);
    assertEquals(content, answer.content());
    assertEquals("application/octet-stream", answer.fields().get("content-type"));
    assertTrue(outcome.log.endsWith(" ms an ACME challenge\n"), outcome.log);
  }

  private static void assertIsNotFound(String reason, Outcome outcome) {
    Answer answer = Answer.parse(outcome.response);
    assertEquals(404, answer.status(), outcome.response);
    assertFalse(outcome.response.contains(SECRET), outcome.response);
    assertFalse(outcome.response.contains("webroot"), "no path to the client");
    assertTrue(outcome.log.contains(reason), outcome.log);
  }

  @Test
  void servesAChallengeInPlaintext() throws Exception {
    assertIsServed(AUTHORIZATION, get(PREFIX + TOKEN));
    assertIsServed(AUTHORIZATION, get("http://lunch.example" + PREFIX + TOKEN));
    assertIsServed(AUTHORIZATION, get(PREFIX + TOKEN + "?query"));
    assertIsServed(AUTHORIZATION, ask(Lunchd.with(), "GET", PREFIX + TOKEN));
    String head = ask(Lunchd.with(Fixtures.pair("p256")), "HEAD", PREFIX + TOKEN).response;
    assertTrue(head.contains("\r\nContent-Length: " + AUTHORIZATION.length() + "\r\n"), head);
    assertTrue(head.endsWith("\r\n\r\n"), head);
  }

  /** Percent-encoded or not, it is the same path: RFC 3986 section 6.2.2.2. */
  @Test
  void thePathMayBeEncoded() throws Exception {
    String token = "%4c" + TOKEN.substring(1);
    assertIsServed(AUTHORIZATION, get("/%2ewell-known/%61cme-challenge/" + token));
    assertIsNotFound("that is no ACME token", get("/%2Ewell-known/acme-challenge/%2e./secret"));
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
    assertIsNotFound("that is no ACME token", get(PREFIX + token));
  }

  @Test
  void onlyTheRegularFileOfThatVeryNameIsServed() throws Exception {
    Files.createDirectory(challenges.resolve("directory"));
    Files.createSymbolicLink(challenges.resolve("link"), webroot.resolve("secret"));
    Files.createSymbolicLink(challenges.resolve("near"), Path.of(TOKEN));
    Files.createSymbolicLink(challenges.resolve("dangling"), Path.of("nowhere"));
    try (Child mkfifo = Child.start("mkfifo", challenges.resolve("fifo").toString())) {
      assertEquals(0, mkfifo.result().status());
    }
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
    Outcome outcome = ask(Lunchd.with(Fixtures.pair("p256")), method, target);
    Answer answer = Answer.parse(outcome.response);
    assertEquals(308, answer.status());
    assertEquals("https://lunch.example" + target, answer.fields().get("location"));
  }

  @ParameterizedTest
  @CsvSource({"POST, 405", "DELETE, 405", "PUT, 405", "BREW, 501"})
  void isOnlyThereToBeRead(String method, int status) throws Exception {
    Outcome outcome = ask(Lunchd.with(Fixtures.pair("p256")), method, PREFIX + TOKEN);
    assertEquals(status, Answer.parse(outcome.response).status());
  }

  /** Nobody's certificate may hang on a directory that is not there: all else goes on. */
  @Test
  void aWebrootThatIsNotThereIsSaidWhenItIsAskedFor() throws Exception {
    webroot = directory.resolve("nowhere");
    assertIsNotFound("no file " + webroot + PREFIX + TOKEN, get(PREFIX + TOKEN));
    assertEquals(308, Answer.parse(get("/").response).status());
  }

  @Test
  void withoutTheOptionItIsLikeAnyOtherPath() throws Exception {
    try (Handed handed = Lunchd.with(Fixtures.pair("p256")).tcp()) {
      String request = "GET " + PREFIX + TOKEN + " HTTP/1.1\r\nHost: lunch.example\r\n\r\n";
      assertEquals(308, Answer.parse(handed.exchange(request)).status());
    }
  }

  /** The authority comes in plaintext; over TLS there is lunch, and no second way to the files. */
  @Test
  void overTlsThereIsNone() throws Exception {
    Lunchd lunchd = Lunchd.with(Fixtures.pair("p256")).and("--acme-webroot", webroot.toString());
    try (Handed handed = lunchd.tcp();
        SSLSocket client = JdkClient.over(handed.socket())) {
      String request = "GET " + PREFIX + TOKEN + " HTTP/1.1\r\nHost: lunch.example\r\n\r\n";
      assertEquals(404, Answer.parse(JdkClient.exchange(client, request)).status());
      assertEquals(0, handed.result().status());
    }
  }
}
