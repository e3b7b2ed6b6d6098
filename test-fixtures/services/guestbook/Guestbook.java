package guestbook;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import lunchd.http.Handler;
import lunchd.http.Html;
import lunchd.http.Request;
import lunchd.http.Response;
import lunchd.operator.Arguments;
import lunchd.operator.Service;
import org.apache.commons.cli.Options;

/**
 * A guest book: a form, and below it all that guests wrote. An entry is on the disk before its
 * writer is told so.
 *
 * <p>Each is a process of its own, and they may write at the same time: with O_APPEND one {@code
 * write} of an entry is one piece. It begins with the line's end, so that of an entry that was cut
 * short, when the machine lost its power, the next one is not a part.
 */
public final class Guestbook implements Service {
  private static final int MAX_BOOK = 1024 * 1024; // octets; LimitFSIZE= of service-state.conf
  private static final int MAX_NAME = 60; // characters
  private static final int MAX_TEXT = 1000;

  @Override
  public Options options() {
    return new Options()
        .addOption(Arguments.option("book", "FILE", "where entries are kept (default /state/book)"));
  }

  @Override
  public Handler open(Arguments arguments) {
    String book = arguments.value("book");
    return new Book(Path.of(book == null ? "/state/book" : book));
  }

  /** The book in a file. */
  record Book(Path file) implements Handler {
    @Override
    public Response handle(Request request) throws IOException {
      if (!request.path().equals("/")) {
        return Response.error(404, "There is nothing but the guest book here.");
      }
      switch (request.method()) {
        case "GET", "HEAD":
          return Response.of(200).html(page(entries()));
        case "POST":
          return sign(request.form("name"), request.form("text"));
        default:
          return Response.methodNotAllowed("GET, HEAD, POST");
      }
    }

    private Response sign(String name, String text) throws IOException {
      if (name == null || name.isBlank() || text == null || text.isBlank()) {
        return Response.error(400, "An entry has a name and a text.");
      }
      if (name.length() > MAX_NAME || text.length() > MAX_TEXT) {
        return Response.error(
            400, "A name has at most " + MAX_NAME + " characters, a text " + MAX_TEXT + ".");
      }
      byte[] entry = ("\n" + line(name) + "\t" + line(text)).getBytes(StandardCharsets.UTF_8);
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
        if (channel.size() + entry.length > MAX_BOOK) {
          return Response.error(507, "The book is full.");
        }
        if (channel.write(ByteBuffer.wrap(entry)) != entry.length) {
          throw new IOException("the entry was written in part");
        }
        channel.force(true);
      }
      try (FileChannel directory =
          FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
        directory.force(true); // a new file's name is there
      }
      return Response.of(303).with("Location", "/").remark("an entry of " + entry.length + " octets");
    }

    /** In one line, since a line is an entry. */
    private static String line(String text) {
      StringBuilder line = new StringBuilder(text.length());
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        line.append(Character.isISOControl(c) ? ' ' : c);
      }
      return line.toString().strip();
    }

    private String entries() throws IOException {
      try {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      } catch (NoSuchFileException e) {
        return ""; // nobody has written yet
      }
    }

    private static String page(String entries) {
      StringBuilder html =
          new StringBuilder("<form method=\"post\" action=\"/\">\n")
              .append("<label>Name <input name=\"name\" maxlength=\"60\" required></label>\n")
              .append("<label>Text <input name=\"text\" maxlength=\"1000\" required></label>\n")
              .append("<button>Sign</button>\n</form>\n<dl>\n");
      for (int start = 0, end; start < entries.length(); start = end + 1) {
        end = entries.indexOf('\n', start);
        end = end < 0 ? entries.length() : end;
        int tab = entries.indexOf('\t', start);
        if (tab >= 0 && tab < end) {
          html.append("<dt>").append(Html.escape(entries.substring(start, tab)));
          html.append("</dt><dd>").append(Html.escape(entries.substring(tab + 1, end)));
          html.append("</dd>\n");
        }
      }
      return Html.page("Guest book", html.append("</dl>").toString());
    }
  }
}
