package lunchd.tls;

/**
 * A host name in DNS and TLS (RFC 1123 section 2.1, RFC 6066 section 3): labels of letters, digits
 * and hyphens, with dots between them. Nothing else that a client sends ever becomes part of a file
 * name.
 */
final class HostName {
  private static final int MAX_LENGTH = 253;
  private static final int MAX_LABEL = 63;

  private HostName() {}

  /**
   * Returns a name in lower case, or null if it is not a host name: with an empty label (a dot at
   * either end, or two in a row), a hyphen at the end of one, a label over 63 characters, more than
   * 253 in all, or any other character.
   */
  static String of(String name) {
    int length = name.length();
    if (length > MAX_LENGTH) {
      return null;
    }
    char[] lowerCase = new char[length];
    char before = '.';
    int label = 0; // how many of its characters have been seen
    for (int i = 0; i < length; i++) {
      char c = name.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        c += 'a' - 'A';
      }
      if (c == '.') {
        if (before == '.' || before == '-') {
          return null;
        }
        label = 0;
      } else if (c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' && before != '.') {
        if (++label > MAX_LABEL) {
          return null;
        }
      } else {
        return null;
      }
      lowerCase[i] = c;
      before = c;
    }
    return before == '.' || before == '-' ? null : new String(lowerCase);
  }

  /**
   * Returns the name with a label in place of its first one, or null if it has no other.
   *
   * @param name a host name
   */
  static String withFirst(String label, String name) {
    int dot = name.indexOf('.');
    return dot < 0 ? null : label + name.substring(dot);
  }
}
