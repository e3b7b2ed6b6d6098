package lunchd.lunch;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/** Pearson's test that every choice of a menu of five comes as often as its weight says. */
final class ChiSquared {
  private static final int DRAWS = 1_000;

  /**
   * With 4 degrees of freedom P(X > x) is exp(-x/2) * (1 + x/2), which is 3e-7 for this x: a
   * correct program fails less than once in a million runs.
   */
  private static final double LIMIT = 36;

  private ChiSquared() {}

  static void assertUniform(Menu menu, RandomGenerator random) {
    assertFits(menu, i -> menu.draw(random));
  }

  static boolean isUniform(Menu menu, RandomGenerator random) {
    return fits(menu, i -> menu.draw(random));
  }

  /**
   * Asserts that draws fit the menu; the argument of {@code draw} is the number of draws before it.
   */
  static void assertFits(Menu menu, IntFunction<String> draw) {
    double statistic = statistic(menu, draw);
    assertTrue(statistic < LIMIT, () -> "chi-squared is " + statistic);
  }

  static boolean fits(Menu menu, IntFunction<String> draw) {
    return statistic(menu, draw) < LIMIT;
  }

  private static double statistic(Menu menu, IntFunction<String> draw) {
    Map<String, Integer> drawn = new HashMap<>();
    for (int i = 0; i < DRAWS; i++) {
      drawn.merge(draw.apply(i), 1, Integer::sum);
    }
    double total = menu.choices().stream().mapToInt(Choice::weight).sum();
    return menu.choices().stream()
        .mapToDouble(
            choice -> {
              double expected = DRAWS * choice.weight() / total;
              return Math.pow(drawn.getOrDefault(choice.name(), 0) - expected, 2) / expected;
            })
        .sum();
  }
}
