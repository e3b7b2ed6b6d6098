package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocket;
import lunchd.fixtures.Answer;
import lunchd.it.support.Child;
import lunchd.it.support.Fixtures;
import lunchd.it.support.Handed;
import lunchd.it.support.JdkClient;
import lunchd.it.support.Lunchd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The log on stderr: one line for each request, in the format that its reader expects.
 * InjectionTest tries every octet in every place of a request; whether a line can be forged on the
 * way from there, or from the command line, to fd 2 is tested here.
 */
class LogIT {
  private static final String TEXT = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ %s lunchd: ";
  private static final String LINE =
      "127\\.0\\.0\\.1:\\d+ plain \"GET / HTTP/1\\.1\" 200 \\d+ bytes \\d+ ms (%s)"
          .concat("(; drained 0 bytes in \\d+ ms)?\n") // if the client is slow to close its side
          .formatted(String.join("|", Answer.MENU));

  private static void assertMatches(String pattern, String log) {
    assertTrue(Pattern.matches(pattern, log), log + " is not " + pattern);
  }

  /** STDERR_ID is fd 2's device and inode, as systemd gives them. */
  @ParameterizedTest
  @CsvSource({"STDERR_ID, true", "1:2, false", "'', false", "1STDERR_ID, false"})
  void hasAPriorityOnlyWhereJournalStreamNamesIt(String stream, boolean journal) throws Exception {
    Lunchd lunchd = Lunchd.with().set("JOURNAL_STREAM", stream);
    try (Handed handed = lunchd.tcp()) {
      Answer.lunch(handed.exchange(Answer.GET));
      assertMatches((journal ? "<5>" : TEXT.formatted("INFO")) + LINE, handed.result().stderr());
    }
    Child.Result error = lunchd.and("--menu", "/none").pipe("");
    assertMatches((journal ? "<3>" : TEXT.formatted("ERROR")) + "--menu /none.*\n", error.stderr());
    try (Handed handed = lunchd.tcp()) {
      handed.exchange("GET\r\n\r\n");
      assertMatches(
          (journal ? "<4>" : TEXT.formatted("WARN")) + "127.* 400 .*\n", handed.result().stderr());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /\r2026-11-23T00:00:00Z INFO lunchd: forged HTTP/1.1\r\n\r\n",
        "GET /\n<3>forged\n HTTP/1.1\r\n\r\n",
        "GET /\u0085\u2028\u001b[31m HTTP/1.1\r\nHost: x\r\n\r\n",
        "\u001b]0;forged\u0007\r\n\r\n",
        "GET /\"\\ 200 HTTP/1.1\r\nHost: x\r\n\r\n",
      })
  void noClientCanForgeALine(String request) throws Exception {
    String line =
        "127\\.0\\.0\\.1:\\d+ plain (-|\"([^\"\\\\]|\\\\[\"x])*\") 400 \\d+ bytes [ -~]+\n";
    for (String stream : List.of("", "STDERR_ID")) {
      try (Handed handed = Lunchd.with().set("JOURNAL_STREAM", stream).tcp()) {
        handed.exchange(request);
        String start = stream.isEmpty() ? TEXT.formatted("WARN") : "<4>";
        assertMatches(start + line, handed.result().stderr());
      }
    }
  }

  @Test
  void noArgumentCanForgeALine() throws Exception {
    String line = ".*soup\\\\x0a<3>forged\\\\x1b\\[2J;[ -~]+\n";
    for (String stream : List.of("", "STDERR_ID")) {
      Lunchd lunchd = Lunchd.with("soup\n<3>forged\u001b[2J").set("JOURNAL_STREAM", stream);
      String start = stream.isEmpty() ? TEXT.formatted("ERROR") : "<3>";
      assertMatches(start + line, lunchd.pipe("\n").stderr());
    }
  }

  private static final String TIME = "\"time\":\"[-0-9]+T[0-9:.]+Z\"";

  /** For the journal each line starts with the priority, which systemd removes. */
  @ParameterizedTest
  @CsvSource({"'', ''", "STDERR_ID, <4>"})
  void aLineMayBeJson(String stream, String priority) throws Exception {
    Lunchd lunchd = Lunchd.with("--log-format", "json").set("JOURNAL_STREAM", stream);
    try (Handed handed = lunchd.tcp()) {
      handed.exchange("GET /?\"\\ HTTP/1.1\r\nHost: x\r\n\r\n");
      String line =
          "\\{%s,\"level\":\"warn\",\"client\":\"127.0.0.1\",\"port\":\\d+,"
              + "\"request\":\"GET /\\?\\\\\"\\\\\\\\ HTTP/1.1\",\"status\":400,\"bytes\":\\d+,"
              + "\"ms\":\\d+,\"drained_bytes\":0,\"drained_ms\":\\d+,\"remark\":\"[^\"]+\"}\n";
      assertMatches(priority + line.formatted(TIME), handed.result().stderr());
    }
  }

  @Test
  void aJsonLineOverTlsHasVersionAndSuite() throws Exception {
    Lunchd lunchd = Lunchd.with("--log-format", "json").and(Fixtures.pair("p256"));
    try (Handed handed = lunchd.tcp();
        SSLSocket client = JdkClient.over(handed.socket())) {
      Answer.lunch(JdkClient.exchange(client, Answer.GET));
      String log = handed.result().stderr();
      String suite = client.getSession().getCipherSuite();
      assertTrue(log.contains(",\"tls\":\"TLSv1.3\",\"suite\":\"" + suite + "\","), log);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--menu /none", "--menu", "--timeout soon", "--dinner"})
  void anErrorMayBeJsonToo(String options) throws Exception {
    String log = Lunchd.with("--log-format=json").and(options.split(" ")).pipe("").stderr();
    assertMatches("\\{" + TIME + ",\"level\":\"error\",\"message\":\"[ -~]+\"}\n", log);
  }

  /**
   * In the order of severity: how many lines each level keeps of a request, and of an operator's
   * error.
   */
  @ParameterizedTest
  @CsvSource({"trace, 1, 1", "debug, 1, 1", "info, 1, 1", "warn, 0, 1", "error, 0, 1", "off, 0, 0"})
  void hasALevel(String level, int lines, int errors) throws Exception {
    Lunchd lunchd = Lunchd.with("--log-level", level);
    assertEquals(lines, lunchd.pipe("\n").stderr().lines().count());
    assertEquals(errors, lunchd.and("--menu", "/none").pipe("").stderr().lines().count());
  }

  @Test
  void neverTellsAPassword() throws Exception {
    Lunchd lunchd =
        Lunchd.with(Fixtures.pair("p256-key-encrypted.pem", "p256-chain.pem"))
            .and(
                "--key-password-file", Fixtures.file("password-wrong.txt"), "--log-level", "trace");
    String password =
        java.nio.file.Files.readString(java.nio.file.Path.of(Fixtures.file("password-wrong.txt")))
            .strip();
    String log = lunchd.pipe("\n").stderr();
    assertTrue(!log.isEmpty() && !log.contains(password), log);
  }
}
