package lunchd.operator;

import lunchd.http.Handler;
import org.apache.commons.cli.Options;

/**
 * A service that is more than a {@link Handler}: it has options of its own, files to read before it
 * can answer, or lines for {@code lunchd --check}. A public class with a public constructor without
 * parameters, named by {@code lunchd --handler}.
 */
public interface Service {
  /** {@return a sentence that {@code --help} begins with; or nothing} */
  default String description() {
    return "";
  }

  /**
   * {@return the options that it has beside lunchd's own; only long ones. If lunchd has an option
   * with the same name, opening the service fails.}
   */
  default Options options() {
    return new Options();
  }

  /**
   * Makes the handler. It is called once, before the request is read, so every client waits for it.
   *
   * @param arguments the values of all options
   * @return what answers
   * @throws Misconfiguration if the operator must fix something first: the process ends with its
   *     exit status, and the client gets an alert or a 500
   */
  Handler open(Arguments arguments) throws Misconfiguration;

  /**
   * Adds to the report of {@code lunchd --check}.
   *
   * @param arguments the values of all options
   * @param report takes lines and warnings
   * @throws Misconfiguration if it could not be opened
   */
  default void check(Arguments arguments, Report report) throws Misconfiguration {
    open(arguments);
  }

  /** The report of {@code lunchd --check}. */
  interface Report {
    /**
     * Adds a line {@code name: value}.
     *
     * @param name in lower case, with hyphens
     * @param value any text; escaped as in the log
     */
    void line(String name, String value);

    /**
     * Adds a line {@code warning: ...}, after all others, for what is served but should not stay.
     *
     * @param text what is wrong, and the fix
     */
    void warn(String text);
  }
}
