/** The PROXY protocol, with which a balancer in front says who its client is. */
package lunchd.proxy;
