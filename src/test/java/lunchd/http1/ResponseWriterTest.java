package lunchd.http1;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import lunchd.fixtures.Answer;
import lunchd.http.Response;
import lunchd.http.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent to the client: what the response contains, and what lunchd adds. */
final class ResponseWriterTest {
  private static final Instant NOW = Instant.parse("1994-11-06T08:49:37Z");

  private static byte[] octets(Response response, boolean head, int hsts) {
    ByteBuffer buffer = ResponseWriter.serialize(response, head, hsts, NOW);
    byte[] octets = new byte[buffer.remaining()];
    buffer.get(octets);
    return octets;
  }

  private static Answer answer(Response response) {
    return Answer.parse(octets(response, false, 0));
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 400, 404, 405, 406, 408, 413, 414, 417, 421, 431, 500, 501, 505})
  void anErrorIsAWholePageWithTheFieldsOfAll(int status) {
    Answer answer = answer(Response.error(status, "Nothing to eat."));
    assertEquals(status, answer.status());
    assertEquals(Status.name(status), answer.reason());
    assertEquals("Sun, 06 Nov 1994 08:49:37 GMT", answer.field("Date"));
    assertEquals("text/html; charset=utf-8", answer.field("Content-Type"));
    assertEquals("close", answer.field("Connection"));
    assertEquals("no-store", answer.field("Cache-Control"));
    assertEquals("nosniff", answer.field("X-Content-Type-Options"));
    assertEquals("no-referrer", answer.field("Referrer-Policy"));
    assertTrue(answer.content().contains("<p>Nothing to eat.</p>"));
    assertEquals(status + " " + Status.name(status), answer.heading());
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
    Response response = Response.of(200).html("<h1>Crème brûlée</h1>");
    Answer get = answer(response);
    Answer head = Answer.parseHead(octets(response, true, 0));
    assertEquals(get.fields(), head.fields());
    assertEquals("", head.content());
    assertFalse(get.content().isEmpty());
  }

  @Test
  void textJsonAndOctets() {
    Answer text = answer(Response.of(200).text("Crème brûlée\n"));
    assertEquals("text/plain; charset=utf-8", text.field("Content-Type"));
    assertEquals("Crème brûlée\n", text.content());
    assertNull(text.field("Content-Security-Policy"));
    Answer json = answer(Response.of(201).json("{\"lunch\":\"寿司\"}"));
    assertEquals(201, json.status());
    assertEquals("application/json", json.field("Content-Type"));
    assertEquals("{\"lunch\":\"寿司\"}", json.content());
    byte[] image = {(byte) 0x89, 'P', 'N', 'G', 0, (byte) 0xff};
    byte[] sent = octets(Response.of(200).content("image/png", image), false, 0);
    assertArrayEquals(image, Arrays.copyOfRange(sent, sent.length - image.length, sent.length));
    assertTrue(new String(sent, StandardCharsets.ISO_8859_1).contains("\r\nContent-Length: 6\r\n"));
  }

  @Test
  void whatAHandlerSetsTakesThePlaceOfTheDefault() {
    Response response =
        Response.of(200)
            .html("<p>Tea</p>")
            .with("cache-control", "max-age=60")
            .with("Content-Security-Policy", "default-src 'self'")
            .with("X-Content-Type-Options", "sniff")
            .with("Referrer-Policy", "origin")
            .with("Strict-Transport-Security", "max-age=1")
            .with("Date", "Mon, 07 Nov 1994 08:49:37 GMT");
    Answer answer = Answer.parse(octets(response, false, 31_536_000));
    assertEquals("max-age=60", answer.field("Cache-Control"));
    assertEquals("default-src 'self'", answer.field("Content-Security-Policy"));
    assertEquals("sniff", answer.field("X-Content-Type-Options"));
    assertEquals("origin", answer.field("Referrer-Policy"));
    assertEquals("max-age=1", answer.field("Strict-Transport-Security"));
    assertEquals("Mon, 07 Nov 1994 08:49:37 GMT", answer.field("Date"));
  }

  @Test
  void aSecondFieldOfANameIsSentToo() {
    Response response = Response.of(204).add("Set-Cookie", "a=1").add("Set-Cookie", "b=2");
    String sent = new String(octets(response, false, 0), StandardCharsets.ISO_8859_1);
    assertTrue(sent.contains("\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n"), sent);
  }

  /** RFC 9110 sections 8.6 and 15.3.5. */
  @ParameterizedTest
  @ValueSource(ints = {204, 304})
  void noContentAndNoLength(int status) {
    String sent =
        new String(
            octets(Response.of(status).text("never sent"), false, 0), StandardCharsets.ISO_8859_1);
    assertTrue(sent.endsWith("\r\n\r\n"), sent);
    assertFalse(sent.contains("Content-Length"), sent);
    assertFalse(sent.contains("never"), sent);
  }

  @Test
  void aResponseWithoutContentHasALengthOfZero() {
    Answer seeOther = answer(Response.of(303).with("Location", "/done"));
    assertEquals("0", seeOther.field("Content-Length"));
    assertNull(seeOther.field("Content-Type"));
    Answer reset = answer(Response.of(205).text("never sent"));
    assertEquals("0", reset.field("Content-Length"));
    assertEquals("", reset.content());
  }

  @Test
  void aStatusWithoutANameIsSentWithoutOne() {
    String sent = new String(octets(Response.of(299), false, 0), StandardCharsets.ISO_8859_1);
    assertTrue(sent.startsWith("HTTP/1.1 299 \r\n"), sent);
  }

  @Test
  void hstsIsSentIfThereIsATimeForIt() {
    assertNull(answer(Response.of(200)).field("Strict-Transport-Security"));
    Answer pinned = Answer.parse(octets(Response.of(200), false, 60));
    assertEquals("max-age=60", pinned.field("Strict-Transport-Security"));
  }

  @Test
  void thePolicyOfHtmlForbidsAllButAnIconAndForms() {
    Answer answer = answer(Response.error(404, "No."));
    assertEquals(
        List.of(
            "default-src 'none'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'"),
        List.of(answer.field("Content-Security-Policy").split("; ")));
    assertFalse(answer.content().contains("style"), "no style that the policy would refuse");
  }

  @Test
  void goOnIsAnInterimResponse() {
    byte[] octets = new byte[ResponseWriter.goOn().remaining()];
    ResponseWriter.goOn().get(octets);
    assertEquals("HTTP/1.1 100 Continue\r\n\r\n", new String(octets, StandardCharsets.US_ASCII));
  }
}
