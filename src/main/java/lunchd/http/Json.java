package lunchd.http;

/** Writes JSON, RFC 8259. */
public final class Json {
  private static final String HEX = "0123456789abcdef";

  private Json() {}

  /**
   * Writes a string.
   *
   * @param text any text
   * @return the JSON string that stands for it, in its quotation marks
   */
  public static String string(String text) {
    StringBuilder json = new StringBuilder(text.length() + 16).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }
}
