/** What this service is for. */
package lunchd.hello;
