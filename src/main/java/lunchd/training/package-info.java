/** The training run of the build, of which the AOT cache is made. No part of a request. */
package lunchd.training;
