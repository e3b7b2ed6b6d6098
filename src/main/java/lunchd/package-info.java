/**
 * Lunch as a Service: one process answers one HTTPS request on the connection it was started with.
 * Start reading at {@link lunchd.Exchange}.
 */
package lunchd;
