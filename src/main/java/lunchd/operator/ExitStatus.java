package lunchd.operator;

/** How lunchd ends, in the numbers of sysexits.h(3head). */
public enum ExitStatus {
  /** The client was served, or made an error: a unit must not fail because of a client. */
  OK(0),
  /** The certificate has fewer days left than {@code --check --expiry-days} asks for. */
  EXPIRING(1),
  /** The command line can't be understood. */
  USAGE(64),
  /** A file named on the command line can't be read. */
  NO_INPUT(66),
  /** A bug in lunchd. */
  SOFTWARE(70),
  /** A key, certificate, password, menu, socket or TLS library that can't be used. */
  CONFIG(78);

  private final int code;

  ExitStatus(int code) {
    this.code = code;
  }

  /** {@return the number the process exits with} */
  public int code() {
    return code;
  }
}
