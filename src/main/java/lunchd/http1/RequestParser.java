package lunchd.http1;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lunchd.http.Field;
import lunchd.http.Rejection;
import lunchd.syntax.AsciiSet;

/**
 * Reads one request from its octets, RFC 9112 sections 2 to 6: a state for each part of the
 * message, a line at a time. It is strict, and the octets may come in any pieces.
 */
public final class RequestParser {
  /** The longest request line, in octets without its CRLF; a longer one is 414. */
  public static final int MAX_REQUEST_LINE = 8 * 1024;

  /** The longest header section, in octets with its line ends; a longer one is 431. */
  public static final int MAX_HEADER_SECTION = 32 * 1024;

  /** The most header fields; more are 431. */
  public static final int MAX_FIELDS = 100;

  private enum State {
    /** method SP request-target SP HTTP-version, after empty lines (RFC 9112 section 2.2). */
    REQUEST_LINE,
    /** *( field-line CRLF ) CRLF. */
    FIELD_LINES,
    /** The header section is over. */
    DONE
  }

  private final boolean bareLf;
  private final StringBuilder line = new StringBuilder(256);
  private final List<Field> fields = new ArrayList<>();
  private State state = State.REQUEST_LINE;
  private boolean afterCr;
  private int octets; // of the empty lines, then of the header section
  private String requestLine;
  private String method;
  private Target target;
  private int minorVersion;
  private RequestHead head;

  /**
   * Makes a parser for one request.
   *
   * @param bareLf whether LF alone ends a line, as people type it; RFC 9112 section 2.2 allows
   *     that, but between machines it serves only to smuggle
   */
  public RequestParser(boolean bareLf) {
    this.bareLf = bareLf;
  }

  /**
   * Takes octets up to the end of the header section.
   *
   * @param in what has come; what follows the request is left in it
   * @return whether the request is complete
   * @throws Rejection as soon as the request can't be answered with anything but an error
   */
  public boolean parse(ByteBuffer in) throws Rejection {
    while (state != State.DONE && in.hasRemaining()) {
      take((char) (in.get() & 0xff));
    }
    return state == State.DONE;
  }

  /** {@return the request's head, once {@link #parse} has returned true} */
  public RequestHead head() {
    return head;
  }

  /** {@return whether any octet of a request has come, not counting empty lines} */
  public boolean hasBegun() {
    return requestLine != null || line.length() > 0;
  }

  /** {@return the request line, as far as it has come, unchecked: escape it before you log it} */
  public String requestLine() {
    return requestLine != null ? requestLine : line.toString();
  }

  /**
   * Tells whether the answer, even an error, must have no content (RFC 9110 section 9.3.2).
   *
   * @return whether the method is HEAD, which is known once the space after it has come
   */
  public boolean isHead() {
    return requestLine().startsWith("HEAD ");
  }

  /**
   * Treats the end of input as the end of the request, for a person at a terminal.
   *
   * @return {@code GET /} where there was no request, only empty lines or nothing
   * @throws Rejection 400 if a request has begun
   */
  public RequestHead endOfInput() throws Rejection {
    if (hasBegun()) {
      throw new Rejection(400, "The request ends before its header section does.");
    }
    requestLine = "GET / HTTP/1.1";
    return RequestHead.DEFAULT;
  }

  private void take(char c) throws Rejection {
    if (c == '\n' && (afterCr || bareLf)) {
      int lineEnd = afterCr ? 2 : 1;
      afterCr = false;
      endLine(lineEnd);
    } else if (afterCr) {
      throw new Rejection(400, "A CR is not followed by LF.");
    } else if (c == '\r') {
      afterCr = true;
    } else if (isAllowed(c)) {
      line.append(c);
      limit();
    } else {
      throw new Rejection(400, "A line has a character that is not allowed there.");
    }
  }

  private boolean isAllowed(char c) {
    boolean visible = c >= ' ' && c < 0x7f;
    return state == State.FIELD_LINES ? visible || c == '\t' || c > 0x7f : visible;
  }

  private void limit() throws Rejection {
    if (state == State.FIELD_LINES) {
      if (octets + line.length() + 2 > MAX_HEADER_SECTION) {
        throw new Rejection(431, "The header fields are longer than 32 KiB.");
      }
    } else if (line.length() > MAX_REQUEST_LINE) {
      throw new Rejection(414, "The request line is longer than 8 KiB.");
    }
  }

  private void endLine(int lineEnd) throws Rejection {
    String text = line.toString();
    line.setLength(0);
    switch (state) {
      case REQUEST_LINE -> {
        if (text.isEmpty()) {
          octets += lineEnd;
          if (octets > MAX_REQUEST_LINE) {
            throw new Rejection(400, "There are too many empty lines before the request.");
          }
        } else {
          octets = 0;
          requestLine = text;
          requestLine(text);
          state = State.FIELD_LINES;
        }
      }
      case FIELD_LINES -> {
        if (text.isEmpty()) {
          state = State.DONE;
          head = headerSection();
        } else {
          octets += text.length() + 2;
          fields.add(fieldLine(text));
          if (fields.size() > MAX_FIELDS) {
            throw new Rejection(431, "There are more than 100 header fields.");
          }
        }
      }
      default -> throw new IllegalStateException(state.name());
    }
  }

