package lunchd.lunch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import lunchd.http.Request;
import lunchd.http.Response;
import lunchd.operator.Arguments;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import lunchd.operator.Service;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.ParseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lunch's own options. */
final class LunchTest {
  private static final Lunch LUNCH = new Lunch();

  @TempDir private Path directory;

  private static Arguments arguments(String... args) {
    try {
      return new Arguments(new DefaultParser().parse(LUNCH.options(), args));
    } catch (ParseException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> report(String... args) throws Misconfiguration {
    List<String> lines = new ArrayList<>();
    LUNCH.check(
        arguments(args),
        new Service.Report() {
          @Override
          public void line(String name, String value) {
            lines.add(name + ": " + value);
          }

          @Override
          public void warn(String text) {
            lines.add("warning: " + text);
          }
        });
    return lines;
  }

  @Test
  void theMenuIsTheOperators() throws Exception {
    Path menu = Files.writeString(directory.resolve("menu"), "Gruel\n");
    Response response =
        LUNCH
            .open(arguments("--menu", "none", "--menu=" + menu))
            .handle(Request.builder("GET", "/").field("Accept", "text/plain").build());
    assertEquals("Gruel\n", new String(response.content(), StandardCharsets.UTF_8));
    assertEquals(List.of("menu: 1 choice"), report("--menu", menu.toString()));
    assertEquals(List.of("menu: 5 choices"), report());
  }

  @Test
  void aMenuThatCantBeReadIs66() throws IOException {
    Arguments missing = arguments("--menu", directory.resolve("missing").toString());
    assertEquals(
        ExitStatus.NO_INPUT,
        assertThrows(Misconfiguration.class, () -> LUNCH.open(missing)).status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTC", "Europe/Berlin", "+02:00", "Pacific/Kiritimati", "Etc/GMT+12"})
  void todayIsInTheZoneThatIsNamed(String zone) throws Exception {
    LocalDate before = LocalDate.now(ZoneId.of(zone));
    Response response =
        LUNCH
            .open(arguments("--time-zone", zone))
            .handle(Request.builder("GET", "/today").field("Host", "lunch.example").build());
    LocalDate after = LocalDate.now(ZoneId.of(zone));
    String page = new String(response.content(), StandardCharsets.UTF_8);
    assertTrue(page.contains(before.toString()) || page.contains(after.toString()), page);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Mars/Phobos", "+25:00"})
  void aZoneThatIsNoneIsBadUsage(String zone) {
    for (boolean opens : List.of(true, false)) {
      Misconfiguration error =
          assertThrows(
              Misconfiguration.class,
              () -> {
                if (opens) {
                  LUNCH.open(arguments("--time-zone", zone));
                } else {
                  report("--time-zone", zone);
                }
              });
      assertEquals(ExitStatus.USAGE, error.status());
      assertTrue(error.getMessage().startsWith("--time-zone " + zone), error.getMessage());
    }
  }
}
