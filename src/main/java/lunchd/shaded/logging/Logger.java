package lunchd.shaded.logging;

/**
 * A logger that logs nothing. The libraries make one before every answer, but don't log anything;
 * java.util.logging would take 4 ms and 40 classes for it.
 */
public final class Logger {
  private static final Logger SILENT = new Logger();

  private Logger() {}

  /**
   * Finds a logger.
   *
   * @param name the logger's
   * @return the one that there is
   */
  public static Logger getLogger(String name) {
    return SILENT;
  }

  /**
   * Tells whether anything is logged.
   *
   * @param level how severe
   * @return no
   */
  public boolean isLoggable(Level level) {
    return false;
  }

  /**
   * Says nothing.
   *
   * @param message what is not said
   */
  public void fine(String message) {}

  /**
   * Says nothing.
   *
   * @param message what is not said
   */
  public void warning(String message) {}

  /**
   * Says nothing.
   *
   * @param level how severe
   * @param message what is not said
   */
  public void log(Level level, String message) {}

  /**
   * Says nothing.
   *
   * @param level how severe
   * @param message what is not said
   * @param parameter of the message
   */
  public void log(Level level, String message, Object parameter) {}

  /**
   * Says nothing.
   *
   * @param level how severe
   * @param message what is not said
   * @param cause what was thrown
   */
  public void log(Level level, String message, Throwable cause) {}
}
