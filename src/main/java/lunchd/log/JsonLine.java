package lunchd.log;

import java.time.Instant;
import java.util.Locale;
import org.tinylog.Level;

/**
 * A line of the log as one JSON object (RFC 8259), in printable ASCII. It is loaded only with
 * {@code --log-format json}.
 */
public final class JsonLine {
  private static final String HEX = "0123456789abcdef";

  private final StringBuilder text = new StringBuilder(400);

  private JsonLine() {}

  /**
   * Begins a line with its {@code time} and {@code level}.
   *
   * @param severity how severe
   * @return the line
   */
  public static JsonLine of(Level severity) {
    String level = severity.name().toLowerCase(Locale.ROOT);
    return new JsonLine().add("time", Timestamp.inMillis(Instant.now())).add("level", level);
  }

  /**
   * Adds a string.
   *
   * @param name the member's, in ASCII letters and underscores
   * @param value any text: it stays within its quotation marks
   * @return this
   */
  public JsonLine add(String name, String value) {
    name(name).append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c >= ' ' && c < 0x7f) {
        text.append(c);
      } else {
        text.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
          text.append(HEX.charAt(c >> shift & 0xf));
        }
      }
    }
    text.append('"');
    return this;
  }

  /**
   * Adds a number.
   *
   * @param name the member's, in ASCII letters and underscores
   * @param value its value
   * @return this
   */
  public JsonLine add(String name, long value) {
    name(name).append(value);
    return this;
  }

  private StringBuilder name(String name) {
    text.append(text.isEmpty() ? '{' : ',');
    return text.append('"').append(name).append("\":");
  }

  /** {@return the object} */
  @Override
  public String toString() {
    return text + "}";
  }
}
