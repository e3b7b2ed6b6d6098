package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** A copy of lunchd's sources, to be changed as a user would. */
final class Sources {
  private Sources() {}

  static Path copy(Path directory) throws Exception {
    Trees.copy(Path.of("src/main/java").toAbsolutePath(), directory);
    return directory;
  }

  /** Replaces the one place in a file. */
  static void replace(Path sources, String file, String from, String to) throws IOException {
    String source = Files.readString(sources.resolve(file));
    assertEquals(2, source.split(java.util.regex.Pattern.quote(from), -1).length, from);
    Files.writeString(sources.resolve(file), source.replace(from, to));
  }

  /** Compiles them against the libraries in a distribution's jar; returns where the classes are. */
  static Path compile(Path sources, Dist dist) throws IOException {
    Path classes =
        Files.createDirectory(sources.resolveSibling(sources.getFileName() + "-classes"));
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-d",
                classes.toString(),
                "-cp",
                dist.file("lib/lunchd.jar").toString(),
                "-implicit:none",
                "-proc:none",
                "-nowarn",
                "-XDstringConcat=inline"));
    try (Stream<Path> files = Files.walk(sources)) {
      files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(arguments::add);
    }
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, System.err, System.err, arguments.toArray(String[]::new));
    assertTrue(status == 0, "javac failed");
    return classes;
  }
}
