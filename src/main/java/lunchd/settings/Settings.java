package lunchd.settings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import lunchd.operator.Arguments;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import lunchd.operator.Service;
import lunchd.proxy.Senders;
import lunchd.signer.SignerConnection;
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
 * @param certificate the certificate chain, or null together with {@code key} and {@code signer}
 * @param certificates holds key and chain of more names, or null
 * @param keys holds the keys of these names, if a signer has them apart from the chains, or null
 * @param keyPasswordFile holds the key's password, or null
 * @param clientCertificates lists the clients to serve, or null for everybody
 * @param signer the signer that has the key, as the number of a descriptor or a path; or null
 * @param idleSeconds how long a signer waits for a connection before it ends
 * @param acmeWebroot holds the challenges of an ACME client, or null
 * @param proxies the proxies that must name the client of each connection by the PROXY protocol, or
 *     null
 * @param timeoutSeconds bounds the whole exchange
 * @param firstTimeoutSeconds bounds a client's first message, on a socket
 * @param hstsSeconds how long a browser is to insist on HTTPS, 0 for no such header field
 * @param httpsPort where a plaintext client is sent to, 0 if not asked for
 * @param logLevel the least severe level that is logged, in tinylog's words
 * @param logsJson whether each line of the log is a JSON object
 * @param expiryDays how many days the leaf must have left for {@code --check}, 0 if not asked for
 * @param arguments the values of all options, the service's own too
 */
