package lunchd.http1;

import java.util.List;
import java.util.Locale;
import lunchd.http.Field;
import lunchd.http.Request;
import lunchd.syntax.AsciiSet;

/**
 * The head of a request: its request line and header section, RFC 9112 sections 3 to 6. They are
 * well-formed; the content that follows has not been read.
 *
 * @param method a token, RFC 9110 section 9; case matters
 * @param target what the request is for
 * @param authority the host that was asked: the target's own, else the Host field's; null where
 *     that is empty, or HTTP/1.0 and not there, for the one site that there is (RFC 9112 section
 *     3.3)
 * @param fields the header fields, in the order they came
 * @param contentLength of the content in octets, 0 where there is none; means nothing where it is
 *     chunked
 * @param isChunked whether the content is in chunks, RFC 9112 section 7.1
 * @param expectsContinue whether the client waits for a 100 before it sends content, RFC 9110
 *     section 10.1.1
 */
public record RequestHead(
    String method,
    Target target,
    Authority authority,
    List<Field> fields,
    long contentLength,
    boolean isChunked,
    boolean expectsContinue) {
  /** The request that an empty line typed into {@code lunchd} stands for. */
  static final RequestHead DEFAULT =
      new RequestHead(
          "GET",
          new Target(Target.Form.ORIGIN, null, null, "/", ""),
          null,
          List.of(),
          0,
          false,
          false);

  /**
   * Returns the path asked for, such as {@code /}. Unreserved characters are decoded and what stays
   * percent-encoded has capital letters, so that it can be compared (RFC 3986 section 6.2.2); dot
   * segments stay, since a path is a name here, and no way through directories.
   *
   * @return the path
   */
  public String path() {
    return AsciiSet.UNRESERVED.decode(target.path());
  }

  /** {@return whether the target itself has the scheme https} */
  public boolean isHttps() {
    return "https".equals(target.scheme());
  }

  /**
   * Names the target under the https scheme, RFC 9110 section 4.2.2: path and query as they came,
   * but what may not stand in a URI is percent-encoded.
   *
   * @param port where https is served; 0 for 443 where the client's port is that of http, and for
   *     the client's own elsewhere
   * @return a URI; there must be an {@link #authority} for it
   */
  public String httpsUri(int port) {
    return "https://"
        + authority.forHttps(port)
        + AsciiSet.PATH_AND_QUERY.encode(target.path())
        + AsciiSet.PATH_AND_QUERY.encode(target.query());
  }

  /** {@return whether the answer is to have no content (RFC 9110 section 9.3.2)} */
  public boolean isHead() {
    return method.equals("HEAD");
  }

  /** {@return whether the method is one of RFC 9110 section 9.1, or PATCH (RFC 5789)} */
  public boolean hasKnownMethod() {
    return switch (method) {
      case "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH" -> true;
      default -> false;
    };
  }

  /** {@return whether there is content to read} */
  public boolean hasContent() {
    return isChunked || contentLength > 0;
  }

  /**
   * Makes the request that a handler sees.
   *
   * @param source the connection behind it
   * @return the request
   */
  public Request toRequest(Request.Source source) {
    String query = target.query();
    return new Request(
        method,
        path(),
        query.isEmpty() ? query : query.substring(1),
        authority == null ? "" : authority.host().toLowerCase(Locale.ROOT),
        fields,
        source);
  }
}
