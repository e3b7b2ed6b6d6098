package lunchd.http;

/** A request that is answered with an error before any handler sees it. */
public final class Rejection extends Exception {
  private static final long serialVersionUID = 1;

  private final Status status;

  /**
   * Makes one.
   *
   * @param status the answer's status
   * @param reason a sentence for the person who reads the answer; holds nothing the client sent
   */
  public Rejection(Status status, String reason) {
    super(reason, null, false, false); // an answer, not a fault here: no stack trace
    this.status = status;
  }

  /** {@return the answer's status} */
  public Status status() {
    return status;
  }

  static Rejection badRequest(String reason) {
    return new Rejection(Status.BAD_REQUEST, reason);
  }
}
