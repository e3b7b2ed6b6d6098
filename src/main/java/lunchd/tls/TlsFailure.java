package lunchd.tls;

import java.io.IOException;

/** A handshake or record of the client's that TLS does not allow; it has been given its alert. */
public final class TlsFailure extends IOException {
  private static final long serialVersionUID = 1;

  TlsFailure(String message) {
    super(message);
  }
}
