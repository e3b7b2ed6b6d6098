package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lunchd.it.support.Child;
import lunchd.it.support.Dist;
import lunchd.it.support.Fixtures;
import lunchd.it.support.Lunchd;
import lunchd.it.support.Tool;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code lunchd --check}, as an administrator or a monitor runs it. TlsIT tests what it refuses,
 * CheckTest what it warns of.
 */
class CheckIT {
  @TempDir private static Path keys;
  private static Lunchd good;

  @BeforeAll
  static void pair() {
    good = Lunchd.asIs(Fixtures.privatePair(keys, "p256-key.pem", "p256-chain.pem")).and("--check");
  }

  private static final String REPORT =
      """
      serves: HTTPS
      subject: CN=localhost
      names: localhost, 127.0.0.1, ::1, lunch.example
      issuer: CN=lunchd test intermediate, O=lunchd tests
      not-before: 20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ
      not-after: 21\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ
      days-left: \\d{5}
      key: EC P-256
      chain: 2 certificates
      handshake: TLSv1.3 TLS_AES_\\w+
      hsts: 31536000 seconds
      menu: 5 choices
      timeout: 10 seconds
      first-timeout: 3 seconds
      aot-cache: %s
      """;

  private static void assertReport(String cache, Child.Result result) {
    assertEquals(0, result.status(), result.stderr());
    String report = REPORT.formatted(cache);
    assertTrue(result.stdout().matches(report), result.stdout());
  }

  /** Whatever stdin is: it serves nobody, and waits for nobody. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"$@\"",
        "\"$@\" < /dev/null",
        "\"$@\" <&-",
        "\"$@\" 0<>/dev/udp/127.0.0.1/9",
        "env -i \"$@\"",
        "cd / && \"$@\" | cat",
      })
  void saysWhatWouldBeServed(String script) throws Exception {
    try (Child child = good.shell(script)) {
      Child.Result result = child.result();
      assertReport("in use", result);
      assertEquals("", result.stderr());
    }
  }

  @Test
  void withoutAKeyItIsPlainHttp() throws Exception {
    Child.Result result = Lunchd.with("--check").pipe("");
    assertEquals(0, result.status(), result.stderr());
    assertTrue(result.stdout().startsWith("serves: HTTP, without --key"), result.stdout());
    assertTrue(result.stdout().contains("\nmenu: 5 choices\n"), result.stdout());
  }

  /** A leaf valid for ten days, less the time since it was made. */
  @Test
  void forAMonitorItsStatusSaysWhenToRenew(@TempDir Path directory) throws Exception {
    String key = directory.resolve("key.pem").toString();
    String chain = directory.resolve("chain.pem").toString();
    String request = " req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 10";
    String[] command =
        (Tool.OPENSSL.path() + request + " -subj /CN=x -addext subjectAltName=DNS:x").split(" ");
    List<String> openssl = new ArrayList<>(List.of(command));
    openssl.addAll(List.of("-keyout", key, "-out", chain));
    try (Child child = Child.start(openssl.toArray(String[]::new))) {
      assertEquals(0, child.result().status());
    }
    Lunchd check = Lunchd.with("--check", "-key=" + key, "-certificate=" + chain);
    Child.Result enough = check.and("--expiry-days", "9").pipe("");
    assertEquals(0, enough.status(), enough.stderr());
    assertTrue(enough.stdout().matches("(?s).*\ndays-left: (9|10)\n.*"), enough.stdout());
    Child.Result few = check.and("--expiry-days", "14").pipe("");
    assertEquals(1, few.status(), few.stderr());
    assertTrue(few.stdout().startsWith("serves: HTTPS\nsubject: CN=x\n"), few.stdout());
    assertEquals(1, few.stderr().lines().count(), few.stderr());
    assertTrue(few.stderr().contains(" ERROR lunchd: --certificate " + chain), few.stderr());
    assertTrue(few.stderr().endsWith(" --expiry-days 14; renew it\n"), few.stderr());
    Lunchd expired = Lunchd.with(Fixtures.pair("p256-key.pem", "expired-chain.pem"));
    assertEquals(1, expired.and("--check", "--expiry-days", "1").pipe("").status());
  }

  @Test
  void saysWhatHasBecomeOfTheCache(@TempDir Path directory) throws Exception {
    Dist dist = Dist.BUILT.copyTo(directory.resolve("dist"));
    Lunchd check = good.from(dist).and("--log-level", "error");
    dist.withOtherDigest();
    assertReport("not in use: the AOT cache .* was made from another .*", check.pipe(""));
    Files.delete(dist.cache());
    assertReport("not in use: the AOT cache .* is missing, broken or .*", check.pipe(""));
  }
}
