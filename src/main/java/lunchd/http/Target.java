package lunchd.http;

/**
 * What a request is for: the request-target, RFC 9112 section 3.2.
 *
 * @param form which of the four forms it has
 * @param authority the one that it names itself (absolute-form, authority-form), or null
 * @param path the path; {@code /} where an absolute-form's is empty, empty in the other two forms
 * @param query with its question mark, or empty
 */
public record Target(Form form, Authority authority, String path, String query) {
  /** The four forms of RFC 9112 section 3.2. */
  public enum Form {
    /** {@code /path?query}. */
    ORIGIN,
    /** {@code http://host/path?query}. */
    ABSOLUTE,
    /** {@code host:port}, for CONNECT alone. */
    AUTHORITY,
    /** {@code *}, for OPTIONS alone. */
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
        throw Rejection.badRequest("The target of CONNECT needs a port.");
      }
      return new Target(Form.AUTHORITY, authority, "", "");
    }
    if (text.equals("*") && method.equals("OPTIONS")) {
      return new Target(Form.ASTERISK, null, "", "");
    }
    if (text.startsWith("/")) {
      return withPath(Form.ORIGIN, null, text);
    }
    int start = afterScheme(text);
    if (start < 0) {
      throw Rejection.badRequest("The request target is neither a path nor an http URI.");
    }
    int end = start;
    while (end < text.length() && text.charAt(end) != '/' && text.charAt(end) != '?') {
      end++;
    }
    String rest = text.substring(end);
    return withPath(
        Form.ABSOLUTE,
        Authority.parse(text.substring(start, end)),
        rest.startsWith("/") ? rest : "/" + rest);
  }

  private static Target withPath(Form form, Authority authority, String text) throws Rejection {
    if (!AsciiSet.PATH_AND_QUERY.spansEncoded(text)) {
      throw Rejection.badRequest("The request target has a character that must be encoded.");
    }
    int mark = text.indexOf('?');
    return mark < 0
        ? new Target(form, authority, text, "")
        : new Target(form, authority, text.substring(0, mark), text.substring(mark));
  }

  private static int afterScheme(String text) {
    for (String scheme : new String[] {"http://", "https://"}) {
      if (text.regionMatches(true, 0, scheme, 0, scheme.length())) {
        return scheme.length();
      }
    }
    return -1;
  }
}
