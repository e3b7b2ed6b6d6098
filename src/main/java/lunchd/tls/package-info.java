/**
 * TLS 1.2 and 1.3 (RFC 5246, RFC 8446) over a connection, by an SSLEngine; key and chain in PEM.
 */
package lunchd.tls;
