package redirector;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lunchd.http.Handler;
import lunchd.http.Html;
import lunchd.http.Request;
import lunchd.http.Response;
import lunchd.operator.Arguments;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import lunchd.operator.NamedFile;
import lunchd.operator.Service;
import org.apache.commons.cli.Options;

/**
 * Sends clients from old paths to where things are now. Its file has a line for each: {@code 301} or
 * {@code 302}, the path, and where to, with blanks between them; {@code #} begins a comment.
 */
public final class Redirector implements Service {
  @Override
  public Options options() {
    return new Options().addOption(Arguments.option("redirects", "FILE", "what leads where"));
  }

  @Override
  public Handler open(Arguments arguments) throws Misconfiguration {
    return new Redirects(read(arguments));
  }

  @Override
  public void check(Arguments arguments, Report report) throws Misconfiguration {
    report.line("redirects", Integer.toString(read(arguments).size()));
  }

  private static List<Redirect> read(Arguments arguments) throws Misconfiguration {
    Path file = arguments.path("redirects");
    if (file == null) {
      throw Arguments.usage("--redirects is missing: the file with what leads where");
    }
    return read(file);
  }

  static List<Redirect> read(Path file) throws Misconfiguration {
    String text = new String(NamedFile.read("--redirects", file), StandardCharsets.UTF_8);
    List<Redirect> redirects = new ArrayList<>();
    int number = 0;
    for (int start = 0, end; start < text.length(); start = end + 1) {
      end = text.indexOf('\n', start);
      end = end < 0 ? text.length() : end;
      number++;
      String line = text.substring(start, end).strip();
      if (!line.isEmpty() && line.charAt(0) != '#') {
        Redirect redirect = redirect(line);
        if (redirect == null) {
          throw new Misconfiguration(
              ExitStatus.CONFIG,
              "--redirects " + file + ": line " + number + " is not 301 or 302, a path and a target;"
                  + " write it as `301 /old https://lunch.example/new`");
        }
        redirects.add(redirect);
      }
    }
    return redirects;
  }

  /** Returns what a line says; null if it says nothing of the kind. */
  private static Redirect redirect(String line) {
    int first = line.indexOf(' ');
    int second = line.indexOf(' ', first + 1);
    if (first < 0 || second < 0) {
      return null;
    }
    String status = line.substring(0, first);
    String path = line.substring(first + 1, second);
    String target = line.substring(second + 1).strip();
    boolean isPermanent = status.equals("301");
    if (!isPermanent && !status.equals("302") || !path.startsWith("/") || !isVisible(target)) {
      return null;
    }
    return new Redirect(isPermanent, path, target);
  }

  private static boolean isVisible(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ' || text.charAt(i) > '~') {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /** A line of the file. */
  record Redirect(boolean isPermanent, String path, String target) {}

  /** All of them. */
  record Redirects(List<Redirect> all) implements Handler {
    @Override
    public Response handle(Request request) {
      if (!request.method().equals("GET") && !request.isHead()) {
        return Response.methodNotAllowed("GET, HEAD");
      }
      for (int i = 0; i < all.size(); i++) {
        Redirect redirect = all.get(i);
        if (redirect.path().equals(request.path())) {
          String link = Html.escape(redirect.target());
          Response response =
              Response.of(redirect.isPermanent() ? 301 : 302)
                  .with("Location", redirect.target())
                  .html(Html.page("It is elsewhere", "<a href=\"" + link + "\">" + link + "</a>"));
          return redirect.isPermanent() ? response.with("Cache-Control", "max-age=3600") : response;
        }
      }
      return Response.error(404, "Nothing is here, and nothing leads elsewhere.");
    }
  }
}
