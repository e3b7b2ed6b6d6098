package lunchd.http;

import java.io.IOException;

/**
 * A request that is answered with an error and a sentence about it. lunchd throws it for a
 * malformed request or unacceptable content; a handler may throw it too.
 */
public final class Rejection extends IOException {
  private static final long serialVersionUID = 1;

  private final int status;

  /**
   * Makes one.
   *
   * @param status the answer's status, from 400 to 599
   * @param reason a sentence for the person who reads the answer, in plain text; it should hold
   *     nothing that the client sent
   */
  public Rejection(int status, String reason) {
    super(reason);
    this.status = status;
  }

  /** {@return the answer's status} */
  public int status() {
    return status;
  }

  /** Without a stack trace, which would take time: it is an answer, not a fault in lunchd. */
  @Override
  public Throwable fillInStackTrace() {
    return this;
  }
}
