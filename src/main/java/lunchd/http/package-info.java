/**
 * HTTP as a handler sees it, by RFC 9110: it gets a {@link lunchd.http.Request} and returns a
 * {@link lunchd.http.Response}. This is a public API: names don't change.
 */
package lunchd.http;