  /** method SP request-target SP HTTP-version, RFC 9112 section 3. */
  private void requestLine(String text) throws Rejection {
    int first = text.indexOf(' ');
    int second = text.indexOf(' ', first + 1);
    if (first <= 0 || second <= first + 1 || text.indexOf(' ', second + 1) >= 0) {
      throw new Rejection(
          400, "The request line is not a method, a target and a version with one space between.");
    }
    method = text.substring(0, first);
    if (!AsciiSet.TCHAR.spans(method)) {
      throw new Rejection(400, "The method is not a token.");
    }
    version(text.substring(second + 1));
    target = Target.parse(method, text.substring(first + 1, second));
  }

  /** "HTTP/" DIGIT "." DIGIT, RFC 9112 section 2.3. */
  private void version(String text) throws Rejection {
    if (text.length() != 8
        || !text.startsWith("HTTP/")
        || !AsciiSet.DIGIT.has(text.charAt(5))
        || text.charAt(6) != '.'
        || !AsciiSet.DIGIT.has(text.charAt(7))) {
      throw new Rejection(400, "The request line does not end in an HTTP version.");
    }
    if (text.charAt(5) != '1') {
      throw new Rejection(505, "This server speaks HTTP/1.1.");
    }
    minorVersion = text.charAt(7) - '0';
  }

  /** field-name ":" OWS field-value OWS, RFC 9112 section 5. */
  private static Field fieldLine(String text) throws Rejection {
    if (text.charAt(0) == ' ' || text.charAt(0) == '\t') {
      throw new Rejection(400, "A header field is folded over two lines.");
    }
    int colon = text.indexOf(':');
    if (colon <= 0 || !AsciiSet.TCHAR.spans(text.substring(0, colon))) {
      throw new Rejection(400, "A header field has no valid name.");
    }
    int start = colon + 1;
    int end = text.length();
    while (start < end && isWhiteSpace(text.charAt(start))) {
      start++;
    }
    while (start < end && isWhiteSpace(text.charAt(end - 1))) {
      end--;
    }
    return new Field(text.substring(0, colon), text.substring(start, end));
  }

  private static boolean isWhiteSpace(char c) {
    return c == ' ' || c == '\t';
  }

  /** What the fields must be as a whole: RFC 9112 sections 3.2 and 6, RFC 9110 section 10.1.1. */
  private RequestHead headerSection() throws Rejection {
    boolean hasHost = false;
    Authority host = null;
    String length = null;
    String coding = null;
    boolean expectsContinue = false;
    for (Field field : fields) {
      String value = field.value();
      switch (field.name().toLowerCase(Locale.ROOT)) {
        case "host" -> {
          if (hasHost) {
            throw new Rejection(400, "There is more than one Host field.");
          }
          hasHost = true;
          host = value.isEmpty() ? null : Authority.parse(value);
        }
        case "content-length" -> length = contentLength(length, value);
        case "transfer-encoding" -> coding = coding == null ? value : coding + "," + value;
        case "expect" -> expectsContinue |= expectsContinue(value);
        default -> {
          // nothing that the framing of a message depends on
        }
      }
    }
    if (!hasHost && minorVersion > 0) {
      throw new Rejection(400, "There is no Host field.");
    }
    if (coding != null) {
      transferEncoding(coding, length);
    }
    Authority named = target.authority();
    return new RequestHead(
        method,
        target,
        named != null ? named : host,
        List.copyOf(fields),
        length == null ? 0 : number(length),
        coding != null,
        expectsContinue && minorVersion > 0);
  }

  /** #expectation, RFC 9110 sections 5.6.1 and 10.1.1: empty members are ignored. */
  private static boolean expectsContinue(String value) throws Rejection {
    boolean expectsContinue = false;
    for (String member : value.split(",")) {
      if (member.strip().equalsIgnoreCase("100-continue")) {
        expectsContinue = true;
      } else if (!member.isBlank()) {
        throw new Rejection(417, "This server supports no expectation but 100-continue.");
      }
    }
    return expectsContinue;
  }

  /** 1*DIGIT, also as a list of the same value repeated, RFC 9110 section 8.6. */
  private static String contentLength(String before, String value) throws Rejection {
    String length = before;
    for (String part : value.split(",", -1)) { // the last, empty or not, is one too
      String member = part.strip();
      if (member.isEmpty()
          || !AsciiSet.DIGIT.spans(member)
          || length != null && !length.equals(member)) {
        throw new Rejection(400, "The Content-Length is not one number.");
      }
      length = member;
    }
    return length;
  }

  /** Returns the number that digits stand for, or the greatest int if it is greater. */
  private static long number(String digits) {
    long number = 0;
    for (int i = 0; i < digits.length(); i++) {
      number = Math.min(number * 10 + digits.charAt(i) - '0', Long.MAX_VALUE / 16);
    }
    return number;
  }

  /** RFC 9112 section 6.1: no request may be smuggled behind another. */
  private void transferEncoding(String coding, String length) throws Rejection {
    if (length != null) {
      throw new Rejection(400, "There are both Transfer-Encoding and Content-Length.");
    }
    if (minorVersion == 0) {
      throw new Rejection(400, "HTTP/1.0 has no Transfer-Encoding.");
    }
    int comma = coding.lastIndexOf(',');
    if (!coding.substring(comma + 1).strip().equalsIgnoreCase("chunked")) {
      throw new Rejection(400, "The last transfer coding is not chunked.");
    }
    if (comma >= 0) {
      throw new Rejection(501, "This server supports no transfer coding but chunked.");
    }
  }
}
