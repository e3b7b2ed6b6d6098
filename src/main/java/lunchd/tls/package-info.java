/**
 * TLS 1.2 and 1.3 (RFC 5246, RFC 8446) over a connection, with an SSLEngine; key and chain are PEM
 * files.
 */
package lunchd.tls;
