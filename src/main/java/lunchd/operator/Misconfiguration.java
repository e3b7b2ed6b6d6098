package lunchd.operator;

/** Something the operator must fix: its message names the file or option, and the fix. */
public final class Misconfiguration extends Exception {
  private static final long serialVersionUID = 1;

  private final ExitStatus status;

  /**
   * Makes one.
   *
   * @param status what the process is to exit with
   * @param message one line, without the program's name
   */
  public Misconfiguration(ExitStatus status, String message) {
    super(message, null, false, false); // the message is for an operator: no stack trace
    this.status = status;
  }

  /** {@return what the process is to exit with} */
  public ExitStatus status() {
    return status;
  }
}
