package lunchd.proxy;

import java.io.IOException;

/** A connection that does not begin with a PROXY header, or not with one that may be believed. */
public final class ProxyFailure extends IOException {
  private static final long serialVersionUID = 1;

  ProxyFailure(String message) {
    super(message);
  }
}
