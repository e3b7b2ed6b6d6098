package lunchd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.apache.commons.cli.help.HelpFormatter;
import org.apache.commons.cli.help.TextHelpAppendable;

/**
 * The command line.
 *
 * @param action what to do
 * @param key the private key, or null for plain HTTP
 * @param certificate the certificate chain, or null together with {@code key}
 * @param keyPasswordFile holds the key's password, or null
 * @param menu what there is for lunch, or null
 * @param zone where today begins at midnight, or null for the system's time zone
 * @param acmeWebroot holds the challenges of an ACME client, or null
 * @param timeoutSeconds bounds the whole exchange
 * @param firstTimeoutSeconds bounds a client's first message, on a socket
 * @param hstsSeconds how long a browser is to insist on HTTPS, 0 for no such word
 * @param httpsPort where a plaintext client is sent to, 0 if not asked for
 * @param logLevel the least severe level that is logged, in tinylog's words
 * @param logsJson whether each line of the log is a JSON object
 * @param expiryDays how many days the leaf must have left for {@code --check}, 0 if not asked for
 */
record Settings(
    Action action,
    Path key,
    Path certificate,
    Path keyPasswordFile,
    Path menu,
    ZoneId zone,
    Path acmeWebroot,
    int timeoutSeconds,
    int firstTimeoutSeconds,
    int hstsSeconds,
    int httpsPort,
    String logLevel,
    boolean logsJson,
    int expiryDays) {
  /** What the command line asks for. */
  enum Action {
    SERVE,
    CHECK,
    HELP,
    VERSION
  }

  private static final int DEFAULT_TIMEOUT = 10;
  private static final int MAX_TIMEOUT = 3600;
  private static final int DEFAULT_FIRST_TIMEOUT = 3;
  private static final int MAX_EXPIRY = 3650;
  private static final int MAX_PORT = 65_535;
  private static final int DEFAULT_HSTS = 365 * 24 * 60 * 60;

  /**
   * Parses the command line. Go's style of flag ({@code -key=FILE}) and GNU's ({@code --key FILE})
   * both do; the last of several wins.
   *
   * @throws Misconfiguration 64 if it can't be understood
   */
  static Settings parse(String... args) throws Misconfiguration {
    CommandLine line;
    try {
      line = DefaultParser.builder().setAllowPartialMatching(false).get().parse(options(), args);
    } catch (ParseException e) {
      throw usage(e.getMessage());
    }
    if (!line.getArgList().isEmpty()) {
      throw usage("Unexpected argument: " + line.getArgList().get(0));
    }
    int timeout = number(line, "timeout", 1, MAX_TIMEOUT, DEFAULT_TIMEOUT);
    Settings settings =
        new Settings(
            action(line),
            path(line, "key"),
            path(line, "certificate"),
            path(line, "key-password-file"),
            path(line, "menu"),
            zone(line),
            path(line, "acme-webroot"),
            timeout,
            number(line, "first-timeout", 1, MAX_TIMEOUT, Math.min(timeout, DEFAULT_FIRST_TIMEOUT)),
            number(line, "hsts", 0, Integer.MAX_VALUE, DEFAULT_HSTS),
            number(line, "https-port", 1, MAX_PORT, 0),
            logLevel(line),
            logsJson(line),
            number(line, "expiry-days", 1, MAX_EXPIRY, 0));
    if ((settings.key == null) != (settings.certificate == null)) {
      throw usage("--key and --certificate go together");
    }
    if (settings.firstTimeoutSeconds > timeout) {
      throw usage(
          "--first-timeout %d is more than --timeout %d"
              .formatted(settings.firstTimeoutSeconds, timeout));
    }
    if (settings.keyPasswordFile != null && settings.key == null) {
      throw usage("--key-password-file goes with --key");
    }
    if (settings.expiryDays > 0 && !has(line, "check")) {
      throw usage("--expiry-days goes with --check");
    }
    if (settings.expiryDays > 0 && settings.certificate == null) {
      throw usage("--expiry-days goes with --certificate");
    }
    return settings;
  }

  /** Returns whether lunchd can speak TLS. */
  boolean hasIdentity() {
    return key != null;
  }

  /** Returns what {@code --help} prints. */
  static String help() {
    StringBuilder help = new StringBuilder();
    try {
      HelpFormatter.builder()
          .setHelpAppendable(new TextHelpAppendable(help))
          .setShowSince(false)
          .get()
          .printHelp(
              "lunchd [OPTION]...",
              "Decides what is for lunch: answers one HTTP request on the connection that is its"
                  + " standard input and output, over TLS where there are a key and a certificate.",
              options(),
              "Exit status: 0 served, or the client's fault; 1 the leaf has fewer than"
                  + " --expiry-days; 64 usage; 66 a file can't be read; 70 a bug; 78 a key,"
                  + " certificate, password, menu, socket or TLS library can't be used.",
              false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return help.toString();
  }

  private static Options options() {
    return new Options()
        .addOption(option("key", "FILE", "the private key, in PEM"))
        .addOption(option("certificate", "FILE", "its certificate chain, leaf first, in PEM"))
        .addOption(
            option("key-password-file", "FILE", "the password of an encrypted key, on one line"))
        .addOption(
            option(
                "menu",
                "FILE",
                "what there is: UTF-8, a choice a line, such as Soup, Soup x3 or Fish"
                    + " [mon,wed-fri]; # comments"))
        .addOption(
            option(
                "time-zone",
                "ZONE",
                "where it is today, as Europe/Berlin (default the system's;"
                    + " UTC under the units)"))
        .addOption(
            option(
                "acme-webroot",
                "DIR",
                "answers ACME challenges in plaintext from DIR/.well-known/acme-challenge"))
        .addOption(
            option("timeout", "SECONDS", "bounds the whole exchange, 1 to 3600 (default 10)"))
        .addOption(
            option(
                "first-timeout",
                "SECONDS",
                "bounds a ClientHello, or a request in plaintext, on a socket, 1 to --timeout"
                    + " (default 3, or --timeout if that is less)"))
        .addOption(
            option("hsts", "SECONDS", "Strict-Transport-Security, 0 for none (default a year)"))
        .addOption(
            option(
                "https-port",
                "PORT",
                "where plaintext is sent to, 1 to 65535 (default the request's own, for 80 and none"
                    + " 443)"))
        .addOption(
            option("log-level", "LEVEL", "trace, debug, info, warn, error or off (default info)"))
        .addOption(option("log-format", "FORMAT", "text or json, an object a line (default text)"))
        .addOption(option("check", null, "serves nobody; prints what would be served"))
        .addOption(
            option("expiry-days", "DAYS", "for --check: exit 1 if the leaf has fewer, 1 to 3650"))
        .addOption(option("help", null, "prints this"))
        .addOption(option("version", null, "prints the version"));
  }

  private static Option option(String name, String argument, String description) {
    return Option.builder()
        .longOpt(name)
        .hasArg(argument != null)
        .argName(argument)
        .desc(description)
        .get();
  }

  private static Path path(CommandLine line, String option) throws Misconfiguration {
    String value = last(line, option);
    try {
      return value == null ? null : Path.of(value);
    } catch (InvalidPathException e) {
      throw usage("--" + option + " is no file name in this locale (" + e.getReason() + ")");
    }
  }

  /** Only where the option is given: to know the zones costs some milliseconds. */
  private static ZoneId zone(CommandLine line) throws Misconfiguration {
    String value = last(line, "time-zone");
    try {
      return value == null ? null : ZoneId.of(value);
    } catch (DateTimeException e) {
      throw usage("--time-zone " + value + " is none; name one such as Europe/Berlin or UTC");
    }
  }

  private static int number(CommandLine line, String option, int min, int max, int otherwise)
      throws Misconfiguration {
    String value = last(line, option);
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

  private static Action action(CommandLine line) {
    if (has(line, "help")) {
      return Action.HELP;
    }
    if (has(line, "version")) {
      return Action.VERSION;
    }
    return has(line, "check") ? Action.CHECK : Action.SERVE;
  }

  private static String logLevel(CommandLine line) throws Misconfiguration {
    String value = last(line, "log-level");
    if (value == null) {
      return "info";
    }
    return switch (value) {
      case "trace", "debug", "info", "warn", "error", "off" -> value;
      default ->
          throw usage("--log-level " + value + " is none of trace, debug, info, warn, error, off");
    };
  }

  private static boolean logsJson(CommandLine line) throws Misconfiguration {
    String value = last(line, "log-format");
    if (value == null) {
      return false;
    }
    return switch (value) {
      case "text" -> false;
      case "json" -> true;
      default -> throw usage("--log-format " + value + " is neither text nor json");
    };
  }

  private static String last(CommandLine line, String option) {
    Option last = lastGiven(line, option);
    return last == null ? null : last.getValue();
  }

  private static boolean has(CommandLine line, String option) {
    return lastGiven(line, option) != null;
  }

  /** Not the line's own look-up: that is by streams, which bring 80 classes. */
  private static Option lastGiven(CommandLine line, String option) {
    Option last = null;
    for (Option given : line.getOptions()) {
      if (given.getLongOpt().equals(option)) {
        last = given;
      }
    }
    return last;
  }

  private static Misconfiguration usage(String what) {
    return new Misconfiguration(ExitStatus.USAGE, what + "; see lunchd --help, or lunchd(8)");
  }
}
