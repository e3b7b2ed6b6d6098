package lunchd.proxy;

import java.io.IOException;

/** A connection that does not begin with a PROXY header, or with one that can't be trusted. */
public final class ProxyFailure extends IOException {
  private static final long serialVersionUID = 1;

  ProxyFailure(String message) {
    super(message);
  }
}
