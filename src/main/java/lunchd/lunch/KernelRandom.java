package lunchd.lunch;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/**
 * The kernel's random numbers, urandom(4): no two processes share a seed. SecureRandom uses them
 * too, but through the security providers, which cost more than everything else in a lunch.
 */
final class KernelRandom implements RandomGenerator {
  @Override
  public long nextLong() {
    try (FileInputStream urandom = new FileInputStream("/dev/urandom")) {
      return ByteBuffer.wrap(urandom.readNBytes(Long.BYTES)).getLong();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
