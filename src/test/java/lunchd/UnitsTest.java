package lunchd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import lunchd.lunch.Lunch;
import lunchd.settings.Settings;
import org.junit.jupiter.api.Test;

/** The numbers in the units are consistent with each other. */
final class UnitsTest {
  /** MB that a machine of 1 GB has for processes. */
  private static final int MACHINE_MB = 960;

  /** MB of an instance's private memory, and MB that all instances share: see units/README.md. */
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
    int needed = SHARED_MB + (connections + 1) * OWN_MB; // with a signer
    assertTrue(needed <= MACHINE_MB * percent / 100, needed + " MB");
    assertTrue(percent <= 70, "too little is left for the host");
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

  /** Returns the settings in a unit's [Service] section, as written, each on one line. */
  private static Set<String> service(String unit) throws Exception {
    String text = Files.readString(Path.of("units", unit)).replaceAll("\\\\\n *", "");
    return text.split("(?m)^\\[Service\\]$")[1]
        .lines()
        .filter(line -> line.contains("=") && !line.startsWith("#"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> names(Set<String> settings) {
    return settings.stream()
        .map(line -> line.replaceFirst("=.*", "="))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The signer has the sandbox of an instance, except for what units/README.md lists. */
  @Test
  void theSignersSandboxDiffersByWhatIsListed() throws Exception {
    Set<String> signer = service("lunchd-signer.service");
    Set<String> differing = new TreeSet<>(service("lunchd@.service"));
    for (String line : signer) {
      if (!differing.remove(line)) {
        differing.add(line);
      }
    }
    String section =
        Files.readString(Path.of("units", "README.md")).split("\n## The key apart\n")[1];
    Set<String> listed =
        Pattern.compile("`([A-Z][A-Za-z]+=)")
            .matcher(section.split("\\| --- \\|.*\n")[1].split("\n\n")[0])
            .results()
            .map(match -> match.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    listed.remove("CollectMode="); // not in this section
    assertEquals(listed, names(differing));

    String calls = "SystemCallFilter=access ";
    String instances =
        service("lunchd@.service").stream().filter(s -> s.startsWith(calls)).findFirst().get();
    assertTrue(signer.contains(instances.replace(calls, "SystemCallFilter=accept access ")));
  }

  /** The drop-in has the unit's command, except for the key. */
  @Test
  void withTheKeyApartTheCommandIsTheSame() throws Exception {
    assertEquals(Set.of("LoadCredential="), subset(service("key-apart.conf"), "LoadCredential="));
    String whole = subset(service("lunchd@.service"), "ExecStart=/").iterator().next();
    String apart = subset(service("key-apart.conf"), "ExecStart=/").iterator().next();
    assertEquals(
        whole.replaceAll("--key .*/chain.pem", ""), apart.replaceAll("--signer .*/names", ""));
    assertTrue(apart.contains("--signer 3 "));
  }

  private static Set<String> subset(Set<String> settings, String start) {
    return settings.stream()
        .filter(line -> line.startsWith(start))
        .collect(Collectors.toCollection(TreeSet::new));
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
