package lunchd.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Makes the octets of a response, RFC 9112 section 4. */
public final class ResponseWriter {
  private ResponseWriter() {}

  /**
   * Serializes a response, with the fields that every response carries.
   *
   * @param response what to answer
   * @param head whether the request was HEAD: then the content is left out, its length is not
   * @param now the time for the Date field
   * @return all that goes to the client, from the status line to the end of the content
   */
  public static ByteBuffer serialize(Response response, boolean head, Instant now) {
    byte[] content = response.content().getBytes(StandardCharsets.UTF_8);
    StringBuilder section = new StringBuilder(1024);
    section.append("HTTP/1.1 ").append(response.status().code()).append(' ');
    section.append(response.status().reason()).append("\r\n");
    append(section, "Date", HttpDate.format(now));
    append(section, "Content-Type", response.mediaType());
    append(section, "Content-Length", Integer.toString(content.length));
    append(section, "Connection", "close");
    append(section, "Cache-Control", "no-store");
    append(section, "X-Content-Type-Options", "nosniff");
    for (Field field : response.fields()) {
      append(section, field.name(), field.value());
    }
    byte[] header = section.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer octets = ByteBuffer.allocate(header.length + (head ? 0 : content.length));
    octets.put(header);
    if (!head) {
      octets.put(content);
    }
    return octets.flip();
  }

  private static void append(StringBuilder section, String name, String value) {
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) < ' ') {
        throw new IllegalArgumentException("control character in the field " + name);
      }
    }
    section.append(name).append(": ").append(value).append("\r\n");
  }
}
