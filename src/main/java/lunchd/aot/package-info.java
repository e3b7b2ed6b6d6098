/** The AOT cache that a start takes its classes from. */
package lunchd.aot;
