/** HTTP/1.1 on the wire, by RFC 9112: from octets to a request, from a response to octets. */
package lunchd.http1;
