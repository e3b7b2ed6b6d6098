/**
 * The key in a separate process: a signer, which holds the key and never talks to a client, and the
 * handler's side of the connection to it.
 */
package lunchd.signer;
