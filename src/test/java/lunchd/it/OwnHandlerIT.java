package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Your own handler in place of lunch: one class, and the one line that names it. */
class OwnHandlerIT {
  private static final String HANDLER =
      """
      package lunchd.tea;

      import lunchd.http.Handler;
      import lunchd.http.Request;
      import lunchd.http.Response;
      import lunchd.http.Status;

      public final class TeaHandler implements Handler {
        @Override
        public Response handle(Request request) {
          return Response.page(Status.OK, "Tea", "<h1>Tea for " + request.path() + "</h1>", "tea");
        }
      }
      """;

  @Test
  void answersInPlaceOfLunch(@TempDir Path directory) throws Exception {
    Path sources = Sources.copy(directory.resolve("sources"));
    Path tea = Files.createDirectory(sources.resolve("lunchd/tea"));
    Files.writeString(tea.resolve("TeaHandler.java"), HANDLER);
    Sources.replace(
        sources,
        "lunchd/Exchange.java",
        "LunchHandler.open(settings.menu(), settings.zone()); // put your own here",
        "new lunchd.tea.TeaHandler();");
    Dist dist = Dist.BUILT.copyTo(directory.resolve("dist"));
    dist =
        dist.withClasses(
            Sources.compile(sources, "lunchd/Exchange.java", "lunchd/tea/TeaHandler.java"));
    Child.Result result =
        Lunchd.with().from(dist).pipe("GET /two HTTP/1.1\r\nHost: lunch.example\r\n\r\n");
    Answer answer = Answer.parse(result.stdout());
    assertEquals(200, answer.status());
    assertEquals(true, answer.content().contains("<h1>Tea for /two</h1>"), answer.content());
    assertEquals(0, result.status());
  }
}
