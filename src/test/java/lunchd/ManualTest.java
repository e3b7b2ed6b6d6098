package lunchd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import lunchd.lunch.Lunch;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import lunchd.settings.Settings;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** lunchd(8) and doc/options.md agree with the program. */
final class ManualTest {
  private static String page;
  private static String options;

  @BeforeAll
  static void read() throws Exception {
    page = Files.readString(Path.of("src/main/man/lunchd.8"));
    options = Files.readString(Path.of("src/main/doc/options.md"));
  }

  /** Returns the rows of the table in options.md whose first column has that heading. */
  private static String table(String head) {
    return options.split("(?m)^\\| " + head + " \\|.*\n.*\n")[1].split("\n\n")[0];
  }

  private static String section(String title) {
    return page.split("(?m)^\\.Sh " + title + "$")[1].split("(?m)^\\.Sh ")[0];
  }

  /** Returns the first group of each match of a pattern. */
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
    assertEquals(
        own, all("^\\| `--([^`]+)`", table("option").replaceAll("( )([A-Z]+`)", "$1Ar $2")));
  }

  /** As far as --help gives them: {@code 1 to 3600} and {@code (default 10)}. */
  @Test
  void rangesAndDefaultsInTheTableAreTheProgramsOwn() throws Misconfiguration {
    int found = 0;
    for (String option : Settings.help(new Lunch()).split("(?m)^ --")) {
      String text = option.replaceAll("\\s+", " ");
      String name = text.split(" ")[0];
      Matcher said =
          Pattern.compile("\\d+ to (?:\\d+|--[a-z-]+)|(?<=\\(default )\\w+(?=\\))").matcher(text);
      while (said.find()) {
        String row = all("^(\\| `--" + name + "[ `].*)$", table("option")).iterator().next();
        row = row.replace("`", "");
        boolean range = said.group().contains(" to ");
        assertTrue(
            range ? row.contains(said.group()) : row.endsWith(" | " + said.group() + " |"), row);
        found++;
      }
    }
    assertTrue(found > 7, "" + found);
  }

  @Test
  void exitStatusesAreTheProgramsOwn() {
    Set<String> own =
        Arrays.stream(ExitStatus.values())
            .map(status -> Integer.toString(status.code()))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(own, all("^\\.It (\\d+)$", section("EXIT STATUS")));
    assertEquals(own, all("^\\| (\\d+) \\|", table("exit status")));
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
    assertEquals(own, all("\\b([A-Z_]{6,})\\b", table("variable")));
  }

  /** The units that the page about units names, and those that exist. */
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
