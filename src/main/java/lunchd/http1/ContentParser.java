package lunchd.http1;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import lunchd.http.Rejection;
import lunchd.syntax.AsciiSet;

/**
 * Reads the content of one request from its octets, RFC 9112 sections 6 and 7.1: of a known length,
 * or chunked. Chunk extensions and trailer fields are skipped. The octets may come in any pieces;
 * memory is used for what has come, not for what was announced.
 */
public final class ContentParser {
  /** The longest line of a chunk's size and extensions, in octets without its CRLF. */
  public static final int MAX_CHUNK_LINE = 1024;

  /** The longest trailer section, in octets with its line ends. */
  public static final int MAX_TRAILER_SECTION = 8 * 1024;

  private enum State {
    /** chunk-size [ chunk-ext ] CRLF. */
    CHUNK_SIZE,
    /** chunk-data, or content of a known length. */
    DATA,
    /** The CRLF after chunk-data. */
    CHUNK_END,
    /** *( field-line CRLF ) CRLF. */
    TRAILER,
    /** All of it has come. */
    DONE
  }

  private final boolean isChunked;
  private final boolean bareLf;
  private final int limit;
  private final ByteArrayOutputStream content = new ByteArrayOutputStream();
  private final StringBuilder line = new StringBuilder();
  private State state;
  private boolean afterCr;
  private long left; // of the chunk, or of the content
  private int trailers; // octets

  /**
   * Makes a parser for the content of one request.
   *
   * @param head the request's head
   * @param bareLf whether LF alone ends a line, as for {@link RequestParser}
   * @param limit the most octets that the content may have
   * @throws Rejection 413 if the Content-Length says that there is more
   */
  public ContentParser(RequestHead head, boolean bareLf, int limit) throws Rejection {
    this.isChunked = head.isChunked();
    this.bareLf = bareLf;
    this.limit = limit;
    this.left = head.contentLength();
    this.state = isChunked ? State.CHUNK_SIZE : left > 0 ? State.DATA : State.DONE;
    if (left > limit) {
      throw tooLarge(limit);
    }
  }

  /**
   * Takes octets up to the end of the content.
   *
   * @param in what has come; what follows the content is left in it
   * @return whether the content is complete
   * @throws Rejection 400 if a chunk is malformed, 413 as soon as there is more than the limit
   */
  public boolean parse(ByteBuffer in) throws Rejection {
    while (state != State.DONE && in.hasRemaining()) {
      if (state == State.DATA) {
        data(in);
      } else {
        take((char) (in.get() & 0xff));
      }
    }
    return state == State.DONE;
  }

  /** {@return the content, once {@link #parse} has returned true} */
  public byte[] content() {
    return content.toByteArray();
  }

  private void data(ByteBuffer in) {
    int n = (int) Math.min(left, in.remaining());
    byte[] octets = new byte[n];
    in.get(octets);
    content.write(octets, 0, n);
    left -= n;
    if (left == 0) {
      state = isChunked ? State.CHUNK_END : State.DONE;
    }
  }

  private void take(char c) throws Rejection {
    if (c == '\n' && (afterCr || bareLf)) {
      afterCr = false;
      endLine(line.toString());
      line.setLength(0);
    } else if (afterCr) {
      throw malformed("A CR is not followed by LF.");
    } else if (c == '\r') {
      afterCr = true;
    } else if (c >= ' ' && c != 0x7f || c == '\t') {
      line.append(c);
      limitLine();
    } else {
      throw malformed("A line has a character that is not allowed there.");
    }
  }

  private void limitLine() throws Rejection {
    if (state == State.CHUNK_END) {
      throw malformed("A chunk is longer than its size.");
    }
    if (state == State.CHUNK_SIZE && line.length() > MAX_CHUNK_LINE) {
      throw malformed("The line of a chunk's size is longer than 1 KiB.");
    }
    if (state == State.TRAILER && trailers + line.length() > MAX_TRAILER_SECTION) {
      throw new Rejection(431, "The trailer fields are longer than 8 KiB.");
    }
  }

  private void endLine(String text) throws Rejection {
    switch (state) {
      case CHUNK_SIZE -> {
        left = chunkSize(text);
        if (left > limit - content.size()) {
          throw tooLarge(limit);
        }
        state = left > 0 ? State.DATA : State.TRAILER;
      }
      case CHUNK_END -> state = State.CHUNK_SIZE;
      case TRAILER -> {
        trailers += text.length() + 2;
        if (text.isEmpty()) {
          state = State.DONE;
        }
      }
      default -> throw new IllegalStateException(state.name());
    }
  }

  /** 1*HEXDIG [ chunk-ext ], RFC 9112 section 7.1; what follows a semicolon is skipped. */
  private static long chunkSize(String text) throws Rejection {
    int semicolon = text.indexOf(';');
    String size = semicolon < 0 ? text : text.substring(0, semicolon);
    int end = size.length();
    while (semicolon >= 0
        && end > 0
        && (size.charAt(end - 1) == ' ' || size.charAt(end - 1) == '\t')) {
      end--; // BWS before chunk-ext
    }
    size = size.substring(0, end);
    if (size.isEmpty() || !AsciiSet.HEXDIG.spans(size)) {
      throw malformed("A chunk has no valid size.");
    }
    long length = 0;
    for (int i = 0; i < size.length(); i++) {
      length = Math.min(length << 4 | Character.digit(size.charAt(i), 16), Integer.MAX_VALUE);
    }
    return length;
  }

  /**
   * Makes the answer to content over the limit.
   *
   * @param limit the most octets that it may have
   * @return a 413
   */
  public static Rejection tooLarge(int limit) {
    return new Rejection(413, "The content is longer than " + limit + " octets.");
  }

  private static Rejection malformed(String reason) {
    return new Rejection(400, reason);
  }
}
