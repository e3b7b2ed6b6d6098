package lunchd.acme;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import lunchd.http.Handler;
import lunchd.http.Request;
import lunchd.http.Response;
import lunchd.syntax.AsciiSet;

/**
 * Serves the files that prove to a certificate authority who has this host: the HTTP challenge of
 * RFC 8555 section 8.3, as an ACME client such as certbot writes them below its webroot. A client
 * that gets no file isn't told why; the log has the reason.
 */
public final class ChallengeHandler implements Handler {
  /** The beginning of every challenge's path; the token follows. */
  public static final String PREFIX = "/.well-known/acme-challenge/";

  /** The largest file that is served, in octets: a key authorization has some 90. */
  public static final int MAX_SIZE = 4 * 1024;

  private final Path webroot;

  /**
   * Makes the handler. It looks for the directory only when a challenge is asked for.
   *
   * @param webroot the directory that the ACME client writes to
   */
  public ChallengeHandler(Path webroot) {
    this.webroot = webroot;
  }

  @Override
  public Response handle(Request request) {
    if (!request.method().equals("GET") && !request.isHead()) {
      return Response.methodNotAllowed("GET, HEAD");
    }
    String token = request.path().substring(PREFIX.length());
    if (token.isEmpty() || !AsciiSet.BASE64URL.spans(token)) { // no dot, no slash
      return notFound("that is not an ACME token");
    }
    Path file = webroot.resolve(PREFIX.substring(1) + token);
    try {
      // No link that leads out of the directory, and nothing that waits for a writer.
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        return notFound("no file " + file);
      }
      byte[] octets;
      try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
        octets = in.readNBytes(MAX_SIZE + 1);
      }
      if (octets.length > MAX_SIZE) {
        return notFound(file + " is over 4 KiB, too large for an ACME challenge");
      }
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)); // text, or an error
      return Response.of(200)
          .content("application/octet-stream", octets)
          .remark("an ACME challenge");
    } catch (IOException e) {
      return notFound(file + " can't be read: " + e);
    }
  }

  private static Response notFound(String remark) {
    return Response.error(404, "There is no such challenge here.").remark(remark);
  }
}
