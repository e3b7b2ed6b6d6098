package guestbook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import lunchd.http.Request;
import lunchd.http.Response;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuestbookTest {
  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void noBookYet() {
    file = directory.resolve("book");
  }

  private Response sign(String form) throws Exception {
    return new Guestbook.Book(file).handle(Request.builder("POST", "/").form(form).build());
  }

  private String page() throws Exception {
    Response response = new Guestbook.Book(file).handle(Request.builder("GET", "/").build());
    assertEquals(200, response.status());
    return new String(response.content(), StandardCharsets.UTF_8);
  }

  @Test
  void keepsWhatGuestsWrite() throws Exception {
    assertFalse(page().contains("<dt>"));
    Response signed = sign("name=Ada&text=Lovely+caf%C3%A9%0D%0A%26+%3Ccake%3E");
    assertEquals(303, signed.status());
    assertEquals("/", signed.field("Location"));
    sign("name=Grace&text=Hi");
    assertTrue(
        page()
            .contains(
                "<dt>Ada</dt><dd>Lovely café  &amp; &lt;cake&gt;</dd>\n<dt>Grace</dt><dd>Hi</dd>"),
        page());
  }

  @Test
  void anEntryThatWasCutShortTakesNoOtherWithIt() throws Exception {
    Files.write(file, "\nAda\tLovely caf\u00e9".getBytes(StandardCharsets.UTF_8));
    try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() - 1); // within a character
    }
    sign("name=Grace&text=Hi");
    assertTrue(page().contains("<dt>Grace</dt><dd>Hi</dd>"), page());
  }

  @Test
  void anEntryIsWhole() throws Exception {
    assertEquals(400, sign("name=Ada").status());
    assertEquals(400, sign("name=Ada&text=+").status());
    assertEquals(400, sign("name=Ada&text=" + "x".repeat(1001)).status());
    Request json = Request.builder("POST", "/").content("{}".getBytes()).build();
    assertEquals(400, new Guestbook.Book(file).handle(json).status());
    assertTrue(Files.notExists(file));
  }

  @Test
  void aBookCanBeFull() throws Exception {
    Files.write(file, new byte[1024 * 1024 - 8]);
    assertEquals(303, sign("name=Ada&text=Hi").status());
    assertEquals(507, sign("name=Ada&text=Hi").status());
  }

  @Test
  void hasNothingElse() throws Exception {
    var book = new Guestbook.Book(file);
    assertEquals(404, book.handle(Request.builder("GET", "/book").build()).status());
    assertEquals(405, book.handle(Request.builder("DELETE", "/").build()).status());
  }
}
