package lunchd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import lunchd.connection.Deadline;
import lunchd.connection.FakeConnection;
import lunchd.connection.FakeConnection.End;
import lunchd.connection.FakeConnection.Kind;
import lunchd.fixtures.Answer;
import lunchd.fixtures.LogCapture;
import lunchd.log.Log;
import lunchd.lunch.Lunch;
import lunchd.settings.Settings;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Nothing that a client sends becomes a separate line in the answer or in the log, or a redirect to
 * another host. LogIT tests the way from the log to fd 2.
 */
final class InjectionTest {
  private static final int LONG = 8 * 1024;
  private static final String[] IDENTITY = {
    "-key=test-fixtures/tls/p256-key.pem", "-certificate=test-fixtures/tls/p256-chain.pem"
  };

  /**
   * Where a client's octets go: in place of {@code @} in the request, and in the host it asks for.
   */
  enum Place {
    METHOD("G@T / HTTP/1.1\r\nHost: lunch.example\r\n\r\n"),
    TARGET("GET @ HTTP/1.1\r\nHost: lunch.example\r\n\r\n"),
    PATH("GET /@/ HTTP/1.1\r\nHost: lunch.example\r\n\r\n"),
    QUERY("GET /?a@ HTTP/1.1\r\nHost: lunch.example\r\n\r\n"),
    AUTHORITY(
        "GET http://lunch@.example/ HTTP/1.1\r\nHost: other.example\r\n\r\n", "lunch@.example"),
    VERSION("GET / HTTP/1.@\r\nHost: lunch.example\r\n\r\n"),
    START_OF_HOST("GET / HTTP/1.1\r\nHost: @lunch.example\r\n\r\n", "@lunch.example"),
    HOST("GET / HTTP/1.1\r\nHost: lunch@.example\r\n\r\n", "lunch@.example"),
    END_OF_HOST("GET / HTTP/1.1\r\nHost: lunch.example@\r\n\r\n", "lunch.example@"),
    PORT("GET / HTTP/1.1\r\nHost: lunch.example:4@3\r\n\r\n", "lunch.example:4@3"),
    FIELD_NAME("GET / HTTP/1.1\r\nHost: lunch.example\r\nX-@: y\r\n\r\n"),
    USER_AGENT("GET / HTTP/1.1\r\nHost: lunch.example\r\nUser-Agent: @\r\n\r\n"),
    REFERER("GET / HTTP/1.1\r\nReferer: a@b\r\nHost: lunch.example\r\n\r\n");

    private final String request;
    private final String host;

    Place(String request) {
      this(request, "lunch.example");
    }

    Place(String request, String host) {
      this.request = request;
      this.host = host;
    }

    String request(String octets) {
      return request.replace("@", octets);
    }

    /**
     * Returns the host asked for: up to where the line or URI ends it, without blanks around it.
     */
    String host(String octets) {
      return host.replace("@", octets).replaceAll("(?s)^[ \t]+|(\r|/|\\?).*|[ \t]+$|:$", "");
    }
  }

  /** Every octet, and sequences: characters in UTF-8, invalid UTF-8, escapes, whole lines. */
  private static List<String> octets() {
    List<String> all = new ArrayList<>();
    for (char c = 0; c <= 0xff; c++) {
      all.add(String.valueOf(c));
    }
    all.addAll(
        List.of(
            "\u00c2\u0085", // U+0085, next line
            "\u00e2\u0080\u00a8", // U+2028, line separator
            "\u00e2\u0080\u00ae", // U+202E, right-to-left override
            "\u00e2\u0081\u00a6", // U+2066, left-to-right isolate
            "\u00ef\u00bb\u00bf", // U+FEFF, byte order mark
            "\u00c0\u008a", // LF, overlong
            "\u00ed\u00a0\u0080", // a surrogate
            "\u00f4\u0090\u0080\u0080", // beyond U+10FFFF
            "%0d%0a",
            "%00",
            "\r\nSet-Cookie: a=b",
            "\r\n\r\n<script>",
            "\n<0>forged: ",
            "\u001b[31m"));
    return all;
  }

  @ParameterizedTest
  @EnumSource
  void whereverOctetsGoTheyMakeNoLineAndLeadNowhereElse(Place place) throws Exception {
    int redirects = 0;
    for (String octets : octets()) {
      for (String some : List.of(octets, octets.repeat(LONG))) {
        assertNull(answer(place.request(some)).field("Location"));
        Answer redirected = answer(place.request(some), IDENTITY);
        String location = redirected.field("Location");
        assertEquals(redirected.status() == 308, location != null);
        if (location != null) {
          redirects++;
          assertEquals("https", URI.create(location).getScheme());
          assertEquals(place.host(some), URI.create(location).getRawAuthority());
        }
      }
    }
    assertTrue(redirects > 0, "none is redirected");
  }

  /** A host in the target takes precedence over the Host field, RFC 9112 section 3.2.2. */
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
    Answer answer = answer("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n", IDENTITY);
    assertEquals(location == null ? 400 : 308, answer.status());
    assertEquals(location, answer.field("Location"));
  }

  private static final String STRING = "\"(?:[ !#-\\[\\]-~]|\\\\[\"\\\\]|\\\\u[0-9a-f]{4})*\"";
  private static final String START =
      "(INFO|WARN) \\{\"time\":\"[^\"]+\",\"level\":\"(info|warn)\",";
  private static final String CLIENT = "\"client\":\"192\\.0\\.2\\.7\",\"port\":49152";
  private static final String REQUEST = "(,\"request\":" + STRING + ")?,\"status\":\\d{3}";
  private static final String COST =
      ",\"bytes\":\\d+,\"ms\":\\d+,\"drained_bytes\":\\d+,\"drained_ms\":\\d+";
  private static final String END = "(,\"remark\":" + STRING + ")?\\}";
  private static final String OBJECT = START + CLIENT + REQUEST + COST + END;

  @ParameterizedTest
  @EnumSource
  void noOctetsMakeAFieldInJson(Place place) throws Exception {
    Log.configure("info", true);
    for (String octets : octets()) {
      for (String some : List.of(octets, octets.repeat(LONG), "\",\"status\":999" + octets)) {
        FakeConnection client = FakeConnection.of(Kind.TCP, End.SILENCE, place.request(some));
        Exchange.run(Settings.parse(new Lunch()), new Lunch(), client, Deadline.after(60_000));
        String line = LogCapture.takeOne();
        assertTrue(line.matches(OBJECT), line);
      }
    }
  }

  /** Returns the only answer; its lines must be well-formed, and so must the log's only line. */
  private static Answer answer(String request, String... options) throws Exception {
    FakeConnection client = FakeConnection.of(Kind.TCP, End.SILENCE, request);
    Exchange.run(Settings.parse(new Lunch(), options), new Lunch(), client, Deadline.after(60_000));
    String line = LogCapture.takeOne();
    assertTrue(line.matches("(INFO|WARN) 192\\.0\\.2\\.7:49152 plain [ -~]+"), line);
    assertTrue(line.length() < 2_500, line);
    Answer answer = Answer.parse(client.written());
    assertTrue(
        List.of(200, 308, 400, 404, 408, 414, 431, 501, 505).contains(answer.status()),
        () -> "status " + answer.status());
    assertTrue(answer.content().matches("[\n -~]+"), answer.content());
    assertNull(answer.field("Set-Cookie"));
    return answer;
  }
}
