package lunchd;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import lunchd.aot.AotCache;

/** The version of this lunchd. */
final class Version {
  private Version() {}

  /** Returns what {@code --version} prints. */
  static String text(AotCache.State state) {
    String cache = state == AotCache.State.IN_USE ? "in use" : "not in use";
    return "lunchd " + number() + ", AOT cache " + cache + "\n";
  }

  /** Read from a file that the build fills in: a class in a module has no manifest. */
  private static String number() {
    try (InputStream in = Version.class.getResourceAsStream("version.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
