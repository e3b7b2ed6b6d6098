package lunchd.http;

/** Writes HTML. */
public final class Html {
  private Html() {}

  /**
   * Escapes text.
   *
   * @param text any text
   * @return HTML that shows it, in an element or in a quoted attribute
   */
  public static String escape(String text) {
    StringBuilder html = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> html.append("&amp;");
        case '<' -> html.append("&lt;");
        case '>' -> html.append("&gt;");
        case '"' -> html.append("&quot;");
        case '\'' -> html.append("&#39;");
        default -> html.append(c);
      }
    }
    return html.toString();
  }

  /**
   * Makes a plain page, whose heading is its title. No style applies to it, and its icon keeps
   * browsers from asking for one.
   *
   * @param title text, not yet escaped
   * @param body HTML, for below the heading
   * @return the document
   */
  public static String page(String title, String body) {
    String escaped = escape(title);
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        + "<meta name=\"viewport\" content=\"width=device-width\">\n"
        + "<meta name=\"color-scheme\" content=\"light dark\">\n"
        + "<link rel=\"icon\" href=\"data:,\">\n<title>"
        + escaped
        + "</title>\n</head>\n<body>\n<h1>"
        + escaped
        + "</h1>\n"
        + body
        + "\n</body>\n</html>\n";
  }
}
