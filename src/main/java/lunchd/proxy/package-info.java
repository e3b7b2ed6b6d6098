/** The PROXY protocol, with which a balancer in front names its client. */
package lunchd.proxy;
