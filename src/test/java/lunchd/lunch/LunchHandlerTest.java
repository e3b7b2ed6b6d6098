package lunchd.lunch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import lunchd.http.Request;
import lunchd.http.Response;
import lunchd.http.Status;
import lunchd.http.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LunchHandlerTest {
  private static Response answer(Menu menu, String method, Target.Form form, String path) {
    Target target = new Target(form, null, path, "");
    return new LunchHandler(menu, new Random(25))
        .handle(new Request(method, target, null, List.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "GET, ORIGIN, /, OK",
    "HEAD, ORIGIN, /, OK",
    "GET, ORIGIN, /soup, NOT_FOUND",
    "POST, ORIGIN, /soup, NOT_FOUND",
    "POST, ORIGIN, /, METHOD_NOT_ALLOWED",
    "PATCH, ORIGIN, /, METHOD_NOT_ALLOWED",
    "OPTIONS, ASTERISK, '', METHOD_NOT_ALLOWED",
    "CONNECT, AUTHORITY, '', METHOD_NOT_ALLOWED",
  })
  void whatIsAnswered(String method, Target.Form form, String path, Status status) {
    assertEquals(status, answer(Menu.DEFAULT, method, form, path).status());
  }

  @Test
  void theLunchIsEscapedInThePageAndPlainInTheLog() {
    Response response =
        answer(
            new Menu(List.of("<b>Mac & \"Cheese\"</b> d'oeuvre")), "GET", Target.Form.ORIGIN, "/");
    assertTrue(
        response
            .content()
            .contains("<h1>&lt;b&gt;Mac &amp; &quot;Cheese&quot;&lt;/b&gt; d&#39;oeuvre</h1>"),
        response.content());
    assertEquals("<b>Mac & \"Cheese\"</b> d'oeuvre", response.remark());
  }
}
