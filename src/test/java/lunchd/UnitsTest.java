package lunchd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import lunchd.lunch.Lunch;
import lunchd.settings.Settings;
import org.junit.jupiter.api.Test;

/** The numbers of the units fit each other. */
final class UnitsTest {
  /** What a machine of 1 GB has for processes. */
  private static final int MACHINE_MB = 960;

  /** What an instance takes of its own, and all of them once: units/README.md. */
  private static final int OWN_MB = 13;

  private static final int SHARED_MB = 30;
  private static final int THREADS = 12;

  private static int number(String unit, String pattern) throws Exception {
    List<MatchResult> found =
        Pattern.compile("(?m)" + pattern)
            .matcher(Files.readString(Path.of("units", unit)))
            .results()
            .toList();
    assertEquals(1, found.size(), pattern + " in " + unit);
    return Integer.parseInt(found.getFirst().group(1));
  }

  @Test
  void allConnectionsFitIntoTheSliceOfASmallMachine() throws Exception {
    int connections = number("lunchd.socket", "^MaxConnections=(\\d+)$");
    int percent = number("lunchd.slice", "^MemoryMax=(\\d+)%$");
    int needed = SHARED_MB + connections * OWN_MB;
    assertTrue(needed <= MACHINE_MB * percent / 100, needed + " MB");
    assertTrue(percent <= 70, "what is left for the host");
    assertTrue(connections * THREADS <= number("lunchd.slice", "^TasksMax=(\\d+)$"));
  }

  @Test
  void oneInstanceCannotFillTheSlice() throws Exception {
    int own = number("lunchd@.service", "^MemoryMax=(\\d+)M$");
    int slice = MACHINE_MB * number("lunchd.slice", "^MemoryMax=(\\d+)%$") / 100;
    assertTrue(own <= slice / 4, own + " MB");
    int tasks = number("lunchd@.service", "^TasksMax=(\\d+)$");
    assertTrue(tasks >= 2 * THREADS && tasks <= number("lunchd.slice", "^TasksMax=(\\d+)$") / 4);
  }

  /** As long as lunchd may take, and the quarter of a second for a late answer. */
  @Test
  void systemdIsMorePatientThanTheDeadline() throws Exception {
    int timeout = Settings.parse(new Lunch()).timeoutSeconds();
    assertTrue(number("lunchd@.service", "^RuntimeMaxSec=(\\d+)$") > timeout + 1);
    String example = "examples/timeout.conf";
    assertTrue(number(example, "^RuntimeMaxSec=(\\d+)$") > number(example, "--timeout (\\d+)") + 1);
  }
}
