package lunchd.syntax;

/** A set of ASCII characters: the character classes of RFC 9110, RFC 3986 and RFC 4648. */
public final class AsciiSet {
  private static final String ALPHA = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final String DIGITS = "0123456789";
  private static final String HEX = DIGITS + "ABCDEF";
  private static final String UNRESERVEDS = ALPHA + DIGITS + "-._~";
  private static final String SUB_DELIMS = "!$&'()*+,;=";
  private static final String PCHARS = UNRESERVEDS + SUB_DELIMS + ":@";

  /** DIGIT, RFC 5234 appendix B.1. */
  public static final AsciiSet DIGIT = new AsciiSet(DIGITS);

  /** HEXDIG, RFC 5234 appendix B.1, in either case. */
  public static final AsciiSet HEXDIG = new AsciiSet(DIGITS + "ABCDEFabcdef");

  /** tchar, RFC 9110 section 5.6.2. */
  public static final AsciiSet TCHAR = new AsciiSet(ALPHA + DIGITS + "!#$%&'*+-.^_`|~");

  /** What reg-name has beside pct-encoded, RFC 3986 section 3.2.2. */
  public static final AsciiSet REG_NAME = new AsciiSet(UNRESERVEDS + SUB_DELIMS);

  /** What an IP-literal has between its brackets, RFC 3986 section 3.2.2. */
  public static final AsciiSet IP_LITERAL = new AsciiSet(UNRESERVEDS + SUB_DELIMS + ":");

  /**
   * The unreserved characters, which mean the same percent-encoded or not, RFC 3986 section 2.3.
   */
  public static final AsciiSet UNRESERVED = new AsciiSet(UNRESERVEDS);

  /**
   * The characters of a path and a query in a URI, beside pct-encoded, RFC 3986 sections 3.3 and
   * 3.4.
   */
  public static final AsciiSet PATH_AND_QUERY = new AsciiSet(PCHARS + "/?");

  /**
   * The same for a path as clients send it: browsers encode only what WHATWG's URL Standard says.
   */
  public static final AsciiSet SENT_PATH = new AsciiSet(PCHARS + "/[]|^");

  /** The same for a query with its question mark, in which a percent sign may stand alone. */
  public static final AsciiSet SENT_QUERY = new AsciiSet(PCHARS + "/?[]|^{}\\`%");

  /** base64url without its padding, RFC 4648 section 5. */
  public static final AsciiSet BASE64URL = new AsciiSet(ALPHA + DIGITS + "-_");

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

  /**
   * Tells whether a character is a member.
   *
   * @param c any character
   * @return whether it is one
   */
  public boolean has(char c) {
    return c < 128 && ((c < 64 ? low >>> c : high >>> c - 64) & 1) != 0;
  }

  /**
   * Tells whether a text consists of members.
   *
   * @param text any text
   * @return whether it has; an empty one does
   */
  public boolean spans(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!has(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Tells whether a text consists of members and pct-encoded octets, RFC 3986 section 2.1.
   *
   * @param text any text
   * @return whether it has; an empty one does
   */
  public boolean spansEncoded(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isEncoded(text, i)) {
        i += 2;
      } else if (!has(c)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Percent-encodes what is neither a member nor pct-encoded already.
   *
   * @param text ASCII
   * @return members and pct-encoded octets
   */
  public String encode(String text) {
    StringBuilder encoded = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (has(c) || isEncoded(text, i)) {
        encoded.append(c);
      } else {
        appendEncoded(encoded, c);
      }
    }
    return encoded.toString();
  }

  /**
   * Decodes the pct-encoded members, and writes the others with capital letters: what remains is
   * the same for every way to encode a text, RFC 3986 section 6.2.2.
   *
   * @param text any text
   * @return the text in its normal form
   */
  public String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    StringBuilder decoded = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      if (!isEncoded(text, i)) {
        decoded.append(text.charAt(i));
        continue;
      }
      char c = (char) Integer.parseInt(text, i + 1, i + 3, 16);
      if (has(c)) {
        decoded.append(c);
      } else {
        appendEncoded(decoded, c);
      }
      i += 2;
    }
    return decoded.toString();
  }

  private static void appendEncoded(StringBuilder text, char c) {
    text.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
  }

  /** Tells whether a place holds "%" HEXDIG HEXDIG, RFC 3986 section 2.1. */
  private static boolean isEncoded(String text, int place) {
    return text.charAt(place) == '%'
        && place + 2 < text.length()
        && HEXDIG.has(text.charAt(place + 1))
        && HEXDIG.has(text.charAt(place + 2));
  }
}
