package lunchd.lunch;

import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;

/** A generator that is not one: {@code nextInt} returns what it is told. */
record Biased(IntSupplier next) implements RandomGenerator {
  @Override
  public long nextLong() {
    throw new UnsupportedOperationException("a menu asks for nextInt(bound)");
  }

  @Override
  public int nextInt(int bound) {
    return next.getAsInt();
  }
}