public record Settings(
    Action action,
    Path key,
    Path certificate,
    Path certificates,
    Path keys,
    Path keyPasswordFile,
    Path clientCertificates,
    String signer,
    int idleSeconds,
    Path acmeWebroot,
    Senders proxies,
    int timeoutSeconds,
    int firstTimeoutSeconds,
    int hstsSeconds,
    int httpsPort,
    String logLevel,
    boolean logsJson,
    int expiryDays,
    Arguments arguments) {
  /** What the command line asks for. */
  public enum Action {
    /** Serve the connection. */
    SERVE,
    /** Sign for the processes that serve. */
    SIGN,
    /** Print what would be served. */
    CHECK,
    /** Print the options. */
    HELP,
    /** Print the version. */
    VERSION
  }

  private static final int DEFAULT_TIMEOUT = 10;
  private static final int MAX_TIMEOUT = 3600;
  private static final int DEFAULT_FIRST_TIMEOUT = 3;
  private static final int DEFAULT_IDLE = 60;
  private static final int MAX_IDLE = 86_400;
  private static final int MAX_EXPIRY = 3650;
  private static final int MAX_PORT = 65_535;
  private static final int DEFAULT_HSTS = 365 * 24 * 60 * 60;

  /**
   * Parses the command line. Flags may be in Go's style ({@code -key=FILE}) or in GNU's ({@code
   * --key FILE}); if one is given several times, the last one counts.
   *
   * @param service whose options are understood beside lunchd's own
   * @param args the command line
   * @return what it asks for
   * @throws Misconfiguration 64 if it can't be understood
   */
  public static Settings parse(Service service, String... args) throws Misconfiguration {
    CommandLine line;
    try {
      line =
          DefaultParser.builder()
              .setAllowPartialMatching(false)
              .get()
              .parse(options(service), args);
    } catch (ParseException e) {
      throw Arguments.usage(e.getMessage());
    }
    if (!line.getArgList().isEmpty()) {
      throw Arguments.usage("Unexpected argument: " + line.getArgList().get(0));
    }
    Arguments given = new Arguments(line);
    int timeout = given.number("timeout", 1, MAX_TIMEOUT, DEFAULT_TIMEOUT);
    Settings settings =
        new Settings(
            action(given),
            given.path("key"),
            given.path("certificate"),
            given.path("certificates"),
            given.path("keys"),
            given.path("key-password-file"),
            given.path("client-certificates"),
            given.value("signer"),
            given.number("idle", 1, MAX_IDLE, DEFAULT_IDLE),
            given.path("acme-webroot"),
            proxies(given),
            timeout,
            given.number("first-timeout", 1, MAX_TIMEOUT, Math.min(timeout, DEFAULT_FIRST_TIMEOUT)),
            given.number("hsts", 0, Integer.MAX_VALUE, DEFAULT_HSTS),
            given.number("https-port", 1, MAX_PORT, 0),
            logLevel(given),
            logsJson(given),
            given.number("expiry-days", 1, MAX_EXPIRY, 0),
            given);
    settings.checkKey();
    if (settings.firstTimeoutSeconds > timeout) {
      throw Arguments.usage(
          "--first-timeout %d is more than --timeout %d"
              .formatted(settings.firstTimeoutSeconds, timeout));
    }
    if (settings.clientCertificates != null && settings.certificate == null) {
      throw Arguments.usage("--client-certificates goes with --key and --certificate");
    }
    if (settings.expiryDays > 0 && !given.has("check")) {
      throw Arguments.usage("--expiry-days goes with --check");
    }
    if (settings.expiryDays > 0 && settings.certificate == null) {
      throw Arguments.usage("--expiry-days goes with --certificate");
    }
    return settings;
  }

  private void checkKey() throws Misconfiguration {
    if (key != null && signer != null) {
      throw Arguments.usage("--signer takes the place of --key: give one of them");
    }
    if (signer == null && (key == null) != (certificate == null)) {
      throw Arguments.usage("--key and --certificate go together");
    }
    if (signer != null && certificate == null) {
      throw Arguments.usage("--signer and --certificate go together");
    }
    if (signer != null && !SignerConnection.isPlace(signer)) {
      throw Arguments.usage(
          "--signer " + signer + " is neither a path nor a descriptor's number, 3 to 1023");
    }
    if (certificates != null && certificate == null) {
      throw Arguments.usage("--certificates goes with --key and --certificate");
    }
    if (keyPasswordFile != null && key == null) {
      throw Arguments.usage("--key-password-file goes with --key");
    }
    if (arguments.has("sign") && key == null) {
      throw Arguments.usage("--sign goes with --key and --certificate");
    }
    if (keys != null && (certificates == null || action != Action.SIGN)) {
      throw Arguments.usage(
          "--keys goes with --sign and --certificates; without a signer the keys are"
              + " beside the chains, in --certificates");
    }
    if (arguments.has("idle") && !arguments.has("sign")) {
      throw Arguments.usage("--idle goes with --sign");
    }
  }

  /** {@return whether lunchd can speak TLS} */
  public boolean hasIdentity() {
    return certificate != null;
  }

  /**
   * {@return what {@code --help} prints}
   *
   * @param service whose options are listed beside lunchd's own
   * @throws Misconfiguration 78 if the service has an option of a name that is taken
   */
  public static String help(Service service) throws Misconfiguration {
    StringBuilder help = new StringBuilder();
    try {
      HelpFormatter.builder()
          .setHelpAppendable(new TextHelpAppendable(help))
          .setShowSince(false)
          .get()
          .printHelp(
              "lunchd [OPTION]...",
              (service.description()
                      + " Answers one HTTP request on the connection that is its standard input and"
                      + " output, over TLS where there are a key and a certificate.")
                  .strip(),
              options(service),
              "Exit status: 0 served, or the client's fault; 1 the leaf has fewer than"
                  + " --expiry-days; 64 usage; 66 a file can't be read; 70 a bug; 78 a key,"
                  + " certificate, password, file, handler, socket or TLS library can't be used.",
              false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return help.toString();
  }

  private static Options options(Service service) throws Misconfiguration {
    Options options = own();
    for (Option option : service.options().getOptions()) {
      if (options.hasLongOption(option.getLongOpt()) || option.getOpt() != null) {
        throw new Misconfiguration(
            ExitStatus.CONFIG,
            "the service's option "
                + option.getLongOpt()
                + " is lunchd's own, or has a short name; give it only a long name that is not"
                + " taken");
      }
      options.addOption(option);
    }
    return options;
  }

  private static Options own() {
    return new Options()
        .addOption(Arguments.option("jar", "FILE", "a jar with a service of your own"))
        .addOption(
            Arguments.option(
                "handler", "CLASS", "a class in it: a Handler or a Service (default lunch)"))
        .addOption(Arguments.option("key", "FILE", "the private key, in PEM"))
        .addOption(
            Arguments.option("certificate", "FILE", "its certificate chain, leaf first, in PEM"))
        .addOption(
            Arguments.option(
                "certificates",
                "DIR",
                "more of both, for a client that asks for a name: DIR/NAME/key.pem and chain.pem,"
                    + " with _ for * in NAME"))
        .addOption(
            Arguments.option(
                "keys",
                "DIR",
                "for --sign: the keys of these names, if they are not beside the chains:"
                    + " DIR/NAME/key.pem, or systemd's DIR_NAME_key.pem"))
        .addOption(
            Arguments.option(
                "key-password-file", "FILE", "the password of encrypted keys, on one line"))
        .addOption(
            Arguments.option(
                "client-certificates",
                "FILE",
                "the clients to serve: the SHA-256 of a certificate or public key on each line,"
                    + " and optionally a name"))
        .addOption(
            Arguments.option(
                "signer",
                "WHERE",
                "in place of --key: a descriptor, or a Unix socket, of a lunchd --sign"))
        .addOption(
            Arguments.option(
                "sign",
                null,
                "signs for the lunchds that connect to stdin, a Unix socket; serves nobody itself"))
        .addOption(
            Arguments.option(
                "idle",
                "SECONDS",
                "for --sign: ends after that long without a connection, 1 to 86400 (default 60)"))
        .addOption(
            Arguments.option(
                "acme-webroot",
                "DIR",
                "answers ACME challenges in plaintext from DIR/.well-known/acme-challenge"))
        .addOption(
            Arguments.option(
                "proxy-protocol",
                "ADDRESSES",
                "the proxies in front, which name each client by the PROXY protocol: addresses,"
                    + " CIDR blocks and unix, separated by commas"))
        .addOption(
            Arguments.option(
                "timeout", "SECONDS", "limits the whole exchange, 1 to 3600 (default 10)"))
        .addOption(
            Arguments.option(
                "first-timeout",
                "SECONDS",
                "limits a PROXY header and a ClientHello, or a request in plaintext, on a socket, 1"
                    + " to --timeout (default 3, or --timeout if that is less)"))
        .addOption(
            Arguments.option(
                "hsts", "SECONDS", "Strict-Transport-Security, 0 for none (default a year)"))
        .addOption(
            Arguments.option(
                "https-port",
                "PORT",
                "where plaintext is redirected to, 1 to 65535 (default the request's own, for 80"
                    + " and none 443)"))
        .addOption(
            Arguments.option(
                "log-level", "LEVEL", "trace, debug, info, warn, error or off (default info)"))
        .addOption(
            Arguments.option(
                "log-format", "FORMAT", "text or json, one object on each line (default text)"))
        .addOption(Arguments.option("check", null, "serves nobody; prints what would be served"))
        .addOption(
            Arguments.option(
                "expiry-days", "DAYS", "for --check: exit 1 if the leaf has fewer, 1 to 3650"))
        .addOption(Arguments.option("help", null, "prints this summary"))
        .addOption(Arguments.option("version", null, "prints the version"));
  }

  private static Action action(Arguments given) {
    if (given.has("help")) {
      return Action.HELP;
    }
    if (given.has("version")) {
      return Action.VERSION;
    }
    if (given.has("check")) {
      return Action.CHECK;
    }
    return given.has("sign") ? Action.SIGN : Action.SERVE;
  }

  private static Senders proxies(Arguments given) throws Misconfiguration {
    String value = given.value("proxy-protocol");
    try {
      return value == null ? null : Senders.parse(value);
    } catch (IllegalArgumentException e) {
      throw Arguments.usage("--proxy-protocol: " + e.getMessage());
    }
  }

  private static String logLevel(Arguments given) throws Misconfiguration {
    String value = given.value("log-level");
    if (value == null) {
      return "info";
    }
    return switch (value) {
      case "trace", "debug", "info", "warn", "error", "off" -> value;
      default ->
          throw Arguments.usage(
              "--log-level " + value + " is not one of trace, debug, info, warn, error, off");
    };
  }

  private static boolean logsJson(Arguments given) throws Misconfiguration {
    String value = given.value("log-format");
    if (value == null) {
      return false;
    }
    return switch (value) {
      case "text" -> false;
      case "json" -> true;
      default -> throw Arguments.usage("--log-format " + value + " is neither text nor json");
    };
  }
}
