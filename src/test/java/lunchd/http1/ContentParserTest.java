package lunchd.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import lunchd.http.Rejection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Content of a known length and in chunks, in one piece and octet by octet. */
final class ContentParserTest {
  private static final int LIMIT = 16;

  private static RequestHead head(String framing) {
    String text = "POST / HTTP/1.1\r\nHost: x\r\n" + framing + "\r\n\r\n";
    RequestParser parser = new RequestParser(false);
    try {
      assertTrue(parser.parse(octets(text)));
    } catch (Rejection e) {
      throw new AssertionError(e);
    }
    return parser.head();
  }

  private static RequestHead chunked() {
    return head("Transfer-Encoding: chunked");
  }

  private static ByteBuffer octets(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Parses what was sent; returns null if it is incomplete. */
  private static String parse(RequestHead head, String sent) throws Rejection {
    ContentParser whole = new ContentParser(head, false, LIMIT);
    ByteBuffer in = octets(sent);
    boolean isDone = whole.parse(in);
    ContentParser cut = new ContentParser(head, false, LIMIT);
    int place = 0;
    boolean cutIsDone = cut.parse(octets(""));
    while (place < sent.length() && !cutIsDone) {
      cutIsDone = cut.parse(octets(sent.substring(place, ++place)));
    }
    assertEquals(isDone, cutIsDone, "octet by octet");
    if (!isDone) {
      return null;
    }
    assertEquals(place, in.position(), "what follows is left");
    String content = new String(whole.content(), StandardCharsets.ISO_8859_1);
    assertEquals(content, new String(cut.content(), StandardCharsets.ISO_8859_1));
    return content;
  }

  private static int status(RequestHead head, String sent) {
    return assertThrows(Rejection.class, () -> parse(head, sent)).status();
  }

  @Test
  void aKnownLength() throws Rejection {
    assertEquals("tea", parse(head("Content-Length: 3"), "teapot"));
    assertEquals("", parse(head("Content-Length: 0"), "pot"));
    assertEquals("", parse(head("X-Tea: green"), "pot"));
    assertEquals("x".repeat(LIMIT), parse(head("Content-Length: 16"), "x".repeat(LIMIT)));
    assertEquals(null, parse(head("Content-Length: 4"), "tea"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"17", "2147483648", "9223372036854775808", "99999999999999999999999"})
  void aLengthOverTheLimitIsKnownAtOnce(String length) {
    assertEquals(413, status(head("Content-Length: " + length), ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "3\r\ntea\r\n0\r\n\r\n",
        "1\r\nt\r\n2\r\nea\r\n0\r\n\r\n",
        "3;name=value\r\ntea\r\n0;last\r\n\r\n",
        "3 ; name=\"a;b\"\r\ntea\r\n0\r\n\r\n",
        "0003\r\ntea\r\n000\r\n\r\n",
        "3\r\ntea\r\n0\r\nX-Trailer: yes\r\nX-Other: no\r\n\r\n",
        "3\r\ntea\r\n0\r\n\r\nGET / HTTP/1.1\r\n"
      })
  void chunks(String sent) throws Rejection {
    assertEquals("tea", parse(chunked(), sent));
  }

  @Test
  void aChunkMayHoldAnyOctet() throws Rejection {
    assertEquals("\0\r\n\u00ff", parse(chunked(), "4\r\n\0\r\n\u00ff\r\n0\r\n\r\n"));
    assertEquals("x".repeat(10), parse(chunked(), "A\r\n" + "x".repeat(10) + "\r\n0\r\n\r\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r\n",
        "x\r\n",
        "-1\r\n",
        "0x3\r\n",
        " 3\r\n",
        "3 \r\n",
        "+3\r\n",
        ";a\r\n",
        "3\n",
        "3\rt",
        "3\r\nteapot\r\n",
        "3\r\ntea0\r\n",
        "3\r\ntea\n",
        "3\0\r\n",
        "3\u007f\r\n"
      })
  void malformedChunks(String sent) {
    assertEquals(400, status(chunked(), sent));
  }

  @ParameterizedTest
  @CsvSource({"11", "FFFFFFFF", "100000000", "FFFFFFFFFFFFFFFFFFFFFFFF"})
  void aChunkOverTheLimitIsKnownByItsSize(String size) {
    assertEquals(413, status(chunked(), size + "\r\n"));
  }

  @Test
  void chunksOverTheLimitTogether() throws Rejection {
    assertEquals(413, status(chunked(), "10\r\n" + "x".repeat(16) + "\r\n1\r\n"));
    assertEquals("x".repeat(16), parse(chunked(), "10\r\n" + "x".repeat(16) + "\r\n0\r\n\r\n"));
  }

  @Test
  void extensionsAndTrailersHaveLimits() {
    assertEquals(400, status(chunked(), "3;" + "x".repeat(ContentParser.MAX_CHUNK_LINE)));
    String trailer = "X: " + "x".repeat(1000) + "\r\n";
    assertEquals(431, status(chunked(), "0\r\n" + trailer.repeat(9)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "3", "3\r\n", "3\r\nte", "3\r\ntea\r\n", "3\r\ntea\r\n0\r\n"})
  void cutShort(String sent) throws Rejection {
    assertEquals(null, parse(chunked(), sent));
  }

  @Test
  void lfAloneEndsALineWhereAPersonTypes() throws Rejection {
    ContentParser parser = new ContentParser(chunked(), true, LIMIT);
    assertFalse(parser.parse(octets("3\ntea\n0\n")));
    assertTrue(parser.parse(octets("\n")));
    assertEquals("tea", new String(parser.content(), StandardCharsets.US_ASCII));
  }
}
