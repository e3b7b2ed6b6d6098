/** Lunch: the part to replace with your own. */
package lunchd.lunch;
