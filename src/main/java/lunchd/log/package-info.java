/** The log: lines on stderr by tinylog, for the journal or for people. */
package lunchd.log;
