package lunchd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import lunchd.connection.Deadline;
import lunchd.connection.FakeConnection;
import lunchd.connection.FakeConnection.End;
import lunchd.connection.FakeConnection.Kind;
import lunchd.fixtures.Answer;
import lunchd.fixtures.LogCapture;
import lunchd.fixtures.RequestCase;
import lunchd.fixtures.RequestCase.Mode;
import lunchd.lunch.Choice;
import lunchd.lunch.Days;
import lunchd.lunch.Lunch;
import lunchd.lunch.Menu;
import lunchd.operator.Misconfiguration;
import lunchd.settings.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every request of test-fixtures/requests/requests.txt, however it is split on the way. */
final class RequestTableTest {
  private static final int SHORT = 400; // octets: split in every place

  static List<RequestCase> cases() {
    return RequestCase.all();
  }

  static List<RequestCase> answeredOnSockets() {
    return cases().stream().filter(c -> c.mode() != Mode.PIPE && c.status() != 0).toList();
  }

  @Test
  void theTableHasCasesOfEveryModeAndNoNameTwice() {
    Set<String> names = new HashSet<>();
    cases().forEach(c -> assertTrue(names.add(c.toString()), c.toString()));
    assertTrue(names.size() > 400, () -> names.size() + " cases");
    for (Mode mode : Mode.values()) {
      assertTrue(cases().stream().anyMatch(c -> c.mode() == mode), mode.name());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whole(RequestCase request) throws Misconfiguration {
    check(request, End.END_OF_INPUT, request.octets());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void octetByOctet(RequestCase request) throws Misconfiguration {
    check(request, End.END_OF_INPUT, request.octetByOctet());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void inTwoPieces(RequestCase request) throws Misconfiguration {
    int length = request.octets().length;
    int step = length <= SHORT ? 1 : Math.ceilDiv(length, 40);
    int[] ends = IntStream.concat(IntStream.range(1, 80), IntStream.range(8180, 8205)).toArray();
    for (int place = 1; place < length; place += step) {
      check(request, End.END_OF_INPUT, request.cutAt(place));
    }
    for (int fromEnd : step == 1 ? new int[0] : ends) {
      if (fromEnd < length) {
        check(request, End.END_OF_INPUT, request.cutAt(fromEnd));
        check(request, End.END_OF_INPUT, request.cutAt(length - fromEnd));
      }
    }
  }

  /** What is wrong or complete is answered at once, without waiting for the end of the input. */
  @ParameterizedTest
  @MethodSource("answeredOnSockets")
  void withoutAnEndOfInput(RequestCase request) throws Misconfiguration {
    check(request, End.SILENCE, request.octets());
  }

  static List<RequestCase> gets() {
    return cases().stream()
        .filter(c -> c.text().startsWith("GET ") && !c.hasLongestRequestLine())
        .toList();
  }

  /** RFC 9110 section 9.3.2, for every rejection too: HEAD gets the fields of GET. */
  @ParameterizedTest
  @MethodSource("gets")
  void headIsAnsweredAsGetIsWithoutTheContent(RequestCase get) throws Misconfiguration {
    byte[] head = ("HEAD " + get.text().substring(4)).getBytes(StandardCharsets.ISO_8859_1);
    byte[] written = converse(get.mode(), End.END_OF_INPUT, head);
    if (get.status() == 0) {
      assertArrayEquals(new byte[0], written);
      return;
    }
    Answer answer = Answer.parseHead(written);
    assertEquals(get.status(), answer.status());
    assertEquals("", answer.content());
    if (get.status() != 200) { // the length depends on the lunch
      Answer other = Answer.parse(converse(get.mode(), End.END_OF_INPUT, get.octets()));
      assertEquals(withoutDate(other), withoutDate(answer));
    }
  }

  private static Map<String, String> withoutDate(Answer answer) {
    Map<String, String> fields = new TreeMap<>(answer.fields());
    assertNotNull(fields.remove("Date"));
    return fields;
  }

  private static byte[] converse(Mode mode, End end, byte[]... pieces) throws Misconfiguration {
    Kind kind = mode == Mode.PIPE ? Kind.PIPE : Kind.TCP;
    FakeConnection client = new FakeConnection(kind, end, pieces);
    Settings settings =
        mode == Mode.REDIRECT
            ? Settings.parse(
                new Lunch(),
                "-key=test-fixtures/tls/p256-key.pem",
                "-certificate=test-fixtures/tls/p256-chain.pem")
            : Settings.parse(new Lunch());
    LogCapture.take();
    Exchange.run(settings, new Lunch(), client, Deadline.after(60_000));
    assertOneLogLine();
    return client.written();
  }

  private static void check(RequestCase request, End end, byte[]... pieces)
      throws Misconfiguration {
    byte[] written = converse(request.mode(), end, pieces);
    if (request.status() == 0) {
      assertArrayEquals(new byte[0], written);
      return;
    }
    boolean isHead = request.text().stripLeading().startsWith("HEAD ");
    Answer answer = isHead ? Answer.parseHead(written) : Answer.parse(written);
    assertEquals(request.status(), answer.status());
    assertEquals(request.location(), answer.field("Location"));
    assertEquals(request.status() == 405 ? "GET, HEAD" : null, answer.field("Allow"));
    assertEquals("close", answer.field("Connection"));
    assertNull(answer.field("Strict-Transport-Security"));
    if (isHead) {
      assertEquals("", answer.content());
    } else if (request.status() == 200) {
      boolean isJson = "application/json".equals(answer.field("Content-Type"));
      String lunch =
          isJson ? answer.content().replaceAll("^\\{\"lunch\":\"|\"\\}$", "") : answer.heading();
      assertTrue(Menu.DEFAULT.choices().contains(new Choice(lunch, 1, Days.ALL)), answer.content());
    } else {
      assertTrue(answer.content().contains("<p>"), "a body that a person can read");
    }
  }

  /** Whatever the client sent: one line of printable ASCII, no error, no stack trace. */
  private static void assertOneLogLine() {
    String line = LogCapture.takeOne();
    assertTrue(line.matches("(INFO|WARN) [ -~]+"), line);
    assertTrue(line.length() < 1_000, line);
  }
}
