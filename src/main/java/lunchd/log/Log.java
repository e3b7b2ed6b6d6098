package lunchd.log;

import org.tinylog.configuration.Configuration;

/** Sets up tinylog, and makes what clients sent fit for a line of it. */
public final class Log {
  private static final int LONGEST = 500; // of client's text in a line

  private Log() {}

  /**
   * Sets the level; to be called before the first entry.
   *
   * @param level one of tinylog's: trace, debug, info, warn, error, off
   */
  public static void configure(String level) {
    Configuration.set("level", level);
    Configuration.set("writer", StderrWriter.class.getName());
    Configuration.set("autoshutdown", "false"); // no shutdown hook: every entry is written through
  }

  /**
   * Quotes what a client sent.
   *
   * @param text what it sent
   * @return printable ASCII in quotation marks, cut when it is long
   */
  public static String quote(String text) {
    boolean isLong = text.length() > LONGEST;
    String start = isLong ? text.substring(0, LONGEST) : text;
    return '"' + printable(start).replace("\"", "\\\"") + (isLong ? "\"..." : "\"");
  }

  /**
   * Makes text printable: nobody can forge a line with it, or reach a terminal.
   *
   * @param text any text
   * @return ASCII, where all that is not printable, and the backslash, is {@code \xHH} or a UTF-16
   *     unit of four digits after {@code \\u}
   */
  public static String printable(String text) {
    StringBuilder printable = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
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
