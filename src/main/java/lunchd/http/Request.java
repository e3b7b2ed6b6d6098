package lunchd.http;

import java.util.List;

/**
 * A well-formed request, RFC 9112 section 3; its content, if any, has not been read.
 *
 * @param method a token, RFC 9110 section 9; case matters
 * @param target what the request is for
 * @param authority the host that was asked: the target's own, else the Host field's, else null
 *     (HTTP/1.0)
 * @param fields the header fields, in the order they came
 */
public record Request(String method, Target target, Authority authority, List<Field> fields) {
  /** The request that an empty line typed into {@code lunchd} stands for. */
  static final Request DEFAULT =
      new Request("GET", new Target(Target.Form.ORIGIN, null, "/", ""), null, List.of());

  /** {@return the path asked for, such as {@code /}} */
  public String path() {
    return target.path();
  }

  /**
   * Names the target under the https scheme, RFC 9110 section 4.2.2.
   *
   * @return a URI; there must be an {@link #authority} for it
   */
  public String httpsUri() {
    return "https://" + authority.forHttps() + target.path() + target.query();
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
