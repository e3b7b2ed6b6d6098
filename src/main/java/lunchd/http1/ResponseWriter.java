package lunchd.http1;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import lunchd.http.Field;
import lunchd.http.Response;
import lunchd.http.Status;

/** Makes the octets of a response, RFC 9112 section 4. */
public final class ResponseWriter {
  /** Tells a waiting client to go on, RFC 9110 section 15.2.1. */
  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  /** Nothing may be fetched, framed or run, and no form may be sent elsewhere (CSP Level 3). */
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; img-src data:; base-uri 'none'; form-action 'self';"
          + " frame-ancestors 'none'";

  private ResponseWriter() {}

  /** {@return the interim response to {@code Expect: 100-continue}} */
  public static ByteBuffer goOn() {
    return ByteBuffer.wrap(CONTINUE);
  }

  /**
   * Serializes a response, and adds the fields that every response has, unless it sets them itself.
   *
   * @param response what to answer
   * @param head whether the request was HEAD: then the content is left out, its length is not
   * @param hsts the seconds of Strict-Transport-Security, 0 for no such field
   * @param now the time for the Date field
   * @return all that goes to the client, from the status line to the end of the content
   */
  public static ByteBuffer serialize(Response response, boolean head, int hsts, Instant now) {
    int status = response.status();
    boolean hasContent = status != 204 && status != 205 && status != 304;
    byte[] content = response.content();
    StringBuilder section = new StringBuilder(1024);
    section.append("HTTP/1.1 ").append(status).append(' ');
    section.append(Status.name(status)).append("\r\n");
    addDefault(section, response, "Date", HttpDate.format(now));
    for (Field field : response.fields()) {
      append(section, field.name(), field.value());
    }
    if (status != 204 && status != 304) { // RFC 9110 section 8.6
      append(section, "Content-Length", Integer.toString(hasContent ? content.length : 0));
    }
    append(section, "Connection", "close");
    addDefault(section, response, "Cache-Control", "no-store");
    addDefault(section, response, "X-Content-Type-Options", "nosniff");
    String type = response.field("Content-Type");
    if (type != null && type.startsWith("text/html")) {
      addDefault(section, response, "Content-Security-Policy", CONTENT_SECURITY_POLICY);
      addDefault(section, response, "Referrer-Policy", "no-referrer");
    }
    if (hsts > 0) {
      addDefault(section, response, "Strict-Transport-Security", "max-age=" + hsts);
    }
    byte[] header = section.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    boolean sends = hasContent && !head;
    ByteBuffer octets = ByteBuffer.allocate(header.length + (sends ? content.length : 0));
    octets.put(header);
    if (sends) {
      octets.put(content);
    }
    return octets.flip();
  }

  private static void addDefault(
      StringBuilder section, Response response, String name, String value) {
    if (response.field(name) == null) {
      append(section, name, value);
    }
  }

  private static void append(StringBuilder section, String name, String value) {
    section.append(name).append(": ").append(value).append("\r\n");
  }
}
