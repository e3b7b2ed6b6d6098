package lunchd.http;

import java.util.List;

/**
 * A well-formed request, RFC 9112 section 3; its content, if any, has not been read.
 *
 * @param method a token, RFC 9110 section 9; case matters
 * @param target what the request is for
 * @param authority the host that was asked: the target's own, else the Host field's; null where
 *     that is empty, or HTTP/1.0 and not there, for the one site that there is (RFC 9112 section
 *     3.3)
 * @param fields the header fields, in the order they came
 */
public record Request(String method, Target target, Authority authority, List<Field> fields) {
  /** The request that an empty line typed into {@code lunchd} stands for. */
  static final Request DEFAULT =
      new Request("GET", new Target(Target.Form.ORIGIN, null, null, "/", ""), null, List.of());

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

  /**
   * Finds a field.
   *
   * @param name its name, in any case
   * @return the value of the first field of that name, or null
   */
  public String field(String name) {
    for (Field field : fields) {
      if (field.name().equalsIgnoreCase(name)) {
        return field.value();
      }
    }
    return null;
  }
}
