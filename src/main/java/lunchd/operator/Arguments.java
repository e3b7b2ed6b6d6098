package lunchd.operator;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;

/** The values of a command line's options: if one is given several times, the last one counts. */
public final class Arguments {
  private final CommandLine line;

  /**
   * Takes a command line.
   *
   * @param line one that has been understood
   */
  public Arguments(CommandLine line) {
    this.line = line;
  }

  /**
   * Describes an option.
   *
   * @param name its long name, without hyphens
   * @param argument what its argument is called in {@code --help}, such as {@code FILE}; null if it
   *     has none
   * @param description what {@code --help} says of it
   * @return the option
   */
  public static Option option(String name, String argument, String description) {
    return Option.builder()
        .longOpt(name)
        .hasArg(argument != null)
        .argName(argument)
        .desc(description)
        .get();
  }

  /**
   * Tells whether an option is given.
   *
   * @param option its name
   * @return whether it is
   */
  public boolean has(String option) {
    return last(option) != null;
  }

  /**
   * Finds the value of an option.
   *
   * @param option its name
   * @return the last value, or null if it is not given
   */
  public String value(String option) {
    Option last = last(option);
    return last == null ? null : last.getValue();
  }

  /** Without the look-up of CommandLine, which uses streams and so loads 80 classes. */
  private Option last(String option) {
    Option last = null;
    for (Option given : line.getOptions()) {
      if (given.getLongOpt().equals(option)) {
        last = given;
      }
    }
    return last;
  }

  /**
   * Finds the file that an option names.
   *
   * @param option its name
   * @return the file, or null if it is not given
   * @throws Misconfiguration 64 if the value is no file name in this locale
   */
  public Path path(String option) throws Misconfiguration {
    String value = value(option);
    try {
      return value == null ? null : Path.of(value);
    } catch (InvalidPathException e) {
      throw usage("--" + option + " is not a file name in this locale (" + e.getReason() + ")");
    }
  }

  /**
   * Finds the whole number that an option gives.
   *
   * @param option its name
   * @param min the least that it may be
   * @param max the greatest
   * @param otherwise what it is if the option is not given
   * @return the number
   * @throws Misconfiguration 64 if the value is no such number
   */
  public int number(String option, int min, int max, int otherwise) throws Misconfiguration {
    String value = value(option);
    if (value == null) {
      return otherwise;
    }
    try {
      int number = Integer.parseInt(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below, as for a number out of range
    }
    throw usage("--" + option + " " + value + " is not a whole number from " + min + " to " + max);
  }

  /**
   * Makes the error for a command line that can't be understood.
   *
   * @param what which option, and what is wrong with it
   * @return the error, with exit status 64
   */
  public static Misconfiguration usage(String what) {
    return new Misconfiguration(ExitStatus.USAGE, what + "; see lunchd --help, or lunchd(8)");
  }
}
