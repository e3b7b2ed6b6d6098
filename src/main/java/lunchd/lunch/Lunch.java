package lunchd.lunch;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import lunchd.http.Handler;
import lunchd.operator.Arguments;
import lunchd.operator.Misconfiguration;
import lunchd.operator.Service;
import org.apache.commons.cli.Options;

/** Lunch as a service: its options, and its part of {@code --check}. */
public final class Lunch implements Service {
  /** Makes the service. */
  public Lunch() {}

  @Override
  public String description() {
    return "Decides what is for lunch.";
  }

  @Override
  public Options options() {
    return new Options()
        .addOption(
            Arguments.option(
                "menu",
                "FILE",
                "the choices: UTF-8, one on each line, such as Soup, Soup x3 or Fish"
                    + " [mon,wed-fri]; # comments"))
        .addOption(
            Arguments.option(
                "time-zone",
                "ZONE",
                "the time zone of the day, such as Europe/Berlin (default the system's;"
                    + " UTC under the units)"));
  }

  @Override
  public Handler open(Arguments arguments) throws Misconfiguration {
    return new LunchHandler(menu(arguments), new KernelRandom(), Instant.now(), zone(arguments));
  }

  @Override
  public void check(Arguments arguments, Report report) throws Misconfiguration {
    int choices = menu(arguments).choices().size();
    report.line("menu", choices + (choices == 1 ? " choice" : " choices"));
    zone(arguments);
  }

  private static Menu menu(Arguments arguments) throws Misconfiguration {
    return Menu.read(arguments.path("menu"));
  }

  /** Only if the option is given: loading the zones takes some milliseconds. */
  private static ZoneId zone(Arguments arguments) throws Misconfiguration {
    String value = arguments.value("time-zone");
    try {
      return value == null ? null : ZoneId.of(value);
    } catch (DateTimeException e) {
      throw Arguments.usage(
          "--time-zone " + value + " is not a time zone; name one such as Europe/Berlin or UTC");
    }
  }
}
