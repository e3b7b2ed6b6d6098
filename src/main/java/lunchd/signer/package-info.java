/**
 * The key in a process of its own: a signer that holds it and never meets a client, and the
 * handler's side of the connection to it.
 */
package lunchd.signer;
