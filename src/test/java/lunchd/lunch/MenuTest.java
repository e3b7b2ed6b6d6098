package lunchd.lunch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import lunchd.operator.NamedFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MenuTest {
  private static final Menu WEIGHTED =
      new Menu(
          Stream.of("Sandwich x10", "Soup", "Salad x3", "Burger x2", "Sushi")
              .map(Choice::parse)
              .toList());

  @TempDir private Path directory;

  private Path file(byte[] content) throws IOException {
    return Files.write(directory.resolve("menu.txt"), content);
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void withoutAFileThereAreFive() throws Misconfiguration {
    assertEquals(Menu.of("Sandwich", "Soup", "Salad", "Burger", "Sushi"), Menu.read(null));
  }

  private static List<String> names(Menu menu) {
    return menu.choices().stream().map(Choice::name).toList();
  }

  static Stream<Arguments> menus() {
    return Stream.of(
        Arguments.of("Pizza\nPasta\n", List.of("Pizza", "Pasta")),
        Arguments.of("Pizza", List.of("Pizza")),
        Arguments.of("Pizza\r\nPasta\r\n", List.of("Pizza", "Pasta")),
        Arguments.of("\n\n \t\nPizza\n\n", List.of("Pizza")),
        Arguments.of("# Mondays\nPizza\n  # not today\n#Pasta\n", List.of("Pizza")),
        Arguments.of("Menu #1\n", List.of("Menu #1")),
        Arguments.of("  Pizza with egg \t\n", List.of("Pizza with egg")),
        Arguments.of("\ufeffPizza\n", List.of("Pizza")),
        Arguments.of("\ufeff# Mondays\nPizza\n", List.of("Pizza")),
        Arguments.of("Crème brûlée\n寿司\n🍣\n", List.of("Crème brûlée", "寿司", "🍣")),
        Arguments.of("Soup\nSoup\nSalad", List.of("Soup", "Soup", "Salad")),
        Arguments.of("x3\n[fri]\n[vegan]", List.of("x3", "[fri]", "[vegan]")),
        Arguments.of(
            "Soup x\nSoupx3\nBMW X3\nx3 Soup", List.of("Soup x", "Soupx3", "BMW X3", "x3 Soup")),
        Arguments.of(
            "Fish[fri]\n[fri] Fish\nFish [fri", List.of("Fish[fri]", "[fri] Fish", "Fish [fri")));
  }

  @ParameterizedTest
  @MethodSource("menus")
  void aChoiceALine(String text, List<String> choices) throws IOException, Misconfiguration {
    Menu menu = Menu.read(file(text.getBytes(StandardCharsets.UTF_8)));
    assertEquals(Menu.of(choices.toArray(String[]::new)), menu, "equal, and every day");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Soup                 | Soup         | 1    | Mon, Tue, Wed, Thu, Fri, Sat, Sun
          Soup x3              | Soup         | 3    | Mon, Tue, Wed, Thu, Fri, Sat, Sun
          Soup x1000           | Soup         | 1000 | Mon, Tue, Wed, Thu, Fri, Sat, Sun
          Soup with egg  x007  | Soup with egg | 7   | Mon, Tue, Wed, Thu, Fri, Sat, Sun
          Fish [fri]           | Fish         | 1    | Fri
          Fish [FRI,Mon]       | Fish         | 1    | Mon, Fri
          Fish [mon, wed-fri]  | Fish         | 1    | Mon, Wed, Thu, Fri
          Fish [mon-sun]       | Fish         | 1    | Mon, Tue, Wed, Thu, Fri, Sat, Sun
          Fish [sat-mon]       | Fish         | 1    | Mon, Sat, Sun
          Fish [tue-tue,tue]   | Fish         | 1    | Tue
          Stew x2 [thu]        | Stew         | 2    | Thu
          Stew [thu] x2        | Stew         | 2    | Thu
          # of two, the first belongs to the name
          Formula x3 x1        | Formula x3   | 1    | Mon, Tue, Wed, Thu, Fri, Sat, Sun
          Curry [hot] [mon-sun] | Curry [hot] | 1    | Mon, Tue, Wed, Thu, Fri, Sat, Sun
          A [a] x2 [mon] x9    | A [a] x2     | 9    | Mon
          Vitamin x12b x2      | Vitamin x12b | 2    | Mon, Tue, Wed, Thu, Fri, Sat, Sun
          """)
  void weightsAndDays(String line, String name, int weight, String days)
      throws IOException, Misconfiguration {
    Menu menu = Menu.read(file((line + "\r\n").getBytes(StandardCharsets.UTF_8)));
    assertEquals(1, menu.choices().size());
    Choice choice = menu.choices().getFirst();
    assertEquals(name, choice.name());
    assertEquals(weight, choice.weight());
    assertEquals(days, choice.days().toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x0", "x000", "x1001", "x99999999999999999999", "x1.5", "x3,", "x12b", "x-3"})
  void badWeightsAre78(String weight) throws IOException {
    String why =
        weight
            + " is not a weight; write x1 to x1000, or end the line with x1 if it is part of the"
            + " name";
    thirdLineIsUnusable("Soup " + weight, why);
    thirdLineIsUnusable("Soup " + weight + " [mon]", why);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "[ ]",
        "[vegan]",
        "[freitag]",
        "[fr]",
        "[5]",
        "[mon,]",
        "[,mon]",
        "[mon;tue]",
        "[mon-]",
        "[-mon]",
        "[mon-tue-wed]",
        "[mon wed]",
        "[ont]",
      })
  void badDaysAre78(String days) throws IOException {
    String why =
        days
            + " is not a list of days; write it as [mon,wed-fri], or end the line with [mon-sun] if"
            + " it is part of the name";
    thirdLineIsUnusable("Soup " + days, why);
    thirdLineIsUnusable("Soup " + days + " x3", why);
  }

  private void thirdLineIsUnusable(String line, String why) throws IOException {
    Path file = file(latin1("Salad\r\n# Soups\r\n" + line + "\r\n"));
    Misconfiguration error = assertThrows(Misconfiguration.class, () -> Menu.read(file));
    assertEquals(ExitStatus.CONFIG, error.status());
    assertEquals("--menu " + file + ": line 3: " + why, error.getMessage());
  }

  @Test
  void aDaysMenuHasWhatIsThereThatDay() {
    Menu menu = new Menu(List.of(Choice.parse("Soup"), Choice.parse("Fish x2 [fri]")));
    assertTrue(menu.hasDays());
    assertEquals(List.of("Soup"), names(menu.on(4)));
    assertEquals(List.of("Soup", "Fish"), names(menu.on(5)));
    assertFalse(Menu.DEFAULT.hasDays());
    assertFalse(new Menu(List.of(Choice.parse("Fish [mon-sun]"))).hasDays());
  }

  @Test
  void aDayMayHaveNothing() {
    assertNull(new Menu(List.of(Choice.parse("Fish [fri]"))).on(4).draw(new Random(25)));
  }

  static Stream<Arguments> unusable() {
    return Stream.of(
        Arguments.of(new byte[0], "has no choices"),
        Arguments.of(latin1("\n \r\n# only a comment\n"), "has no choices"),
        Arguments.of(latin1("cr\u00e8me\n"), "line 1 is not UTF-8"),
        Arguments.of(latin1("Soup\r\n\r\n# \u00e8\n"), "line 3 is not UTF-8"),
        Arguments.of(latin1("Soup\n\u00c0\u00af\n"), "line 2 is not UTF-8"),
        Arguments.of(latin1("Soup\n\u00ed\u00a0\u0080\n"), "line 2 is not UTF-8"),
        Arguments.of(latin1("Soup\nSalad \u00c3"), "line 2 is not UTF-8"),
        Arguments.of("Soup\n".getBytes(StandardCharsets.UTF_16), "line 1 is not UTF-8"),
        Arguments.of(latin1("Soup\n".repeat(NamedFile.MAX_SIZE / 5 + 1)), "too large"));
  }

  @ParameterizedTest
  @MethodSource("unusable")
  void unusableMenusAre78(byte[] content, String why) throws IOException {
    Path file = file(content);
    Misconfiguration error = assertThrows(Misconfiguration.class, () -> Menu.read(file));
    assertEquals(ExitStatus.CONFIG, error.status());
    assertTrue(error.getMessage().contains("--menu " + file), error.getMessage());
    assertTrue(error.getMessage().contains(why), error.getMessage());
  }

  @Test
  void theLargestMenuIsRead() throws IOException, Misconfiguration {
    assertEquals(1, Menu.read(file(latin1("a".repeat(NamedFile.MAX_SIZE)))).choices().size());
  }

  @Test
  void unreadableMenusAre66() throws IOException {
    for (Path file : List.of(directory.resolve("missing.txt"), directory)) {
      Misconfiguration error = assertThrows(Misconfiguration.class, () -> Menu.read(file));
      assertEquals(ExitStatus.NO_INPUT, error.status());
      assertTrue(error.getMessage().contains("--menu " + file + " "), error.getMessage());
    }
  }

  @Test
  void thousandDrawsPassAChiSquaredTest() {
    ChiSquared.assertUniform(Menu.DEFAULT, new KernelRandom());
    ChiSquared.assertUniform(Menu.DEFAULT, new Random(25));
  }

  @Test
  void drawsAreAsOftenAsTheWeightsSay() {
    ChiSquared.assertUniform(WEIGHTED, new KernelRandom());
    ChiSquared.assertUniform(WEIGHTED, new Random(25));
    assertFalse(
        ChiSquared.fits(WEIGHTED, i -> Menu.DEFAULT.draw(new Random(i))), "as if there were none");
  }

  @Test
  void theHeaviestMenuThatFitsInAFileCanBeDrawnFrom() throws IOException, Misconfiguration {
    byte[] content = latin1("a x1000\n".repeat(NamedFile.MAX_SIZE / 8));
    assertEquals("a", Menu.read(file(content)).draw(new Random(25)));
  }

  /** Proves that the test above can fail. */
  @Test
  void biasedDrawsFailIt() {
    Random random = new Random(25);
    // nextInt asks for 31 bits; with one bit always 0, one of five is twice as likely.
    assertFalse(ChiSquared.isUniform(Menu.DEFAULT, new Biased(() -> random.nextInt(6) % 5)));
    assertFalse(ChiSquared.isUniform(Menu.DEFAULT, new Biased(() -> 1)), "always the same");
    int[] turn = new int[1];
    assertFalse(
        ChiSquared.isUniform(Menu.DEFAULT, new Biased(() -> turn[0]++ % 4)), "never the last");
  }

  @Test
  void twoGeneratorsDoNotRepeatEachOther() {
    KernelRandom one = new KernelRandom();
    KernelRandom other = new KernelRandom();
    assertEquals(
        2_000,
        Stream.of(one, other).flatMap(random -> random.longs(1_000).boxed()).distinct().count());
  }
}
