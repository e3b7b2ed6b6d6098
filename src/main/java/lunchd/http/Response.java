package lunchd.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import lunchd.syntax.AsciiSet;

/**
 * A response, RFC 9110 sections 6 and 15. It is immutable: each method returns a new one.
 *
 * <p>lunchd sends what a response needs on the wire (Date, Content-Length, Connection) and, where
 * the handler has not said otherwise, {@code Cache-Control: no-store} and {@code
 * X-Content-Type-Options: nosniff}; with HTML, {@code Referrer-Policy: no-referrer} and a
 * Content-Security-Policy under which a page can load nothing, be framed by nobody, and send its
 * forms only to this host; over TLS, Strict-Transport-Security ({@code --hsts}).
 */
public final class Response {
  private static final byte[] NOTHING = {};

  /**
   * They frame the message (RFC 9112 section 6) or end the connection, and only lunchd sets them.
   */
  private static final String[] RESERVED = {
    "Connection", "Content-Length", "Transfer-Encoding", "Trailer", "Upgrade"
  };

  private final int status;
  private final List<Field> fields;
  private final byte[] content;
  private final String remark;

  private Response(int status, List<Field> fields, byte[] content, String remark) {
    this.status = status;
    this.fields = fields;
    this.content = content;
    this.remark = remark;
  }

  /**
   * Begins a response without fields and content.
   *
   * @param status the status code, from 200 to 599
   * @return the response
   * @throws IllegalArgumentException if it is another number
   */
  public static Response of(int status) {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("a response has a status from 200 to 599, not " + status);
    }
    return new Response(status, List.of(), NOTHING, "");
  }

  /**
   * Makes an error page of one sentence, which gives the reason.
   *
   * @param status the status code, from 400 to 599
   * @param reason one sentence, in plain text
   * @return the response
   */
  public static Response error(int status, String reason) {
    return of(status).html(Html.page(title(status), "<p>" + Html.escape(reason) + "</p>"));
  }

  /**
   * Makes the answer to a method that the target does not support (RFC 9110 section 15.5.6).
   *
   * @param allow the methods that it supports, such as {@code GET, HEAD}
   * @return the response
   */
  public static Response methodNotAllowed(String allow) {
    return error(405, "This can only be asked for with " + allow + ".").with("Allow", allow);
  }

  /**
   * Sets a header field. It replaces all fields with that name, and lunchd's default.
   *
   * @param name a token, RFC 9110 section 5.6.2
   * @param value visible characters, spaces and tabs, in ISO 8859-1
   * @return the response with that field
   * @throws IllegalArgumentException if name or value may not be sent, or the field is one that
   *     lunchd alone can know: Connection, Content-Length, Transfer-Encoding, Trailer, Upgrade
   */
  public Response with(String name, String value) {
    List<Field> others = new ArrayList<>(fields.size() + 1);
    for (Field field : fields) {
      if (!field.name().equalsIgnoreCase(name)) {
        others.add(field);
      }
    }
    others.add(checked(name, value));
    return new Response(status, others, content, remark);
  }

  /**
   * Adds a header field and keeps any others with that name: for a second Set-Cookie, say.
   *
   * @param name as for {@link #with}
   * @param value as for {@link #with}
   * @return the response with that field
   * @throws IllegalArgumentException as for {@link #with}
   */
  public Response add(String name, String value) {
    List<Field> all = new ArrayList<>(fields);
    all.add(checked(name, value));
    return new Response(status, all, content, remark);
  }

  /**
   * Sets the content to plain text, in UTF-8.
   *
   * @param text the content
   * @return the response with that content
   */
  public Response text(String text) {
    return content("text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Sets the content to an HTML document, in UTF-8.
   *
   * @param document all of it; what is not yours in it is for {@link Html#escape}
   * @return the response with that content
   */
  public Response html(String document) {
    return content("text/html; charset=utf-8", document.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Sets the content to JSON, which is in UTF-8 (RFC 8259 section 8.1).
   *
   * @param json the content; what is not yours in it is for {@link Json#string}
   * @return the response with that content
   */
  public Response json(String json) {
    return content("application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Sets the content. With status 204, 205 or 304 none is sent (RFC 9110 section 15).
   *
   * @param mediaType the Content-Type, such as {@code image/png}
   * @param octets the content
   * @return the response with that content
   * @throws IllegalArgumentException if the media type is no value of a field
   */
  public Response content(String mediaType, byte[] octets) {
    Response typed = with("Content-Type", mediaType);
    return new Response(status, typed.fields, octets, remark);
  }

  /**
   * Sets the remark at the end of the log line. It is escaped there, and cut after 500 characters.
   *
   * @param text any text
   * @return the response with that remark
   */
  public Response remark(String text) {
    return new Response(status, fields, content, text);
  }

  /** {@return the status code} */
  public int status() {
    return status;
  }

  /** {@return the header fields that were set, without lunchd's own} */
  public List<Field> fields() {
    return fields;
  }

  /**
   * Finds a header field that was set.
   *
   * @param name its name, in any case
   * @return the value of the first of that name, or null
   */
  public String field(String name) {
    return Field.first(fields, name);
  }

  /** {@return the content; not a copy} */
  public byte[] content() {
    return content;
  }

  /** {@return the remark for the log, or an empty string} */
  public String remark() {
    return remark;
  }

  private static String title(int status) {
    return (status + " " + Status.name(status)).strip();
  }

  private static Field checked(String name, String value) {
    if (name.isEmpty() || !AsciiSet.TCHAR.spans(name)) {
      throw new IllegalArgumentException("a field's name must be a token: " + name);
    }
    for (String reserved : RESERVED) {
      if (reserved.equalsIgnoreCase(name)) {
        throw new IllegalArgumentException("lunchd alone can send " + name);
      }
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < ' ' && c != '\t' || c == 0x7f || c > 0xff) {
        throw new IllegalArgumentException("a character that can't be sent in the field " + name);
      }
    }
    return new Field(name, value);
  }
}
