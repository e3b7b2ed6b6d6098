package lunchd.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The keys and chains of test-fixtures/tls. */
final class Fixtures {
  static final Path DIRECTORY = Path.of("test-fixtures", "tls").toAbsolutePath();
  static final String CA = file("ca.pem");

  private Fixtures() {}

  static String file(String name) {
    Path file = DIRECTORY.resolve(name);
    if (!Files.exists(file)) {
      throw new AssertionError(file + " is missing; scripts/make-fixtures makes it");
    }
    return file.toString();
  }

  /** Returns the options for a pair, such as p256, in Go's style. */
  static String[] pair(String name) {
    return pair(name + "-key.pem", name + "-chain.pem");
  }

  static String[] pair(String key, String chain) {
    return new String[] {"-key=" + file(key), "-certificate=" + file(chain)};
  }

  /** Writes a file for a test. */
  static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
