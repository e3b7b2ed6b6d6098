package lunchd.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads {@code application/x-www-form-urlencoded}, by the URL Standard, section 5.1: any text can
 * be parsed, and nothing is an error.
 */
final class UrlEncoded {
  private UrlEncoded() {}

  /** Returns the first value of a name, or null. Each char of the text is an octet. */
  static String first(String text, String name) {
    List<String> values = find(text, name, true);
    return values.isEmpty() ? null : values.get(0);
  }

  /** Returns all values of a name. */
  static List<String> all(String text, String name) {
    return find(text, name, false);
  }

  private static List<String> find(String text, String name, boolean once) {
    List<String> values = new ArrayList<>();
    for (int start = 0, end; start < text.length(); start = end + 1) {
      end = text.indexOf('&', start);
      end = end < 0 ? text.length() : end;
      int equals = text.indexOf('=', start);
      int nameEnd = equals < 0 || equals > end ? end : equals;
      if (end > start && decode(text.substring(start, nameEnd)).equals(name)) {
        values.add(decode(text.substring(Math.min(nameEnd + 1, end), end)));
        if (once) {
          break;
        }
      }
    }
    return values;
  }

  private static String decode(String text) {
    byte[] octets = new byte[text.length()];
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int high = c == '%' && i + 2 < text.length() ? digit(text.charAt(i + 1)) : -1;
      int low = high < 0 ? -1 : digit(text.charAt(i + 2));
      if (low >= 0) {
        octets[length++] = (byte) (high << 4 | low);
        i += 2;
      } else {
        octets[length++] = (byte) (c == '+' ? ' ' : c);
      }
    }
    return new String(octets, 0, length, StandardCharsets.UTF_8);
  }

  private static int digit(char c) {
    return c < 128 ? Character.digit(c, 16) : -1;
  }
}
