package lunchd.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import lunchd.http.Field;
import lunchd.http.Rejection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a handler sees of a request; RequestTableTest tests what is answered. */
final class RequestParserTest {
  private final RequestParser parser = new RequestParser(false);

  private boolean parse(String text) throws Rejection {
    return parser.parse(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  @Test
  void aRequestInAllItsParts() throws Rejection {
    assertTrue(
        parse(
            "POST /order;a?b=c HTTP/1.1\r\nhost: lunch.example:8443\r\n"
                + "X-Lunch: \t soup, \u00e9 \t\r\nx-lunch: salad\r\n\r\n"));
    RequestHead request = parser.head();
    assertEquals("POST", request.method());
    assertEquals("/order;a", request.path());
    assertEquals(new Target(Target.Form.ORIGIN, null, null, "/order;a", "?b=c"), request.target());
    assertEquals(new Authority("lunch.example", "8443"), request.authority());
    assertEquals(
        List.of(
            new Field("host", "lunch.example:8443"),
            new Field("X-Lunch", "soup, \u00e9"),
            new Field("x-lunch", "salad")),
        request.fields());
    assertEquals("POST /order;a?b=c HTTP/1.1", parser.requestLine());
  }

  @Test
  void whatFollowsTheRequestIsLeft() throws Rejection {
    ByteBuffer in =
        StandardCharsets.US_ASCII.encode("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\n");
    assertTrue(parser.parse(in));
    assertEquals("GET /2 HTTP/1.1\r\n", StandardCharsets.US_ASCII.decode(in).toString());
    assertTrue(parser.parse(in), "and never looked at");
    assertEquals("/", parser.head().path());
  }

  @ParameterizedTest
  @CsvSource({
    "GET /soup?q HTTP/1.1, ORIGIN, /soup, ?q",
    "GET http://lunch.example/soup?q HTTP/1.1, ABSOLUTE, /soup, ?q",
    "GET http://lunch.example HTTP/1.1, ABSOLUTE, /, ''",
    "CONNECT lunch.example:443 HTTP/1.1, AUTHORITY, '', ''",
    "OPTIONS * HTTP/1.1, ASTERISK, '', ''",
  })
  void everyFormOfTarget(String requestLine, Target.Form form, String path, String query)
      throws Rejection {
    assertTrue(parse(requestLine + "\r\nHost: other.example\r\n\r\n"));
    Target target = parser.head().target();
    assertEquals(form, target.form());
    assertEquals(path, target.path());
    assertEquals(query, target.query());
    boolean namesAHost = form == Target.Form.ABSOLUTE || form == Target.Form.AUTHORITY;
    assertEquals(namesAHost ? "lunch.example" : "other.example", parser.head().authority().host());
  }

  @ParameterizedTest
  @CsvSource({
    "/%74oday, /today",
    "/%41%5a%61%7a%30%39%2d%2E%5f%7E, /AZaz09-._~",
    "/%2e%2e/%2E, /../.",
    "/%2574oday, /%2574oday",
    "/%2f%3f%3b%40%25%20%00%c3%a8, /%2F%3F%3B%40%25%20%00%C3%A8",
    "/[a|b]^, /[a|b]^",
    "/a%2, ",
    "/%, ",
  })
  void aPathIsTheSameHoweverItIsEncoded(String sent, String path) throws Rejection {
    String request = "GET " + sent + "?%74[] HTTP/1.1\r\nHost: x\r\n\r\n";
    if (path == null) {
      assertThrows(Rejection.class, () -> parse(request));
      return;
    }
    assertTrue(parse(request));
    assertEquals(path, parser.head().path());
    assertEquals(sent, parser.head().target().path());
    assertEquals("?%74[]", parser.head().target().query());
  }

  @ParameterizedTest
  @CsvSource({
    "http://x/, http, false",
    "HTTPS://x/, https, true",
    "/, , false",
    "*, , false",
  })
  void theSchemeOfAnAbsoluteForm(String target, String scheme, boolean isHttps) throws Rejection {
    assertTrue(parse("OPTIONS " + target + " HTTP/1.1\r\nHost: x\r\n\r\n"));
    assertEquals(scheme, parser.head().target().scheme());
    assertEquals(isHttps, parser.head().isHttps());
  }

  @Test
  void anEmptyHostNamesNone() throws Rejection {
    assertTrue(parse("GET / HTTP/1.1\r\nHost: \r\n\r\n"));
    assertNull(parser.head().authority());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"})
  void knownMethods(String method) {
    assertTrue(request(method).hasKnownMethod());
    assertEquals(method.equals("HEAD"), request(method).isHead());
  }

  @ParameterizedTest
  @ValueSource(strings = {"get", "GE", "GETS", "PRI", "BREW", "QUERY"})
  void unknownMethods(String method) {
    assertFalse(request(method).hasKnownMethod());
  }

  private static RequestHead request(String method) {
    return new RequestHead(method, RequestHead.DEFAULT.target(), null, List.of(), 0, false, false);
  }

  @Test
  void emptyLinesAreNoBeginning() throws Rejection {
    assertFalse(parse("\r\n\r\n\r"));
    assertFalse(parser.hasBegun());
    assertFalse(parse("\nG"));
    assertTrue(parser.hasBegun());
    assertEquals("G", parser.requestLine());
  }

  @Test
  void endOfInputStandsForGet() throws Rejection {
    assertFalse(parse("\r\n"));
    RequestHead request = parser.endOfInput();
    assertEquals("GET", request.method());
    assertEquals("/", request.path());
    assertNull(request.authority());
    assertEquals("GET / HTTP/1.1", parser.requestLine());
  }

  @Test
  void endOfInputWithinARequestIsAnError() throws Rejection {
    assertFalse(parse("GET / HTTP/1.1\r\n"));
    assertEquals(400, assertThrows(Rejection.class, parser::endOfInput).status());
  }

  @Test
  void noRejectionQuotesTheClient() {
    Rejection rejection =
        assertThrows(Rejection.class, () -> parse("GET /<evil> HTTP/1.1\r\nHost: x\r\n\r\n"));
    assertFalse(rejection.getMessage().contains("evil"));
  }
}
