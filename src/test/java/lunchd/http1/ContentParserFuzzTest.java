package lunchd.http1;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.List;
import lunchd.http.Rejection;

/** Any octets as chunks give content within the limit or a rejection, however they are split. */
final class ContentParserFuzzTest {
  private static final int LIMIT = 64;
  private static final RequestHead CHUNKED =
      new RequestHead("POST", RequestHead.DEFAULT.target(), null, List.of(), 0, true, false);

  /**
   * The result of parsing some octets.
   *
   * @param content the content, or null
   * @param status that of the rejection, or 0
   */
  private record Outcome(byte[] content, int status, int taken) {}

  private static Outcome parse(byte[] octets, int piece) {
    int taken = 0;
    try {
      ContentParser parser = new ContentParser(CHUNKED, false, LIMIT);
      boolean isDone = false;
      while (!isDone && taken < octets.length) {
        int n = Math.min(piece, octets.length - taken);
        ByteBuffer in = ByteBuffer.wrap(octets, taken, n);
        isDone = parser.parse(in);
        taken = in.position();
      }
      return new Outcome(isDone ? parser.content() : null, 0, taken);
    } catch (Rejection e) {
      return new Outcome(null, e.status(), 0);
    }
  }

  @FuzzTest
  void anyOctets(byte[] octets) {
    Outcome whole = parse(octets, Integer.MAX_VALUE);
    for (int piece : new int[] {1, 2, 7}) {
      Outcome cut = parse(octets, piece);
      assertArrayEquals(whole.content, cut.content);
      assertEquals(whole.status, cut.status);
      assertEquals(whole.taken, cut.taken);
    }
    assertTrue(List.of(0, 400, 413, 431).contains(whole.status), () -> "status " + whole.status);
    if (whole.content != null) {
      assertTrue(whole.content.length <= LIMIT);
      assertTrue(whole.taken >= whole.content.length + 5, "at least 0 CRLF CRLF beside it");
    }
  }
}
