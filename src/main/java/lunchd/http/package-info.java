/**
 * What a handler sees of HTTP, by RFC 9110: a {@link lunchd.http.Request}, of which it makes a
 * {@link lunchd.http.Response}. A public API: names stay as they are.
 */
package lunchd.http;
