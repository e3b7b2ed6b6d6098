package lunchd.lunch;

import lunchd.http.Html;

/**
 * A self-contained HTML page: no second connection fetches a style or an icon.
 *
 * @param title text, not yet escaped
 * @param description text for search engines and previews, not yet escaped; may be empty
 * @param body HTML, headed by an {@code <h1>}; {@code form}, {@code nav} and {@code ul} have a look
 */
record Page(String title, String description, String body) {
  /** The page's style; its digest is in the policy below. */
  static final String STYLE =
      ":root{color-scheme:light dark;--paper:#fdf6ec;--ink:#2a1d14;--soft:#6f5a49;--plate:#fff;"
          + "--rim:#ecdcc8;--accent:#b23c0b;--on:#fff}"
          + "@media(prefers-color-scheme:dark){:root{--paper:#191411;--ink:#f8eee2;--soft:#b7a594;"
          + "--plate:#2c231d;--rim:#40332a;--accent:#ffa264;--on:#2a1406}}"
          + "body{margin:0;min-height:100vh;display:grid;place-items:center;text-align:center;"
          + "overflow-wrap:anywhere;font:1.125rem/1.5 system-ui,sans-serif;"
          + "color:var(--ink);background:var(--paper)}"
          + "main{box-sizing:border-box;max-width:44rem;width:100%;padding:2rem 1.25rem}"
          + "main::before{content:'';display:block;width:6rem;height:6rem;margin:0 auto 1.5rem;"
          + "border-radius:50%;background:radial-gradient(var(--plate) 56%,var(--rim) 57% 60%,"
          + "var(--plate) 61%);box-shadow:0 0 0 1px var(--rim),0 .6rem 1.6rem #0002}"
          + "p{margin:0;color:var(--soft)}"
          + "h1{margin:0 0 .45em;font-size:clamp(2.75rem,15vw,6rem);line-height:1.1;"
          + "letter-spacing:-.03em;text-wrap:balance}"
          + "h1+p{margin-bottom:2rem}"
          + "input{font:inherit;font-weight:600;padding:.75em 1.75em;border:0;border-radius:9em;"
          + "color:var(--on);background:var(--accent);cursor:pointer}"
          + "input:hover{filter:brightness(1.1)}"
          + "a{color:inherit;text-underline-offset:.25em}"
          + "a:hover{color:var(--accent)}"
          + ":focus-visible{outline:3px solid var(--accent);outline-offset:4px}"
          + "nav{margin-top:2rem}nav a{display:inline-block;padding:.5rem .75rem}"
          + "ul{list-style:none;margin:0 0 2rem;padding:0;font-size:1.5rem}"
          + "li{padding:.4rem;border-top:1px solid var(--rim)}li:first-child{border:0}"
          + "small{font-size:1rem;color:var(--soft)}";

  /** A plate, so that no browser asks for /favicon.ico. */
  private static final String ICON =
      "<link rel=\"icon\" href=\"data:image/svg+xml,"
          + "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%3E"
          + "%3Ccircle cx='4' cy='4' r='4' fill='%23b23c0b'/%3E"
          + "%3Ccircle cx='4' cy='4' r='2.2' fill='none' stroke='%23fff' stroke-width='.6'/%3E"
          + "%3C/svg%3E\">\n";

  /** Nothing may be fetched, framed or run; only this style applies (CSP Level 3). */
  static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; style-src 'sha256-05efq3WKvhldqXFOdPI6K4yZVCdigRcOUM/iIYKs17o=';"
          + " img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

  /** Makes the document. */
  String html() {
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        + "<meta name=\"viewport\" content=\"width=device-width\">\n<title>"
        + Html.escape(title)
        + "</title>\n"
        + (description.isEmpty()
            ? ""
            : "<meta name=\"description\" content=\"" + Html.escape(description) + "\">\n")
        + ICON
        + "<style>"
        + STYLE
        + "</style>\n</head>\n<body>\n<main>\n"
        + body
        + "</main>\n</body>\n</html>\n";
  }
}
