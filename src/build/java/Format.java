import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Runs google-java-format over the Java files of src; part of the build. */
final class Format {
  private Format() {}

  /**
   * Formats.
   *
   * @param args {@code check}, which fails if a file is not formatted, or {@code replace}
   */
  public static void main(String[] args) throws IOException {
    List<String> options =
        switch (args[0]) {
          case "check" -> List.of("--dry-run", "--set-exit-if-changed");
          case "replace" -> List.of("--replace");
          default -> throw new IllegalArgumentException("-Dformat=" + args[0]);
        };
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      Stream<String> sources = files.map(Path::toString).filter(file -> file.endsWith(".java"));
      com.google.googlejavaformat.java.Main.main(
          Stream.concat(options.stream(), sources).toArray(String[]::new));
    }
  }
}
