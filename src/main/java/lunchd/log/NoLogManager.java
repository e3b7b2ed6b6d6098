package lunchd.log;

import java.io.IOException;
import java.util.logging.LogManager;

/**
 * java.util.logging without a configuration, and so without handlers. The libraries here ask for
 * its loggers but have nothing to say; reading the configuration would load service providers, and
 * open the jar for them, before every answer.
 */
public final class NoLogManager extends LogManager {
  /** Called by {@link LogManager}, as the property java.util.logging.manager says. */
  public NoLogManager() {}

  /**
   * Refuses; LogManager then goes on without.
   *
   * @throws IOException always
   */
  @Override
  public void readConfiguration() throws IOException {
    throw new IOException("java.util.logging is not used here");
  }
}
