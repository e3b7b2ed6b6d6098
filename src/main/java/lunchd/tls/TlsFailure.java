package lunchd.tls;

import java.io.IOException;

/** A handshake or record from the client that TLS does not allow; the alert has been sent. */
public final class TlsFailure extends IOException {
  private static final long serialVersionUID = 1;

  TlsFailure(String message) {
    super(message);
  }
}
