package lunchd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import lunchd.lunch.Lunch;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import lunchd.settings.Settings;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** lunchd(8) says what the program does. */
final class ManualTest {
  private static String page;

  @BeforeAll
  static void read() throws Exception {
    page = Files.readString(Path.of("src/main/man/lunchd.8"));
  }

  private static String section(String title) {
    return page.split("(?m)^\\.Sh " + title + "$")[1].split("(?m)^\\.Sh ")[0];
  }

  /** Returns what a pattern's first group is, wherever it is found. */
  private static Set<String> all(String pattern, String text) {
    Set<String> found =
        Pattern.compile("(?m)" + pattern)
            .matcher(text)
            .results()
            .map(match -> match.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertFalse(found.isEmpty(), pattern);
    return found;
  }

  @Test
  void optionsAreTheProgramsOwnWithTheirArguments() throws Misconfiguration {
    Set<String> own =
        all("^ --([a-z-]+(?: <[A-Z]+>)?)", Settings.help(new Lunch())).stream()
            .map(option -> option.replace(" <", " Ar ").replace(">", ""))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(own, all("^\\.It Fl -(.*)$", section("OPTIONS")));
    assertEquals(own, all("Fl -([a-z-]+(?: Ar [A-Z]+)?)", section("SYNOPSIS")));
  }

  @Test
  void exitStatusesAreTheProgramsOwn() {
    Set<String> own =
        Arrays.stream(ExitStatus.values())
            .map(status -> Integer.toString(status.code()))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(own, all("^\\.It (\\d+)$", section("EXIT STATUS")));
  }

  /** The variables that the launcher unsets, the one that it reads, and JOURNAL_STREAM. */
  @Test
  void everyVariableIsThere() throws Exception {
    String unset =
        all("^unset (.*)$", Files.readString(Path.of("src/main/launcher/lunchd")))
            .iterator()
            .next();
    Set<String> own = new TreeSet<>(Set.of(unset.split(" ")));
    own.add("LUNCHD_JVM");
    own.add("JOURNAL_STREAM");
    assertEquals(own, all("\\b([A-Z_]{6,})\\b", section("ENVIRONMENT")));
  }

  /** What the units' page calls a unit, and what there is. */
  @Test
  void everyUnitHasItsPage() throws Exception {
    String units = Files.readString(Path.of("src/main/man/lunchd.socket.8"));
    try (var files = Files.list(Path.of("units"))) {
      Set<String> own =
          files
              .filter(Files::isRegularFile)
              .map(file -> file.getFileName().toString())
              .filter(name -> name.startsWith("lunchd"))
              .collect(Collectors.toCollection(TreeSet::new));
      assertEquals(own, all("^\\.Nm (lunchd\\S+)", units));
    }
  }
}
