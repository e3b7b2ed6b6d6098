package lunchd.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.regex.Pattern;
import lunchd.http.Field;
import lunchd.http.Rejection;

/** Any octets give a well-formed request or an error's status, however they are split. */
final class RequestParserFuzzTest {
  /** The most octets that a parser may take, and so hold: its limits, and CRLFs. */
  private static final int MOST =
      2 * (RequestParser.MAX_REQUEST_LINE + 3) + RequestParser.MAX_HEADER_SECTION + 3;

  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern FIELD_VALUE =
      Pattern.compile("|[!-~\\x80-\\xff](?:[\\t -~\\x80-\\xff]*[!-~\\x80-\\xff])?");
  private static final Pattern HTTPS_URI =
      Pattern.compile(
          "https://(?:\\[[0-9A-Za-z:.~_!$&'()*+,;=-]+]"
              + "|(?:[0-9A-Za-z.~_!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+)(?::[0-9]+)?"
              + "(?:/(?:[0-9A-Za-z.~_!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*+)?");

  /** The result of parsing; {@code why} is null if the octets are, so far, those of a request. */
  private record Outcome(RequestHead request, int status, String why, String line, int taken) {}

  private static Outcome parse(boolean bareLf, int pieceLength, byte[] octets) {
    RequestParser parser = new RequestParser(bareLf);
    int taken = 0;
    try {
      while (taken < octets.length && parser.head() == null) {
        int length = Math.min(pieceLength, octets.length - taken);
        ByteBuffer piece = ByteBuffer.wrap(octets, taken, length).slice();
        assertEquals(parser.parse(piece), parser.head() != null);
        taken += piece.position();
      }
      return new Outcome(parser.head(), 0, null, parser.requestLine(), taken);
    } catch (Rejection e) {
      return new Outcome(null, e.status(), e.getMessage(), parser.requestLine(), 0);
    }
  }

  @FuzzTest
  void anyOctets(byte[] octets) {
    for (boolean bareLf : new boolean[] {false, true}) {
      Outcome whole = parse(bareLf, Integer.MAX_VALUE, octets);
      check(whole);
      assertEquals(whole, parse(bareLf, 1, octets));
      assertEquals(whole, parse(bareLf, 1 + octets.length / 2, octets));
      if (octets.length > MOST) { // the parser must have stopped before
        assertEquals(whole, parse(bareLf, Integer.MAX_VALUE, Arrays.copyOf(octets, MOST)));
      }
    }
  }

  private static void check(Outcome outcome) {
    assertTrue(outcome.line.length() <= RequestParser.MAX_REQUEST_LINE + 1);
    assertTrue(outcome.taken <= MOST, () -> "takes " + outcome.taken);
    RequestHead request = outcome.request;
    if (request == null) {
      return;
    }
    assertTrue(TOKEN.matcher(request.method()).matches(), request.method());
    assertTrue(request.path().isEmpty() || request.path().startsWith("/"), request.path());
    assertFalse(request.path().contains("?"), request.path());
    assertTrue(request.fields().size() <= RequestParser.MAX_FIELDS);
    for (Field field : request.fields()) {
      assertTrue(TOKEN.matcher(field.name()).matches(), field::toString);
      assertTrue(FIELD_VALUE.matcher(field.value()).matches(), field::toString);
    }
    for (int port : new int[] {0, 443, 8443}) {
      String uri = request.authority() == null ? null : request.httpsUri(port);
      assertTrue(uri == null || HTTPS_URI.matcher(uri).matches(), uri);
    }
  }
}
