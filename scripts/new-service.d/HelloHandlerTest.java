package lunchd.hello;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import lunchd.http.Request;
import lunchd.http.Response;
import lunchd.http.Status;
import lunchd.http.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HelloHandlerTest {
  private static Response answer(String method, String path) {
    Target target = new Target(Target.Form.ORIGIN, null, null, path, "");
    return new HelloHandler().handle(new Request(method, target, null, List.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /, OK",
    "HEAD, /, OK",
    "GET, /nothing, NOT_FOUND",
    "POST, /, METHOD_NOT_ALLOWED",
  })
  void whatIsAnswered(String method, String path, Status status) {
    assertEquals(status, answer(method, path).status());
  }

  @Test
  void saysHello() {
    assertTrue(answer("GET", "/").content().contains("<h1>Hello</h1>"));
  }
}
