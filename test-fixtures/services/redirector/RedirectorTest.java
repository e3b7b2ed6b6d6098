package redirector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import lunchd.http.Request;
import lunchd.http.Response;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectorTest {
  @TempDir private Path directory;

  private Path file(String text) throws Exception {
    return Files.writeString(directory.resolve("redirects"), text);
  }

  private Response answer(String method, String path) throws Exception {
    Path file = file("# moved\n\n301 /old https://lunch.example/new?a&b\n302 /today  /menu");
    return new Redirector.Redirects(Redirector.read(file))
        .handle(Request.builder(method, path).build());
  }

  @Test
  void leadsToWhereThingsAre() throws Exception {
    Response moved = answer("GET", "/old");
    assertEquals(301, moved.status());
    assertEquals("https://lunch.example/new?a&b", moved.field("Location"));
    assertEquals("max-age=3600", moved.field("Cache-Control"));
    Response found = answer("HEAD", "/today");
    assertEquals(302, found.status());
    assertEquals("/menu", found.field("Location"));
    assertNull(found.field("Cache-Control"));
    assertEquals(404, answer("GET", "/").status());
    assertEquals(405, answer("POST", "/old").status());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"303 /a /b", "301 a /b", "301 /a", "301", "301 /a /b c", "301 /a caf\u00e9", "301 /a \t"})
  void aLineThatSaysNothingIsTheOperatorsToFix(String line) throws Exception {
    Path file = file("302 /a /b\n" + line + "\n");
    Misconfiguration e = assertThrows(Misconfiguration.class, () -> Redirector.read(file));
    assertEquals(ExitStatus.CONFIG, e.status());
    assertTrue(e.getMessage().contains(file + ": line 2 "), e.getMessage());
  }
}
