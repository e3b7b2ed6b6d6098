package lunchd.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class DeadlineTest {
  @Test
  void timeRunsFromTheStartToTheEnd() {
    Deadline deadline = Deadline.after(60_000);
    long left = deadline.millisLeft();
    assertTrue(left > 0 && left <= 60_000, () -> left + " ms left");
    long since = deadline.millisSinceStart();
    assertTrue(since >= 0 && since < 60_000, () -> since + " ms since the start");
    while (deadline.millisSinceStart() == 0) {
      Thread.onSpinWait();
    }
    assertTrue(deadline.millisLeft() < 60_000);
  }

  @Test
  void nothingIsLeftAtTheEnd() {
    Deadline deadline = Deadline.after(1);
    while (deadline.millisSinceStart() < 1) {
      Thread.onSpinWait();
    }
    assertTrue(deadline.millisLeft() <= 0);
  }

  @Test
  void whatComesFirstMayHaveLessTimeThanAll() {
    Deadline deadline = Deadline.after(60_000);
    deadline.hurry(10_000);
    long left = deadline.millisLeft();
    assertTrue(left > 0 && left <= 10_000, () -> left + " ms left");
    deadline.relax();
    assertTrue(deadline.millisLeft() > 10_000);
  }

  @Test
  void nobodyGetsMoreTimeThanAll() {
    Deadline deadline = Deadline.after(10_000);
    deadline.hurry(60_000);
    assertTrue(deadline.millisLeft() <= 10_000);
  }

  @Test
  void aStartedMillisecondIsLeft() {
    Deadline deadline = Deadline.after(60_000);
    long before;
    long left;
    do {
      before = deadline.millisSinceStart();
      left = deadline.millisLeft();
    } while (deadline.millisSinceStart() != before); // both in the same millisecond
    assertEquals(60_000 - before, left);
  }
}
