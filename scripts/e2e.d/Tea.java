package tea;

import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import lunchd.http.Handler;
import lunchd.http.Request;
import lunchd.http.Response;
import lunchd.operator.Arguments;
import lunchd.operator.Service;
import org.apache.commons.cli.Options;

/** A service that uses each of the shipped drop-ins; the path selects which. */
public final class Tea implements Service {
  @Override
  public Options options() {
    return new Options().addOption(Arguments.option("greeting", "TEXT", "what it says"));
  }

  @Override
  public Handler open(Arguments arguments) {
    String greeting = arguments.value("greeting");
    return request -> answer(greeting, request);
  }

  private static Response answer(String greeting, Request request) throws Exception {
    Path state = Path.of("/state/guests");
    switch (request.path()) {
      case "/":
        return Response.of(200).text(greeting);
      case "/secret":
        return Response.of(200)
            .text(Files.readString(Path.of(System.getenv("CREDENTIALS_DIRECTORY"), "secret")));
      case "/state":
        if (request.method().equals("GET")) {
          return Response.of(200).text(Files.readString(state));
        }
        try (FileChannel file =
            FileChannel.open(state, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
          file.write(ByteBuffer.wrap(request.content(1024)));
          file.force(true);
        }
        return Response.of(201).text("kept");
      case "/outgoing":
        try (Socket socket = new Socket("localhost", 9009);
            InputStream in = socket.getInputStream()) {
          return Response.of(200).text(new String(in.readAllBytes()));
        }
      default:
        return Response.error(404, "No such tea.");
    }
  }
}
