package lunchd.http1;

import lunchd.http.Rejection;
import lunchd.syntax.AsciiSet;

/**
 * The request-target, RFC 9112 section 3.2.
 *
 * @param form which of the four forms it has
 * @param scheme of an absolute-form, {@code http} or {@code https}; else null
 * @param authority the one that it names itself (absolute-form, authority-form), or null
 * @param path the path as it came; {@code /} where an absolute-form's is empty, empty in the other
 *     two forms
 * @param query as it came, with its question mark; or empty
 */
public record Target(Form form, String scheme, Authority authority, String path, String query) {
  /** The four forms of RFC 9112 section 3.2. */
  public enum Form {
    /** {@code /path?query}. */
    ORIGIN,
    /** {@code http://host/path?query}. */
    ABSOLUTE,
    /** {@code host:port}, only for CONNECT. */
    AUTHORITY,
    /** {@code *}, only for OPTIONS. */
    ASTERISK
  }

  /**
   * Parses a request-target.
   *
   * @throws Rejection 400 if it has none of the four forms, or one that the method may not have
   */
  static Target parse(String method, String text) throws Rejection {
    if (method.equals("CONNECT")) {
      Authority authority = Authority.parse(text);
      if (authority.port().isEmpty()) {
        throw new Rejection(400, "The target of CONNECT needs a port.");
      }
      return new Target(Form.AUTHORITY, null, authority, "", "");
    }
    if (text.equals("*") && method.equals("OPTIONS")) {
      return new Target(Form.ASTERISK, null, null, "", "");
    }
    if (text.startsWith("/")) {
      return withPath(Form.ORIGIN, null, null, text);
    }
    String scheme = scheme(text);
    int start = scheme.length() + 3;
    int end = start;
    while (end < text.length() && text.charAt(end) != '/' && text.charAt(end) != '?') {
      end++;
    }
    String rest = text.substring(end);
    return withPath(
        Form.ABSOLUTE,
        scheme,
        Authority.parse(text.substring(start, end)),
        rest.startsWith("/") ? rest : "/" + rest);
  }

  private static Target withPath(Form form, String scheme, Authority authority, String text)
      throws Rejection {
    int mark = text.indexOf('?');
    String path = mark < 0 ? text : text.substring(0, mark);
    String query = mark < 0 ? "" : text.substring(mark);
    if (!AsciiSet.SENT_PATH.spansEncoded(path) || !AsciiSet.SENT_QUERY.spans(query)) {
      throw new Rejection(400, "The request target has a character that must be encoded.");
    }
    return new Target(form, scheme, authority, path, query);
  }

  /** Returns the scheme of an absolute-form, in lower case. */
  private static String scheme(String text) throws Rejection {
    for (String scheme : new String[] {"http", "https"}) {
      if (text.regionMatches(true, 0, scheme, 0, scheme.length())
          && text.startsWith("://", scheme.length())) {
        return scheme;
      }
    }
    throw new Rejection(400, "The request target is neither a path nor an http URI.");
  }
}
