/** {@code --check}: what would be served. No part of a request. */
package lunchd.check;
