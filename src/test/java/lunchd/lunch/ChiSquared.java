package lunchd.lunch;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Pearson's test that every choice of a menu of five is as likely as the others. */
final class ChiSquared {
  private static final int DRAWS = 1_000;

  /**
   * With 4 degrees of freedom P(X > x) is exp(-x/2) * (1 + x/2), which is 3e-7 for this x: a right
   * program fails less than once in a million runs.
   */
  private static final double LIMIT = 36;

  private ChiSquared() {}

  static void assertUniform(Menu menu, RandomGenerator random) {
    double statistic = statistic(menu, random);
    assertTrue(statistic < LIMIT, () -> "chi-squared is " + statistic);
  }

  static boolean isUniform(Menu menu, RandomGenerator random) {
    return statistic(menu, random) < LIMIT;
  }

  private static double statistic(Menu menu, RandomGenerator random) {
    Map<String, Integer> drawn = new HashMap<>();
    for (int i = 0; i < DRAWS; i++) {
      drawn.merge(menu.draw(random), 1, Integer::sum);
    }
    double expected = (double) DRAWS / menu.choices().size();
    return menu.choices().stream()
        .mapToDouble(choice -> Math.pow(drawn.getOrDefault(choice, 0) - expected, 2) / expected)
        .sum();
  }
}
