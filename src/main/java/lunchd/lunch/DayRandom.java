package lunchd.lunch;

import java.time.LocalDate;
import java.util.random.RandomGenerator;

/**
 * Random numbers that are the same for everyone who asks a host on a day: SplitMix64 (Steele, Lea
 * and Flood, 2014), begun from an FNV-1a hash of the two.
 */
final class DayRandom implements RandomGenerator {
  private long state = 0xcbf29ce484222325L;

  DayRandom(LocalDate date, String host) {
    String seed = date + " " + host;
    for (int i = 0; i < seed.length(); i++) {
      state = (state ^ seed.charAt(i)) * 0x100000001b3L;
    }
  }

  @Override
  public long nextLong() {
    state += 0x9e3779b97f4a7c15L;
    long z = (state ^ state >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }
}
