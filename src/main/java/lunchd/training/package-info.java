/** The build's training run, from which the AOT cache is made. No request uses it. */
package lunchd.training;
