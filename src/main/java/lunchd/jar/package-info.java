/** Services in jars, which are not part of lunchd. */
package lunchd.jar;
