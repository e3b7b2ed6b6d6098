package lunchd.it.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A whole HTTP response, and not a byte more.
 *
 * @param status of the status line
 * @param fields by their names in lower case
 * @param content each byte a char
 */
public record Answer(int status, Map<String, String> fields, String content) {
  public static final String GET = "GET / HTTP/1.1\r\nHost: lunch.example\r\n\r\n";
  public static final List<String> MENU = List.of("Sandwich", "Soup", "Salad", "Burger", "Sushi");

  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.1 (\\d{3}) [A-Z][A-Za-z ]+");
  private static final Pattern LUNCH = Pattern.compile("<h1>(.+)</h1>");

  /** Parses the answer to anything but HEAD. */
  public static Answer parse(String bytes) {
    int end = bytes.indexOf("\r\n\r\n");
    assertTrue(end > 0, () -> "no HTTP response: \"" + bytes + '"');
    String[] lines = bytes.substring(0, end).split("\r\n");
    Matcher statusLine = STATUS_LINE.matcher(lines[0]);
    assertTrue(statusLine.matches(), lines[0]);
    Map<String, String> fields = new HashMap<>();
    for (String line : List.of(lines).subList(1, lines.length)) {
      String[] field = line.split(": ", 2);
      String before = fields.put(field[0].toLowerCase(Locale.ROOT), field[1]);
      assertEquals(null, before, () -> "twice: " + line);
    }
    String content = bytes.substring(end + 4);
    assertEquals(fields.get("content-length"), Integer.toString(content.length()), bytes);
    assertEquals("close", fields.get("connection"));
    assertFalse(fields.get("date").isEmpty());
    return new Answer(Integer.parseInt(statusLine.group(1)), fields, content);
  }

  /** Parses an answer that must be a lunch. */
  public static String lunch(String bytes) {
    Answer answer = parse(bytes);
    assertEquals(200, answer.status, bytes);
    Matcher lunch = LUNCH.matcher(answer.content);
    assertTrue(lunch.find(), bytes);
    assertTrue(MENU.contains(lunch.group(1)), bytes);
    return lunch.group(1);
  }
}
