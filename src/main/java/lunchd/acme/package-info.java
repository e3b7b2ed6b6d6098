/** Automatic certificates: what an ACME server such as Let's Encrypt asks for (RFC 8555). */
package lunchd.acme;
