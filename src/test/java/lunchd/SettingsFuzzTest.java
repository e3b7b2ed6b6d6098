package lunchd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import lunchd.aot.AotCache;
import lunchd.fixtures.LogCapture;
import lunchd.lunch.Lunch;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import lunchd.settings.Settings;

/**
 * Any command line gives settings or status 64. Each argument ends with NUL, as in
 * /proc/PID/cmdline.
 */
final class SettingsFuzzTest {
  @FuzzTest
  void anyCommandLine(byte[] cmdline) {
    String[] args = new String(cmdline, StandardCharsets.UTF_8).split("\0");
    Settings settings;
    try {
      settings = Settings.parse(new Lunch(), args);
    } catch (Misconfiguration e) {
      assertEquals(ExitStatus.USAGE, e.status());
      assertTrue(e.getMessage().endsWith("; see lunchd --help, or lunchd(8)"), e.getMessage());
      LogCapture.take();
      assertEquals(ExitStatus.USAGE, Main.run(AotCache.State.IN_USE, args));
      List<String> log = LogCapture.take();
      assertEquals(1, log.size(), log::toString);
      assertTrue(log.get(0).matches("ERROR [ -~]+"), log::toString);
      return;
    }
    assertEquals(settings.key() == null, settings.certificate() == null);
    assertTrue(settings.key() != null || settings.keyPasswordFile() == null);
    assertTrue(settings.timeoutSeconds() >= 1 && settings.timeoutSeconds() <= 3600);
    assertTrue(settings.hstsSeconds() >= 0);
    assertTrue(settings.httpsPort() >= 0 && settings.httpsPort() <= 65_535);
    assertTrue(
        List.of("trace", "debug", "info", "warn", "error", "off").contains(settings.logLevel()));
  }
}
