package lunchd.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import lunchd.http.Handler;
import lunchd.lunch.Lunch;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import lunchd.operator.Service;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SettingsTest {
  private static Settings parse(String line) throws Misconfiguration {
    return Settings.parse(new Lunch(), line.isEmpty() ? new String[0] : line.split(" "));
  }

  /** The settings without the service's. */
  private static Settings own(Settings settings) {
    return new Settings(
        settings.action(),
        settings.key(),
        settings.certificate(),
        settings.certificates(),
        settings.keys(),
        settings.keyPasswordFile(),
        settings.clientCertificates(),
        settings.signer(),
        settings.idleSeconds(),
        settings.acmeWebroot(),
        settings.proxies(),
        settings.timeoutSeconds(),
        settings.firstTimeoutSeconds(),
        settings.hstsSeconds(),
        settings.httpsPort(),
        settings.logLevel(),
        settings.logsJson(),
        settings.expiryDays(),
        null);
  }

  @Test
  void withoutOptions() throws Misconfiguration {
    assertEquals(
        new Settings(
            Settings.Action.SERVE,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            60,
            null,
            null,
            10,
            3,
            31_536_000,
            0,
            "info",
            false,
            0,
            null),
        own(parse("")));
    assertFalse(parse("").hasIdentity());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-key=k.pem -certificate=c.pem",
        "--key k.pem --certificate c.pem",
        "--key=k.pem --certificate=c.pem",
        "-key k.pem -certificate c.pem",
        "--certificate c.pem -key=k.pem",
        "-key=old.pem -certificate=c.pem --key k.pem",
      })
  void everyStyleOfOptionAndTheLastWins(String line) throws Misconfiguration {
    Settings settings = parse(line);
    assertTrue(settings.hasIdentity());
    assertEquals(Path.of("k.pem"), settings.key());
    assertEquals(Path.of("c.pem"), settings.certificate());
    assertNull(settings.keyPasswordFile());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-key=k -certificate=c -certificates=d -key-password-file=p -menu=m -time-zone=Asia/Tokyo"
            + " -client-certificates=l -acme-webroot=a -timeout=3 -first-timeout=2 -hsts=0"
            + " -https-port=8443 -log-level=warn -log-format=json",
        "--key k --certificate c --certificates d --key-password-file p --menu m --time-zone"
            + " Asia/Tokyo --client-certificates l --acme-webroot a --timeout 3 --first-timeout 2"
            + " --hsts 0 --https-port 8443 --log-level warn --log-format json",
      })
  void everyOption(String line) throws Misconfiguration {
    assertEquals(
        new Settings(
            Settings.Action.SERVE,
            Path.of("k"),
            Path.of("c"),
            Path.of("d"),
            null,
            Path.of("p"),
            Path.of("l"),
            null,
            60,
            Path.of("a"),
            null,
            3,
            2,
            0,
            8443,
            "warn",
            true,
            0,
            null),
        own(parse(line)));
    assertEquals("m", parse(line).arguments().value("menu"));
    assertEquals("Asia/Tokyo", parse(line).arguments().value("time-zone"));
  }

  @Test
  void withASigner() throws Misconfiguration {
    Settings handler = parse("--signer /run/signer --certificate c");
    assertTrue(handler.hasIdentity());
    assertEquals("/run/signer", handler.signer());
    assertNull(handler.key());
    assertEquals("3", parse("-signer=3 -certificate=c").signer());
    Settings signer = parse("--sign --key k --certificate c --idle 5 --hsts 0");
    assertEquals(Settings.Action.SIGN, signer.action());
    assertEquals(5, signer.idleSeconds());
    assertNull(signer.keys());
    assertEquals(
        Path.of("d"), parse("--sign --key k --certificate c --certificates n --keys d").keys());
  }

  @Test
  void aValueMayHoldEqualsSigns() throws Misconfiguration {
    assertEquals(Path.of("a=b"), parse("-menu=a=b").arguments().path("menu"));
  }

  @Test
  void actions() throws Misconfiguration {
    assertEquals(Settings.Action.HELP, parse("--help").action());
    assertEquals(Settings.Action.HELP, parse("-help").action());
    assertEquals(Settings.Action.VERSION, parse("--version").action());
    assertEquals(Settings.Action.CHECK, parse("--check").action());
    assertEquals(Settings.Action.VERSION, parse("--check --version").action());
    assertEquals(Settings.Action.HELP, parse("--check --version --help").action());
  }

  @Test
  void checkTakesTheOptionsOfAUnit() throws Misconfiguration {
    Settings settings = parse("-key=k -certificate=c -menu=m --check --expiry-days 14");
    assertEquals(Settings.Action.CHECK, settings.action());
    assertEquals(Path.of("c"), settings.certificate());
    assertEquals(Path.of("m"), settings.arguments().path("menu"));
    assertEquals(14, settings.expiryDays());
    assertEquals(0, parse("-key=k -certificate=c --check").expiryDays());
  }

  @Test
  void rangesIncludeTheirEnds() throws Misconfiguration {
    assertEquals(1, parse("--timeout 1").timeoutSeconds());
    assertEquals(3600, parse("--timeout 3600").timeoutSeconds());
    assertEquals(1, parse("--first-timeout 1").firstTimeoutSeconds());
    assertEquals(3600, parse("--timeout 3600 --first-timeout 3600").firstTimeoutSeconds());
    assertEquals(0, parse("--hsts 0").hstsSeconds());
    assertEquals(Integer.MAX_VALUE, parse("--hsts 2147483647").hstsSeconds());
    assertEquals(1, parse("--https-port 1").httpsPort());
    assertEquals(65_535, parse("--https-port 65535").httpsPort());
    String check = "--check -key=k -certificate=c --expiry-days ";
    assertEquals(1, parse(check + 1).expiryDays());
    assertEquals(3650, parse(check + 3650).expiryDays());
    for (String level : List.of("trace", "debug", "info", "warn", "error", "off")) {
      assertEquals(level, parse("--log-level " + level).logLevel());
    }
  }

  @Test
  void logFormats() throws Misconfiguration {
    assertFalse(parse("--log-format text").logsJson());
    assertTrue(parse("--log-format json").logsJson());
    assertFalse(parse("--log-format json --log-format text").logsJson());
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 3", "4, 3", "3600, 3"})
  void theFirstTimeoutIsThreeSecondsOrTheTimeoutIfThatIsLess(int timeout, int first)
      throws Misconfiguration {
    assertEquals(first, parse("--timeout " + timeout).firstTimeoutSeconds());
  }

  static Stream<Arguments> badUsage() {
    String range = " is not a whole number from 1 to 3600";
    return Stream.of(
        Arguments.of("--key k.pem", "--key and --certificate go together"),
        Arguments.of("-certificate=c.pem", "--key and --certificate go together"),
        Arguments.of("--certificates d", "--certificates goes with --key and --certificate"),
        Arguments.of("--key-password-file p", "--key-password-file goes with --key"),
        Arguments.of("--signer 3", "--signer and --certificate go together"),
        Arguments.of("--signer 3 --certificate c --key k", "--signer takes the place of --key"),
        Arguments.of(
            "--signer 3 --certificate c --key-password-file p",
            "--key-password-file goes with --key"),
        Arguments.of("--signer 2 --certificate c", "--signer 2 is neither a path nor a descriptor"),
        Arguments.of("--signer 1024 --certificate c", "--signer 1024 is neither"),
        Arguments.of("--signer 99999999999 --certificate c", "--signer 99999999999 is neither"),
        Arguments.of("--signer= --certificate c", "--signer  is neither"),
        Arguments.of("--sign", "--sign goes with --key and --certificate"),
        Arguments.of("--sign --signer 3 --certificate c", "--sign goes with --key"),
        Arguments.of("--idle 5 --key k --certificate c", "--idle goes with --sign"),
        Arguments.of(
            "--keys d --key k --certificate c --certificates n",
            "--keys goes with --sign and --certificates"),
        Arguments.of(
            "--sign --keys d --key k --certificate c",
            "--keys goes with --sign and --certificates"),
        Arguments.of(
            "--sign --check --keys d --key k --certificate c --certificates n",
            "without a signer the keys are beside the chains, in --certificates"),
        Arguments.of("--sign --idle 0 --key k --certificate c", "--idle 0 is not a whole number"),
        Arguments.of("--timeout 0", "--timeout 0" + range),
        Arguments.of("--timeout -1", "--timeout"),
        Arguments.of("--timeout=-1", "--timeout -1" + range),
        Arguments.of("--timeout 3601", "--timeout 3601" + range),
        Arguments.of("--timeout 1.5", "--timeout 1.5" + range),
        Arguments.of("--timeout ten", "--timeout ten" + range),
        Arguments.of("--timeout 99999999999", "--timeout 99999999999" + range),
        Arguments.of("--timeout", "timeout"),
        Arguments.of("--timeout=", "timeout"),
        Arguments.of("--first-timeout 0", "--first-timeout 0" + range),
        Arguments.of("--first-timeout soon", "--first-timeout soon" + range),
        Arguments.of("--first-timeout 11", "--first-timeout 11 is more than --timeout 10"),
        Arguments.of("--timeout 2 --first-timeout 3", "--first-timeout 3 is more than --timeout 2"),
        Arguments.of("--hsts=-1", "--hsts -1 is not a whole number from 0 to 2147483647"),
        Arguments.of("--hsts 2147483648", "--hsts 2147483648 is not a whole number"),
        Arguments.of("--https-port 0", "--https-port 0 is not a whole number from 1 to 65535"),
        Arguments.of("--https-port 65536", "--https-port 65536 is not a whole number"),
        Arguments.of("--https-port https", "--https-port https is not a whole number"),
        Arguments.of("--expiry-days 14", "--expiry-days goes with --check"),
        Arguments.of("--expiry-days 14 --key k --certificate c", "--expiry-days goes with --check"),
        Arguments.of("--check --expiry-days 14", "--expiry-days goes with --certificate"),
        Arguments.of("--check --expiry-days 0", "--expiry-days 0 is not a whole number from 1"),
        Arguments.of("--check --expiry-days 3651", "from 1 to 3650"),
        Arguments.of("--check --expiry-days soon", "--expiry-days soon is not a whole number"),
        Arguments.of("--check=yes", "--check=yes"),
        Arguments.of("--log-level INFO", "--log-level INFO is not one of trace, debug, info"),
        Arguments.of("--log-level loud", "--log-level loud is not one of trace, debug, info"),
        Arguments.of("--log-format JSON", "--log-format JSON is neither text nor json"),
        Arguments.of("--time-zone", "time-zone"),
        Arguments.of("--key --certificate c.pem", "key"),
        Arguments.of("--dinner", "--dinner"),
        Arguments.of("-x", "-x"),
        Arguments.of("--cert c.pem", "--cert"),
        Arguments.of("--help=yes", "--help=yes"),
        Arguments.of("soup", "soup"),
        Arguments.of("--timeout 3 soup", "soup"),
        Arguments.of("-- soup", "soup"));
  }

  @ParameterizedTest
  @MethodSource("badUsage")
  void badUsageIs64WithOneLineOnWhatIsWrongAndWhereToReadMore(String line, String what) {
    Misconfiguration error = assertThrows(Misconfiguration.class, () -> parse(line));
    assertEquals(ExitStatus.USAGE, error.status());
    assertEquals(64, error.status().code());
    assertTrue(error.getMessage().contains(what), error.getMessage());
    assertTrue(error.getMessage().contains("lunchd --help"), error.getMessage());
    assertEquals(1, error.getMessage().lines().count());
  }

  @Test
  void aPathThatIsNoneIsBadUsage() {
    Misconfiguration error =
        assertThrows(
            Misconfiguration.class,
            () -> Settings.parse(new Lunch(), "--key", "a\0b", "--certificate", "c"));
    assertEquals(ExitStatus.USAGE, error.status());
  }

  @Test
  void helpNamesEveryOptionAndExitStatus() throws Misconfiguration {
    String help = Settings.help(new Lunch());
    for (String word :
        List.of(
            "--jar",
            "--handler",
            "--key ",
            "--certificate ",
            "--certificates",
            "--keys",
            "--key-password-file",
            "--menu",
            "--time-zone",
            "--acme-webroot",
            "--timeout",
            "--first-timeout",
            "--hsts",
            "--https-port",
            "--log-level",
            "--log-format",
            "--check",
            "--expiry-days",
            "--help",
            "--version",
            "1 ",
            "64",
            "66",
            "70",
            "78")) {
      assertTrue(help.contains(word), word + " in:\n" + help);
    }
  }

  /** A service with an option of a given name. */
  private record Tea(Option option) implements Service {
    @Override
    public Options options() {
      return new Options().addOption(option);
    }

    @Override
    public Handler open(lunchd.operator.Arguments arguments) {
      throw new AssertionError("nobody opens it");
    }
  }

  @Test
  void aServicesOptionsAreUnderstoodBesideLunchdsOwnAndShownByHelp() throws Misconfiguration {
    Service tea = new Tea(lunchd.operator.Arguments.option("cups", "NUMBER", "how many"));
    Settings settings = Settings.parse(tea, "--cups", "2", "-timeout=3", "--cups=4");
    assertEquals(4, settings.arguments().number("cups", 1, 9, 1));
    assertEquals(3, settings.timeoutSeconds());
    assertTrue(Settings.help(tea).contains("--cups"));
    assertFalse(Settings.help(tea).contains("--menu"));
    assertEquals(
        ExitStatus.USAGE,
        assertThrows(Misconfiguration.class, () -> Settings.parse(tea, "--menu", "m")).status());
  }

  @Test
  void aServicesOptionThatIsLunchdsOwnOrShortIsAnError() {
    for (Option option :
        List.of(
            lunchd.operator.Arguments.option("timeout", "SECONDS", "until it is cold"),
            Option.builder("t").longOpt("tea").get())) {
      Misconfiguration error =
          assertThrows(Misconfiguration.class, () -> Settings.parse(new Tea(option)));
      assertEquals(ExitStatus.CONFIG, error.status());
      assertTrue(error.getMessage().contains(option.getLongOpt()), error.getMessage());
    }
  }

  @Test
  void exitStatusesAreThoseOfSysexits() {
    assertEquals(
        List.of(0, 1, 64, 66, 70, 78),
        Stream.of(ExitStatus.values()).map(ExitStatus::code).toList());
  }

  @Test
  void aListOfProxies() throws Misconfiguration {
    assertNull(parse("").proxies());
    String list = "192.0.2.10,2001:db8::/64,unix";
    assertEquals(list, parse("--proxy-protocol " + list).proxies().toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "192.0.2.1/24", "192.0.2.10,", "any"})
  void aListThatIsNoneIsAnErrorOfUsage(String list) {
    Misconfiguration error =
        assertThrows(Misconfiguration.class, () -> parse("--proxy-protocol=" + list));
    assertEquals(ExitStatus.USAGE, error.status());
    assertTrue(error.getMessage().startsWith("--proxy-protocol: "), error.getMessage());
  }

  @Test
  void clientsCannotShowCertificatesWithoutTls() {
    Misconfiguration error =
        assertThrows(Misconfiguration.class, () -> parse("--client-certificates=clients"));
    assertEquals(ExitStatus.USAGE, error.status());
    assertTrue(error.getMessage().contains("--key"), error.getMessage());
  }
}
