package training;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import lunchd.http.Handler;
import lunchd.http.Hmac;
import lunchd.http.Html;
import lunchd.http.Json;
import lunchd.http.Request;
import lunchd.http.Response;
import lunchd.operator.Arguments;
import lunchd.operator.Service;
import org.apache.commons.cli.Options;

/**
 * What ordinary services do, for the training run, so that their requests find these classes in the
 * AOT cache.
 */
public final class Trained implements Service {
  @Override
  public Options options() {
    return new Options().addOption(Arguments.option("state", "FILE", "what it writes"));
  }

  @Override
  public Handler open(Arguments arguments) {
    return new Answering(Path.of(arguments.value("state")));
  }

  private record Answering(Path state) implements Handler {
    @Override
    public Response handle(Request request) throws IOException {
      String seen =
          request.path()
              + request.parameter("name")
              + request.cookie("id")
              + request.field("Host")
              + request.client().address()
              + request.timeLeft().toMillis();
      if (request.method().equals("GET")) {
        String text;
        try (FileInputStream file = new FileInputStream(state.toFile())) {
          text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
        return Response.of(200).json(Json.string(seen + text)).html(Html.page("Trained", text));
      }
      String entry = request.form("entry");
      if (entry == null) {
        byte[] content = request.content(1024);
        byte[] key = seen.getBytes(StandardCharsets.UTF_8);
        return Hmac.isSha256(key, content, request.field("X-Signature"))
            ? Response.of(204)
            : Response.error(401, "That is not signed.");
      }
      // Not with java.nio: its file channels are 16 classes, and each costs time in every start.
      try (FileOutputStream file = new FileOutputStream(state.toFile(), true)) {
        file.write(entry.getBytes(StandardCharsets.UTF_8));
        file.getFD().sync();
      }
      return Response.of(303).with("Location", "/").add("Set-Cookie", "id=1").remark("written");
    }
  }
}
