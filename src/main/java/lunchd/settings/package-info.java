/** The command line. */
package lunchd.settings;
