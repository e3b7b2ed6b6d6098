package lunchd.connection;

import java.io.IOException;

/** The deadline passed while waiting for the client to send or to receive. */
public final class DeadlineExceeded extends IOException {
  private static final long serialVersionUID = 1;

  DeadlineExceeded(String message) {
    super(message);
  }
}
