/** HTTP/1.1 by RFC 9110 and RFC 9112: one request in, one response out. */
package lunchd.http;
