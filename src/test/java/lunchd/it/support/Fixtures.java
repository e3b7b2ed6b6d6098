package lunchd.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** The keys and chains of test-fixtures/tls. */
public final class Fixtures {
  public static final Path DIRECTORY = Path.of("test-fixtures", "tls").toAbsolutePath();
  public static final String CA = file("ca.pem");

  private Fixtures() {}

  public static String file(String name) {
    Path file = DIRECTORY.resolve(name);
    if (!Files.exists(file)) {
      throw new AssertionError(file + " is missing; scripts/make-fixtures makes it");
    }
    return file.toString();
  }

  /** Returns the options for a pair, such as p256, in Go's style. */
  public static String[] pair(String name) {
    return pair(name + "-key.pem", name + "-chain.pem");
  }

  public static String[] pair(String key, String chain) {
    return new String[] {"-key=" + file(key), "-certificate=" + file(chain)};
  }

  /** The same, with a copy of the key that only its owner can read. */
  public static String[] privatePair(Path directory, String key, String chain) {
    Path copy = directory.resolve(key);
    try {
      Files.copy(Path.of(file(key)), copy, StandardCopyOption.REPLACE_EXISTING);
      Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new String[] {"-key=" + copy, "-certificate=" + file(chain)};
  }

  /** Writes a file for a test. */
  public static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
