package lunchd.http;

import java.util.List;

/**
 * A header field, RFC 9110 section 5.
 *
 * @param name as sent: names compare without regard to case
 * @param value without the white space around it; each char is one octet (ISO 8859-1)
 */
public record Field(String name, String value) {
  /** Returns the value of the first field with a name, in any case, or null. */
  static String first(List<Field> fields, String name) {
    for (Field field : fields) {
      if (field.name().equalsIgnoreCase(name)) {
        return field.value();
      }
    }
    return null;
  }
}
