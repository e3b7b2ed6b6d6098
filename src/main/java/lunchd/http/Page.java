package lunchd.http;

/** An HTML page that needs nothing but itself. */
public final class Page {
  /** The page's style; its digest stands in the policy below. */
  static final String STYLE =
      "body{font:1.2em/1.5 system-ui,sans-serif;max-width:36em;margin:20vh auto;padding:0 1em;"
          + "text-align:center;color-scheme:light dark}h1{font-size:3em;margin:0}";

  /** Nothing may be fetched, framed, sent or run; only this very style applies (CSP Level 3). */
  static final Field CONTENT_SECURITY_POLICY =
      new Field(
          "Content-Security-Policy",
          "default-src 'none'; style-src 'sha256-CXkZn/ObHwJRPMz2rLeBJdNU38tk0WKhj2uYFQRfMkA=';"
              + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'");

  private Page() {}

  /**
   * Makes a document.
   *
   * @param title text, not yet escaped
   * @param body HTML
   */
  static String html(String title, String body) {
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        + "<meta name=\"viewport\" content=\"width=device-width\">\n<title>"
        + escape(title)
        + "</title>\n<style>"
        + STYLE
        + "</style>\n</head>\n<body>\n"
        + body
        + "</body>\n</html>\n";
  }

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
}
