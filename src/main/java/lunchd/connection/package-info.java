/** The inherited connection: a socket, or stdin and stdout, and the deadline over both. */
package lunchd.connection;
