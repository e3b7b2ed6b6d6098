package lunchd.log;

import java.util.Locale;
import java.util.Map;
import org.tinylog.Level;
import org.tinylog.core.LogEntry;
import org.tinylog.writers.Writer;

/**
 * The log. tinylog writes it, and is not set up before the first line, which for most clients comes
 * after their answer.
 */
public final class Log {
  private static final int LONGEST = 500; // of text from outside in a line

  private static Level level = Level.INFO;
  private static boolean isJson;
  private static Writer writer;

  private Log() {}

  /**
   * Sets level and format; must be called before the first line.
   *
   * @param least one of tinylog's: trace, debug, info, warn, error, off
   * @param json whether each line is a JSON object
   */
  public static void configure(String least, boolean json) {
    level = Level.valueOf(least.toUpperCase(Locale.ROOT));
    isJson = json;
  }

  /** {@return whether each line is a JSON object} */
  public static boolean isJson() {
    return isJson;
  }

  /** Gets ready for the first line, which takes some milliseconds. */
  public static synchronized void prepare() {
    try {
      setUp();
    } catch (RuntimeException | Error e) {
      // as in log(), which fails by it again
    }
  }

  private static void setUp() {
    if (writer == null) {
      writer = new StderrWriter();
    }
  }

  /**
   * Sets where the lines go: to stderr, if this is never called.
   *
   * @param other what writes them
   */
  public static synchronized void writeTo(Writer other) {
    writer = other;
  }

  /**
   * Logs that something went as it should.
   *
   * @param line printable text
   */
  public static void info(String line) {
    log(Level.INFO, line);
  }

  /**
   * Logs an error of the client.
   *
   * @param line printable text
   */
  public static void warn(String line) {
    log(Level.WARN, line);
  }

  /**
   * Logs a problem that the operator must fix.
   *
   * @param line printable text
   */
  public static void error(String line) {
    log(Level.ERROR, line);
  }

  /**
   * Logs something for developers.
   *
   * @param line printable text
   */
  public static void debug(String line) {
    log(Level.DEBUG, line);
  }

  /**
   * Logs a line.
   *
   * @param severity how severe
   * @param line printable text
   */
  public static void log(Level severity, String line) {
    write(severity, isJson ? JsonLine.of(severity).add("message", line).toString() : line);
  }

  /**
   * Logs a line as it is. It uses tinylog's levels, entries and writers, but not its configuration,
   * which would look for files, services and the start time of the JVM, and take longer than a
   * request.
   *
   * @param severity how severe
   * @param line as {@link #isJson} asks for
   */
  public static synchronized void write(Level severity, String line) {
    if (severity.ordinal() < level.ordinal()) {
      return;
    }
    try {
      setUp();
      writer.write(
          new LogEntry(null, null, Map.of(), null, null, null, 0, null, severity, line, null));
    } catch (Exception | Error e) {
      // A log that can't be had, as where no file can be opened, changes no answer and no status.
    }
  }

  /**
   * Quotes what a client sent.
   *
   * @param text what it sent
   * @return printable ASCII in quotation marks, cut when it is long
   */
  public static String quote(String text) {
    return '"' + escapedStart(text).replace("\"", "\\\"") + '"' + ellipsis(text);
  }

  /**
   * Formats an IP address by RFC 5952 section 4: the first of the longest runs of zeros becomes
   * {@code ::}.
   *
   * @param address as the JDK writes it, with all eight fields of an IPv6 address
   * @return the same address
   */
  public static String address(String address) {
    String fields = ":" + address;
    for (int zeros = 8; zeros > 1; zeros--) {
      int start = fields.indexOf(":0".repeat(zeros)); // a field that begins with 0 is 0
      if (start >= 0) {
        String before = start == 0 ? "" : fields.substring(1, start);
        String after = fields.substring(start + 2 * zeros);
        return before + (after.startsWith(":") ? ":" : "::") + after;
      }
    }
    return address;
  }

  /**
   * Makes text printable, so that it can't forge a line or control a terminal.
   *
   * @param text any text
   * @return ASCII, where all that is not printable, and the backslash, is {@code \xHH} or a UTF-16
   *     unit of four digits after {@code \\u}; cut when it is long
   */
  public static String printable(String text) {
    return escapedStart(text) + ellipsis(text);
  }

  /**
   * Cuts text that is too long for a line.
   *
   * @param text any text
   * @return its start, as it is
   */
  public static String cut(String text) {
    return text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
  }

  private static String ellipsis(String text) {
    return text.length() > LONGEST ? "..." : "";
  }

  private static String escapedStart(String text) {
    int length = Math.min(text.length(), LONGEST);
    StringBuilder printable = new StringBuilder(length + 16);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c < 0x7f && c != '\\') {
        printable.append(c);
      } else if (c > 0xff) {
        printable.append("\\u").append(Integer.toHexString(c | 0x10000), 1, 5);
      } else {
        printable.append("\\x").append(Integer.toHexString(c | 0x100), 1, 3);
      }
    }
    return printable.toString();
  }
}
