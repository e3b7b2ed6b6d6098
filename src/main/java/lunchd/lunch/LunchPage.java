package lunchd.lunch;

import java.time.LocalDate;
import lunchd.http.Html;
import lunchd.http.Response;

/** What a browser shows. ASCII throughout: text beyond Latin-1 takes longer to encode. */
final class LunchPage {
  private static final String TODAY = "<a href=\"/today\">Today&rsquo;s lunch</a>\n";
  private static final String MENU = "<a href=\"/menu\">The menu</a>\n";

  private LunchPage() {}

  /**
   * The lunch that was drawn.
   *
   * @param lunch null for none
   */
  static Response random(String lunch) {
    return lunch("Lunch is", "There is no lunch today.", lunch, TODAY + MENU);
  }

  /**
   * The lunch of the day.
   *
   * @param lunch null for none
   */
  static Response today(String lunch, LocalDate date) {
    return lunch(
        "Today, <time>" + date + "</time>, lunch is",
        "Today, <time>" + date + "</time>, there is no lunch.",
        lunch,
        MENU);
  }

  private static Response lunch(String before, String instead, String lunch, String links) {
    boolean isThere = lunch != null;
    return page(
        200,
        isThere ? lunch : "Nothing",
        "<p>"
            + (isThere ? before : instead)
            + "</p>\n<h1>"
            + (isThere ? Html.escape(lunch) : "Nothing")
            + "</h1>\n",
        "Another one",
        links,
        isThere ? lunch : "");
  }

  /** All the choices. */
  static Response menu(Menu menu) {
    StringBuilder body = new StringBuilder("<h1>The menu</h1>\n<ul>\n");
    for (Choice choice : menu.choices()) {
      body.append("<li>").append(Html.escape(choice.name()));
      if (choice.days().bits() != Days.ALL.bits()) {
        body.append(" <small>").append(choice.days()).append("</small>");
      }
      body.append("</li>\n");
    }
    return page(200, "The menu", body.append("</ul>\n").toString(), "Choose one", TODAY, "");
  }

  /** An error. */
  static Response notFound() {
    return page(
        404,
        "404 Not Found",
        "<h1>404 Not Found</h1>\n<p>There is no such thing here, but there is lunch.</p>\n",
        "Lunch",
        TODAY + MENU,
        "");
  }

  private static Response page(
      int status, String title, String main, String button, String links, String remark) {
    Page page =
        new Page(
            title + " - Lunch as a Service",
            "Lunch as a Service decides what is for lunch.",
            main
                + "<form action=\"/\"><input type=\"submit\" value=\""
                + button
                + "\"></form>\n<nav>\n"
                + links
                + "</nav>\n");
    return Response.of(status)
        .with("Content-Security-Policy", Page.CONTENT_SECURITY_POLICY)
        .html(page.html())
        .remark(remark);
  }
}
