package lunchd.lunch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import org.junit.jupiter.params.provider.MethodSource;

final class MenuTest {
  @TempDir private Path directory;

  private Path file(byte[] content) throws IOException {
    return Files.write(directory.resolve("menu.txt"), content);
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void withoutAFileThereAreFive() throws Misconfiguration {
    assertEquals(
        List.of("Sandwich", "Soup", "Salad", "Burger", "Sushi"), Menu.read(null).choices());
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
        Arguments.of("Soup\nSoup\nSalad", List.of("Soup", "Soup", "Salad")));
  }

  @ParameterizedTest
  @MethodSource("menus")
  void aChoiceALine(String text, List<String> choices) throws IOException, Misconfiguration {
    assertEquals(choices, Menu.read(file(text.getBytes(StandardCharsets.UTF_8))).choices());
  }

  static Stream<Arguments> unusable() {
    return Stream.of(
        Arguments.of(new byte[0], "nothing on it"),
        Arguments.of(latin1("\n \r\n# only a comment\n"), "nothing on it"),
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

  /** So that the test above can fail. */
  @Test
  void biasedDrawsFailIt() {
    Random random = new Random(25);
    // What nextInt asks for is a number of 31 bits: now one of five is twice as likely.
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
