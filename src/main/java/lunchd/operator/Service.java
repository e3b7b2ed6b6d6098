package lunchd.operator;

import lunchd.http.Handler;
import org.apache.commons.cli.Options;

/**
 * A service, where it is more than a {@link Handler}: it has options of its own, files to read
 * before it can answer, or something to say to {@code lunchd --check}. A public class with a public
 * constructor without parameters, named by {@code lunchd --handler}.
 */
public interface Service {
  /** {@return a sentence that {@code --help} begins with; or nothing} */
  default String description() {
    return "";
  }

  /**
   * {@return the options that it has beside lunchd's own: long ones alone. A name that is lunchd's
   * already is an error when the service is opened.}
   */
  default Options options() {
    return new Options();
  }

  /**
   * Makes the handler. Called once, before the request is read, so whatever it takes every client
   * waits for.
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

  /** What {@code lunchd --check} prints. */
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
