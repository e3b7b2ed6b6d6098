package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import lunchd.it.support.Answer;
import lunchd.it.support.Child;
import lunchd.it.support.Fixtures;
import lunchd.it.support.Handed;
import lunchd.it.support.Lunchd;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A client can neither forge a line of the log or of the answer, nor have others sent elsewhere.
 */
class InjectionIT {
  private static final int LONG = 8 * 1024;

  /** As in the journal, where a line's start says how grave it is. */
  private static final Lunchd REDIRECTS =
      Lunchd.with(Fixtures.pair("p256")).set("JOURNAL_STREAM", "STDERR_ID");

  private static final String LINE =
      "<[45]>127\\.0\\.0\\.1:\\d+ plain \"([^\"\\\\]|\\\\[\"x])*\"(\\.\\.\\.)? \\d{3} \\d+ bytes"
          + " \\d+ ms[ -~]*\n";

  private static Answer exchange(String request) throws Exception {
    try (Handed handed = REDIRECTS.tcp()) {
      Answer answer = Answer.parse(handed.exchange(request));
      Child.Result result = handed.result();
      assertEquals(0, result.status(), result.stderr());
      assertTrue(result.stderr().matches(LINE), result.stderr());
      return answer;
    }
  }

  /** In the request line, in what the redirect is made of, and in what is only read. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r",
        "\n",
        "\r\n",
        "\0",
        "\u001b[31m",
        "\u00c2\u0085", // U+0085, next line
        "\u00e2\u0080\u00a8", // U+2028, line separator
        "\u00e2\u0080\u00ae", // U+202E, right-to-left override
        "\u00ff\u00c0\u008a", // no UTF-8
        "\n<0>",
        "\r\n<0>forged: ",
        "\r\nSet-Cookie: a=b\r\n",
        "%0d%0aSet-Cookie:%20a=b",
      })
  void octetsStayWhereTheyAre(String octets) throws Exception {
    for (String some : List.of(octets, octets.repeat(LONG / octets.length()))) {
      for (String request :
          List.of(
              "G@T / HTTP/1.1\r\nHost: lunch.example\r\n\r\n",
              "GET /@ HTTP/1.1\r\nHost: lunch.example\r\n\r\n",
              "GET / HTTP/1.1\r\nHost: lunch@.example\r\n\r\n",
              "GET / HTTP/1.1\r\nHost: lunch.example\r\nUser-Agent: @\r\n\r\n")) {
        Answer answer = exchange(request.replace("@", some));
        assertFalse(answer.fields().containsKey("set-cookie"));
        String location = answer.fields().getOrDefault("location", "https://lunch.example/");
        String host = "lunch((%0d%0aSet-Cookie:%20a=b)*\\.example)?"; // a line may end within it
        assertTrue(location.matches("https://" + host + "/[!-~]*"), location);
      }
    }
  }

  /** The target's own host counts before the Host field, RFC 9112 section 3.2.2. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          //evil.example                     | lunch.example               | https://lunch.example//evil.example
          /..//evil.example                  | lunch.example               | https://lunch.example/..//evil.example
          /@evil.example                     | lunch.example               | https://lunch.example/@evil.example
          /%5cevil.example                   | lunch.example               | https://lunch.example/%5cevil.example
          /%0d%0aLocation:%20//evil.example  | lunch.example               | https://lunch.example/%0d%0aLocation:%20//evil.example
          /?https://evil.example             | lunch.example               | https://lunch.example/?https://evil.example
          http://lunch.example/              | evil.example                | https://lunch.example/
          *                                  | lunch.example               |
          /\\evil.example                    | lunch.example               |
          \\\\evil.example                   | lunch.example               |
          @evil.example                      | lunch.example               |
          .evil.example                      | lunch.example               |
          evil.example                       | lunch.example               |
          javascript://evil.example          | lunch.example               |
          https:evil.example                 | lunch.example               |
          http:///evil.example               | lunch.example               |
          http://lunch.example@evil.example/ | lunch.example               |
          http://lunch.example:@evil.example | lunch.example               |
          /                                  | lunch.example@evil.example  |
          /                                  | lunch.example:@evil.example |
          /                                  | lunch.example:443:80        |
          /                                  | lunch.example:443@evil      |
          /                                  | lunch.example/evil          |
          /                                  | lunch.example\\evil         |
          /                                  | lunch.example?evil          |
          /                                  | lunch.example#.evil.example |
          /                                  | lunch.example evil.example  |
          /                                  | lunch.example\t.evil        |
          /                                  | [::1].evil.example          |
          /                                  | [::1]@evil.example          |
          /                                  | //evil.example              |
          """)
  void noRedirectLeavesTheHostThatWasAsked(String target, String host, String location)
      throws Exception {
    Answer answer = exchange("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    assertEquals(location == null ? 400 : 308, answer.status());
    assertEquals(location, answer.fields().get("location"));
  }
}
