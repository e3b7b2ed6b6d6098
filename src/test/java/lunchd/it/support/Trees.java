package lunchd.it.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Directories and everything in them. */
public final class Trees {
  private Trees() {}

  public static void delete(Path tree) throws IOException {
    if (Files.exists(tree)) {
      try (Stream<Path> files = Files.walk(tree)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /** Copies as an operator would; the copies have new timestamps. */
  public static void copy(Path from, Path to) throws Exception {
    try (Child cp = Child.start("cp", "-R", from.toString(), to.toString())) {
      Child.Result result = cp.result();
      if (result.status() != 0) {
        throw new IOException(result.stderr());
      }
    }
  }
}
