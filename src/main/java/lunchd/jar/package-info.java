/** Services of somebody else's, in jars beside lunchd. */
package lunchd.jar;
