package lunchd.http;

/** A set of ASCII characters: the character classes of RFC 9110 and RFC 3986. */
final class AsciiSet {
  private static final String ALPHA = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final String DIGITS = "0123456789";
  private static final String UNRESERVED = ALPHA + DIGITS + "-._~";
  private static final String SUB_DELIMS = "!$&'()*+,;=";

  /** DIGIT, RFC 5234 appendix B.1. */
  static final AsciiSet DIGIT = new AsciiSet(DIGITS);

  /** HEXDIG, RFC 5234 appendix B.1, in either case. */
  static final AsciiSet HEXDIG = new AsciiSet(DIGITS + "ABCDEFabcdef");

  /** tchar, RFC 9110 section 5.6.2. */
  static final AsciiSet TCHAR = new AsciiSet(ALPHA + DIGITS + "!#$%&'*+-.^_`|~");

  /** What reg-name has beside pct-encoded, RFC 3986 section 3.2.2. */
  static final AsciiSet REG_NAME = new AsciiSet(UNRESERVED + SUB_DELIMS);

  /** What an IP-literal has between its brackets, RFC 3986 section 3.2.2. */
  static final AsciiSet IP_LITERAL = new AsciiSet(UNRESERVED + SUB_DELIMS + ":");

  /** What absolute-path and query have beside pct-encoded, RFC 3986 sections 3.3 and 3.4. */
  static final AsciiSet PATH_AND_QUERY = new AsciiSet(UNRESERVED + SUB_DELIMS + ":@/?");

  private final long low;
  private final long high;

  private AsciiSet(String members) {
    long lows = 0;
    long highs = 0;
    for (int i = 0; i < members.length(); i++) {
      char c = members.charAt(i);
      if (c < 64) {
        lows |= 1L << c;
      } else {
        highs |= 1L << c - 64;
      }
    }
    low = lows;
    high = highs;
  }

  boolean has(char c) {
    return c < 128 && ((c < 64 ? low >>> c : high >>> c - 64) & 1) != 0;
  }

  /** Tells whether {@code text} has only members; an empty one does. */
  boolean spans(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!has(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** Tells whether {@code text} has only members and pct-encoded octets, RFC 3986 section 2.1. */
  boolean spansEncoded(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        if (i + 2 >= text.length()
            || !HEXDIG.has(text.charAt(i + 1))
            || !HEXDIG.has(text.charAt(i + 2))) {
          return false;
        }
        i += 2;
      } else if (!has(c)) {
        return false;
      }
    }
    return true;
  }
}
