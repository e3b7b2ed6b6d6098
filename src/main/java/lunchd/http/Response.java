package lunchd.http;

import java.util.List;

/**
 * A response, RFC 9110 sections 6 and 15, without the fields that every response carries.
 *
 * @param status the status code
 * @param mediaType the Content-Type; the content is sent in UTF-8
 * @param content the content
 * @param fields further header fields
 * @param remark what the log says of the response, such as the lunch; may be empty
 */
public record Response(
    Status status, String mediaType, String content, List<Field> fields, String remark) {
  private static final String HTML = "text/html; charset=utf-8";
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String JSON = "application/json"; // which has no charset, RFC 8259
  private static final Field NO_REFERRER = new Field("Referrer-Policy", "no-referrer");

  /**
   * Makes a page.
   *
   * @param status the status code
   * @param title text for the page's title, not yet escaped
   * @param body the page's body, in HTML
   * @param remark what the log says of it
   * @return the response
   */
  public static Response page(Status status, String title, String body, String remark) {
    return page(status, new Page(title, "", body), remark);
  }

  /**
   * Makes a page.
   *
   * @param status the status code
   * @param page the page
   * @param remark what the log says of it
   * @return the response
   */
  public static Response page(Status status, Page page, String remark) {
    return new Response(
        status, HTML, page.html(), List.of(Page.CONTENT_SECURITY_POLICY, NO_REFERRER), remark);
  }

  /**
   * Makes a response of plain text.
   *
   * @param text the content, with the end of its last line
   * @param remark what the log says of it
   * @return the response
   */
  public static Response text(String text, String remark) {
    return new Response(Status.OK, TEXT, text, List.of(), remark);
  }

  /**
   * Makes a response of JSON.
   *
   * @param json the content, see {@link Json}
   * @param remark what the log says of it
   * @return the response
   */
  public static Response json(String json, String remark) {
    return new Response(Status.OK, JSON, json, List.of(), remark);
  }

  /**
   * Makes a page that says in a sentence why there is nothing better.
   *
   * @param status the status code
   * @param reason one sentence, not yet escaped
   * @return the response
   */
  public static Response error(Status status, String reason) {
    String title = status.code() + " " + status.reason();
    String body = "<h1>" + title + "</h1>\n<p>" + Page.escape(reason) + "</p>\n";
    return page(status, title, body, "");
  }

  /**
   * Makes the error page that a rejected request gets.
   *
   * @param rejection why
   * @return the response
   */
  public static Response of(Rejection rejection) {
    return error(rejection.status(), rejection.getMessage());
  }

  /**
   * Makes a redirect, for good and for every method (RFC 9110 section 15.4.9).
   *
   * @param location a URI, which must have passed the request parser
   * @return the response
   */
  public static Response redirect(String location) {
    String link = Page.escape(location);
    return page(
            Status.PERMANENT_REDIRECT,
            "This is served over HTTPS",
            "<h1>This is served over HTTPS</h1>\n<p><a href=\""
                + link
                + "\">"
                + link
                + "</a></p>\n",
            "")
        .with(new Field("Location", location));
  }

  /**
   * Makes the answer to any method but those that all targets have (RFC 9110 section 9.1).
   *
   * @return the response
   */
  public static Response methodNotAllowed() {
    return methodNotAllowed("GET, HEAD");
  }

  /**
   * Makes the answer to a method that the target does not have (RFC 9110 section 15.5.6).
   *
   * @param allow the methods that it has, as in the Allow field
   * @return the response
   */
  public static Response methodNotAllowed(String allow) {
    return error(Status.METHOD_NOT_ALLOWED, "This can only be asked for with " + allow + ".")
        .with(new Field("Allow", allow));
  }

  /**
   * Adds a field.
   *
   * @param field one more
   * @return the same response with that field
   */
  public Response with(Field field) {
    Field[] more = fields.toArray(new Field[fields.size() + 1]);
    more[fields.size()] = field;
    return new Response(status, mediaType, content, List.of(more), remark);
  }
}
