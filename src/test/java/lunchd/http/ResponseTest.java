package lunchd.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a handler can put into a response, and what it can't. */
final class ResponseTest {
  private static String text(Response response) {
    return new String(response.content(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 204, 303, 418, 599})
  void anyStatusFrom200To599(int status) {
    assertEquals(status, Response.of(status).status());
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 100, 199, 600, 2000})
  void noOtherStatus(int status) {
    assertThrows(IllegalArgumentException.class, () -> Response.of(status));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a\r\nX: b", "a\nb", "a\rb", "a\0b", "a\u001b[2J", "a\u007f", "\u5bff\u53f8"})
  void noFieldCarriesWhatCantBeSent(String value) {
    Response response = Response.of(200);
    assertThrows(IllegalArgumentException.class, () -> response.with("X-Lunch", value));
    assertThrows(IllegalArgumentException.class, () -> response.add("X-Lunch", value));
    assertThrows(IllegalArgumentException.class, () -> response.content(value, new byte[0]));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "X Lunch", "X-Lunch:", "X\r\nY", "Gr\u00fcn"})
  void aFieldsNameIsAToken(String name) {
    assertThrows(IllegalArgumentException.class, () -> Response.of(200).with(name, "soup"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Connection", "content-length", "Transfer-Encoding", "trailer", "Upgrade"})
  void framingIsLunchdsAlone(String name) {
    assertThrows(IllegalArgumentException.class, () -> Response.of(200).with(name, "1"));
    assertThrows(IllegalArgumentException.class, () -> Response.of(200).add(name, "1"));
  }

  @Test
  void withReplacesAndAddAdds() {
    Response response =
        Response.of(200).add("X-Tea", "green").add("x-tea", "black").add("X-Cake", "none");
    assertEquals(3, response.fields().size());
    assertEquals("green", response.field("X-TEA"));
    Response replaced = response.with("x-TEA", "white");
    assertEquals(
        List.of(new Field("X-Cake", "none"), new Field("x-TEA", "white")), replaced.fields());
    assertEquals(3, response.fields().size(), "the first is as it was");
    assertEquals("caf\u00e9\t!", response.with("X-Tea", "caf\u00e9\t!").field("X-Tea"));
  }

  @Test
  void theLastContentCounts() {
    Response response = Response.of(200).text("soup").json("{}");
    assertEquals("{}", text(response));
    assertEquals("application/json", response.field("Content-Type"));
    assertEquals(1, response.fields().size());
  }

  @Test
  void theRemarkStays() {
    Response response = Response.of(303).remark("seat 7").with("Location", "/done").text("done");
    assertEquals("seat 7", response.remark());
    assertEquals("", Response.of(200).remark());
  }

  @Test
  void aReasonIsText() {
    String page = text(Response.error(400, "<script>&\"'"));
    assertTrue(page.contains("<p>&lt;script&gt;&amp;&quot;&#39;</p>"), page);
    assertTrue(page.contains("<title>400 Bad Request</title>"), page);
    assertTrue(text(Response.error(499, "No.")).contains("<title>499</title>"));
  }

  @Test
  void methodNotAllowedSaysWhichAre() {
    Response response = Response.methodNotAllowed("GET, HEAD");
    assertEquals(405, response.status());
    assertEquals("GET, HEAD", response.field("Allow"));
    assertTrue(text(response).contains("GET, HEAD"));
  }
}
