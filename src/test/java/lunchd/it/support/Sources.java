package lunchd.it.support;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;

/** A copy of lunchd's sources, to change as a user would. */
public final class Sources {
  private Sources() {}

  public static Path copy(Path directory) throws Exception {
    Trees.copy(Path.of("src/main/java").toAbsolutePath(), directory);
    return directory;
  }

  /** Replaces the one place in a file. */
  public static void replace(Path sources, String file, String from, String to) throws IOException {
    String source = Files.readString(sources.resolve(file));
    assertEquals(2, source.split(java.util.regex.Pattern.quote(from), -1).length, from);
    Files.writeString(sources.resolve(file), source.replace(from, to));
  }

  /** Compiles some of them as Maven does, against its classes; returns the output directory. */
  public static Path compile(Path sources, String... files) throws IOException {
    Path classes =
        Files.createDirectory(sources.resolveSibling(sources.getFileName() + "-classes"));
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-d",
                classes.toString(),
                "-g",
                "--release",
                "25",
                "-proc:none",
                "-XDstringConcat=inline"));
    for (String file : files) {
      arguments.add(sources.resolve(file).toString());
    }
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, System.err, System.err, arguments.toArray(String[]::new));
    assertEquals(0, status, "javac failed");
    return classes;
  }
}
