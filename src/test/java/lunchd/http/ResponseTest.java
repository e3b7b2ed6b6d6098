package lunchd.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lunchd.fixtures.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes to the client: the fields of every response, the pages, and no way to forge either. */
final class ResponseTest {
  private static final Instant NOW = Instant.parse("1994-11-06T08:49:37Z");

  private static byte[] octets(Response response, boolean head) {
    ByteBuffer buffer = ResponseWriter.serialize(response, head, NOW);
    byte[] octets = new byte[buffer.remaining()];
    buffer.get(octets);
    return octets;
  }

  @ParameterizedTest
  @EnumSource
  void everyStatusIsAWholeResponseWithTheFieldsOfAll(Status status) {
    Answer answer = Answer.parse(octets(Response.error(status, "Nothing to eat."), false));
    assertEquals(status.code(), answer.status());
    assertEquals(status.reason(), answer.reason());
    assertEquals("Sun, 06 Nov 1994 08:49:37 GMT", answer.field("Date"));
    assertEquals("text/html; charset=utf-8", answer.field("Content-Type"));
    assertEquals("close", answer.field("Connection"));
    assertEquals("no-store", answer.field("Cache-Control"));
    assertEquals("nosniff", answer.field("X-Content-Type-Options"));
    assertTrue(answer.content().contains("<p>Nothing to eat.</p>"));
    assertEquals(status.code() + " " + status.reason(), answer.heading());
    assertEquals(
        Set.of(
            "Date",
            "Content-Type",
            "Content-Length",
            "Connection",
            "Cache-Control",
            "X-Content-Type-Options",
            "Content-Security-Policy",
            "Referrer-Policy"),
        Set.copyOf(answer.fields().keySet()));
  }

  @Test
  void headHasEveryFieldOfGetButNoContent() {
    Response response = Response.page(Status.OK, "Lunch", "<h1>Crème brûlée</h1>", "");
    Answer get = Answer.parse(octets(response, false));
    Answer head = Answer.parseHead(octets(response, true));
    assertEquals(get.fields(), head.fields());
    assertEquals("", head.content());
    assertFalse(get.content().isEmpty());
  }

  @Test
  void aPageFetchesNothingElse() {
    Response response =
        Response.page(Status.OK, new Page("Lunch", "\"What?\"", "<h1>Soup</h1>\n"), "");
    Answer answer = Answer.parse(octets(response, false));
    assertTrue(answer.content().contains("<main>\n<h1>Soup</h1>\n</main>"), answer.content());
    assertTrue(
        answer.content().contains("<meta name=\"description\" content=\"&quot;What?&quot;\">"));
    assertEquals("no-referrer", answer.field("Referrer-Policy"));
    List<String> links =
        Pattern.compile("(?:href|src|url)[=(]\"?([^\" ]{5})")
            .matcher(answer.content())
            .results()
            .map(link -> link.group(1))
            .toList();
    assertEquals(List.of("data:"), links, "the icon, or a browser would ask for one");
  }

  @Test
  void textAndJson() {
    Answer text = Answer.parse(octets(Response.text("Crème brûlée\n", ""), false));
    assertEquals("text/plain; charset=utf-8", text.field("Content-Type"));
    assertEquals("Crème brûlée\n", text.content());
    Answer json = Answer.parse(octets(Response.json("{\"lunch\":\"寿司\"}", ""), false));
    assertEquals("application/json", json.field("Content-Type"));
    assertEquals("nosniff", json.field("X-Content-Type-Options"));
    assertEquals("{\"lunch\":\"寿司\"}", json.content());
  }

  @Test
  void lengthIsInOctetsOfUtf8() {
    Answer answer = Answer.parse(octets(Response.page(Status.OK, "寿司", "🍣", ""), false));
    assertTrue(answer.content().contains("<title>寿司</title>"));
    assertTrue(answer.content().contains("🍣"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nX: b", "a\nb", "a\rb", "a\0b", "a\u001b[2J"})
  void noFieldCarriesAControlCharacter(String value) {
    Response response = Response.error(Status.OK, "Soup.").with(new Field("X-Lunch", value));
    assertThrows(
        IllegalArgumentException.class, () -> ResponseWriter.serialize(response, false, NOW));
  }

  @Test
  void redirectNamesThePlaceInFieldAndLink() {
    Answer answer =
        Answer.parse(octets(Response.redirect("https://lunch.example/?a='b'&c"), false));
    assertEquals(308, answer.status());
    assertEquals("Permanent Redirect", answer.reason());
    assertEquals("https://lunch.example/?a='b'&c", answer.field("Location"));
    String link = "https://lunch.example/?a=&#39;b&#39;&amp;c";
    assertTrue(answer.content().contains("<a href=\"" + link + "\">" + link + "</a>"));
  }

  @Test
  void methodNotAllowedSaysWhichAre() {
    Answer answer = Answer.parse(octets(Response.methodNotAllowed("GET, HEAD"), false));
    assertEquals(405, answer.status());
    assertEquals("GET, HEAD", answer.field("Allow"));
    assertTrue(answer.content().contains("GET, HEAD"));
  }

  @Test
  void aReasonIsText() {
    Answer answer = Answer.parse(octets(Response.of(Rejection.badRequest("<script>&\"'")), false));
    assertTrue(answer.content().contains("<p>&lt;script&gt;&amp;&quot;&#39;</p>"));
  }

  @Test
  void thePolicyForbidsAllButThePagesOwnStyle() throws NoSuchAlgorithmException {
    Answer answer = Answer.parse(octets(Response.error(Status.NOT_FOUND, "No."), false));
    Matcher style =
        Pattern.compile("<style>(.*?)</style>", Pattern.DOTALL).matcher(answer.content());
    assertTrue(style.find());
    byte[] digest =
        MessageDigest.getInstance("SHA-256")
            .digest(style.group(1).getBytes(StandardCharsets.UTF_8));
    assertEquals(
        List.of(
            "default-src 'none'",
            "style-src 'sha256-" + Base64.getEncoder().encodeToString(digest) + "'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'"),
        List.of(answer.field("Content-Security-Policy").split("; ")));
    assertFalse(style.find(), "one style, no other");
    assertFalse(answer.content().contains("style="), "no style that the policy would refuse");
  }
}
