package lunchd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lunchd.connection.Deadline;
import lunchd.connection.FakeConnection;
import lunchd.connection.FakeConnection.End;
import lunchd.connection.FakeConnection.Kind;
import lunchd.fixtures.Answer;
import lunchd.fixtures.LogCapture;
import lunchd.fixtures.TlsRecords;
import lunchd.lunch.Lunch;
import lunchd.operator.Misconfiguration;
import lunchd.settings.Settings;
import lunchd.tls.TlsConnection;

/** Any octets from a client give a well-formed answer or none, and one line in the log. */
final class ExchangeFuzzTest {
  private static final String[] PLAIN = {};
  private static final String[] IDENTITY = {
    "-key=test-fixtures/tls/p256-key.pem", "-certificate=test-fixtures/tls/p256-chain.pem"
  };

  /** The statuses that a client can get; 500 is not one of them. */
  private static final Set<Integer> STATUSES =
      Set.of(200, 308, 400, 404, 405, 406, 408, 414, 417, 421, 431, 501, 505);

  private static final Pattern IMF_FIXDATE =
      Pattern.compile(
          "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct"
              + "|Nov|Dec) [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT");

  /** The authority that a request names: that of an absolute-form, otherwise the Host field. */
  private static final Pattern ASKED =
      Pattern.compile(
          "(?:\r\n)*[^ ]+ (?i:(?:http://([^/? ]*)[^ ]*|/[^ ]*|\\*) HTTP/1.[0-9]\r\n"
              + "(?:(?!host:).*\r\n)*(?:host:[ \t]*(.*?)[ \t]*\r\n)?)(?s:.*)");

  private static final Pattern LOCATION = Pattern.compile("https://([^/?#@\\\\ ]+)(?:/[!-~]*)?");

  @FuzzTest
  void anyOctets(byte[] octets) throws Misconfiguration {
    FakeConnection whole = new FakeConnection(Kind.TCP, End.SILENCE, octets);
    FakeConnection cut = FakeConnection.octetByOctet(Kind.TCP, End.SILENCE, octets);
    assertEquals(converse(whole, PLAIN, octets), converse(cut, PLAIN, octets));
    for (Kind kind : Kind.values()) {
      converse(new FakeConnection(kind, End.END_OF_INPUT, octets), IDENTITY, octets);
    }
    converse(new FakeConnection(Kind.PIPE, End.END_OF_INPUT, octets), PLAIN, octets);
  }

  /** Returns the answer's status; 0 if there is none, or it is in TLS. */
  private static int converse(FakeConnection client, String[] options, byte[] octets)
      throws Misconfiguration {
    LogCapture.take();
    Exchange.run(Settings.parse(new Lunch(), options), new Lunch(), client, Deadline.after(60_000));

    List<String> log = LogCapture.take();
    assertEquals(1, log.size(), log::toString);
    assertTrue(log.get(0).matches("(INFO|WARN) [ -~]+"), log::toString);
    assertTrue(log.get(0).length() < 3_000, log::toString);

    byte[] written = client.written();
    boolean isTls =
        options == IDENTITY && octets.length > 0 && octets[0] == TlsConnection.HANDSHAKE;
    if (isTls) {
      TlsRecords.types(written);
    }
    if (isTls || written.length == 0) {
      return 0;
    }
    String request = new String(octets, StandardCharsets.ISO_8859_1);
    boolean isHead = request.matches("(?s)[\r\n]*HEAD .*");
    Answer answer = isHead ? Answer.parseHead(written) : Answer.parse(written);
    if (request.startsWith("HEAD ")) {
      assertEquals("", answer.content());
    }
    assertTrue(STATUSES.contains(answer.status()), () -> "status " + answer.status());
    assertTrue(IMF_FIXDATE.matcher(answer.field("Date")).matches(), answer.field("Date"));
    assertEquals("close", answer.field("Connection"));
    assertEquals("text/html; charset=utf-8", answer.field("Content-Type"));
    assertEquals(answer.status() == 405, answer.field("Allow") != null);
    assertEquals(answer.status() == 308, answer.field("Location") != null);
    if (answer.status() == 308) {
      assertStays(request, answer.field("Location"));
    }
    return answer.status();
  }

  /** A redirect leads to the host that was asked for, and to no other. */
  private static void assertStays(String request, String location) {
    Matcher to = LOCATION.matcher(location);
    assertTrue(to.matches(), location);
    Matcher from = ASKED.matcher(request);
    assertTrue(from.matches(), request);
    String asked = from.group(1) != null ? from.group(1) : from.group(2);
    assertNotNull(asked, request);
    assertEquals(asked.replaceFirst(":(?:0*80)?$", ""), to.group(1), request);
  }
}
