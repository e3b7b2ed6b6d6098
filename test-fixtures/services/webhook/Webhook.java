package webhook;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import lunchd.http.Handler;
import lunchd.http.Hmac;
import lunchd.http.Request;
import lunchd.http.Response;
import lunchd.operator.Arguments;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import lunchd.operator.NamedFile;
import lunchd.operator.Service;

/**
 * Takes events as GitHub sends them: {@code X-Hub-Signature-256} has the HMAC-SHA256 of the content,
 * by a secret that both sides know. Here it is the credential {@code secret}.
 */
public final class Webhook implements Service {
  private static final int LIMIT = 1024 * 1024; // octets
  private static final String SCHEME = "sha256=";

  @Override
  public Handler open(Arguments arguments) throws Misconfiguration {
    String credentials = System.getenv("CREDENTIALS_DIRECTORY");
    if (credentials == null) {
      throw new Misconfiguration(
          ExitStatus.CONFIG, "there are no credentials; give the unit service-secret.conf");
    }
    return open(Path.of(credentials, "secret"));
  }

  static Handler open(Path file) throws Misconfiguration {
    byte[] secret = NamedFile.read("the credential", file);
    int length = secret.length;
    while (length > 0 && (secret[length - 1] == '\n' || secret[length - 1] == '\r')) {
      length--; // an editor's
    }
    if (length == 0) {
      throw new Misconfiguration(
          ExitStatus.CONFIG, "the credential " + file + " is empty; write the secret into it");
    }
    return new Receiver(Arrays.copyOf(secret, length));
  }

  /** One event. */
  private record Receiver(byte[] secret) implements Handler {
    @Override
    public Response handle(Request request) throws IOException {
      if (!request.method().equals("POST")) {
        return Response.methodNotAllowed("POST");
      }
      String signature = request.field("X-Hub-Signature-256");
      boolean isSigned = signature != null && signature.startsWith(SCHEME);
      String code = isSigned ? signature.substring(SCHEME.length()) : null;
      if (!Hmac.isSha256(secret, request.content(LIMIT), code)) {
        return Response.of(401).with("WWW-Authenticate", "X-Hub-Signature-256");
      }
      String event = request.field("X-GitHub-Event");
      return Response.of(204).remark(event == null ? "no event" : event);
    }
  }
}
