/**
 * The AOT cache that a start takes its classes from, and TLS, loaded beside the rest of a start.
 */
package lunchd.aot;
