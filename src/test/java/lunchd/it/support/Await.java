package lunchd.it.support;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for conditions. */
public final class Await {
  /** Far longer than anything takes on the busiest machine. */
  public static final Duration PATIENCE = Duration.ofSeconds(120);

  private static final int POLL = 5; // milliseconds

  private Await() {}

  public static void until(String what, Callable<Boolean> condition) throws Exception {
    long start = System.nanoTime();
    while (!condition.call()) {
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new AssertionError("waited in vain until " + what);
      }
      Thread.sleep(POLL);
    }
  }
}
