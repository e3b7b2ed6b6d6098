package lunchd.it.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * lunchd, started by time(1), which records its status and memory.
 *
 * @param dist the distribution whose launcher does that
 */
public record Measured(Dist dist) {
  private static final int MOST_MEMORY = 128 * 1024; // KiB

  private static final Pattern LINE =
      Pattern.compile("\\S+ (INFO|WARN) lunchd: [ -~]+ bytes (\\d+) ms[ -~]*\n");

  /** Puts its launcher into a directory of the test's. */
  public static Measured in(Path directory) throws IOException {
    Dist dist = new Dist(directory);
    Files.createDirectory(dist.file("bin"));
    Files.writeString(
        dist.file("bin/lunchd"),
        "#!/bin/sh\nexec %s -q -o '%s' -f '%%x %%M' '%s' \"$@\"\n"
            .formatted(Tool.TIME.path(), dist.file("time"), Dist.BUILT.launcher()));
    assertTrue(dist.file("bin/lunchd").toFile().setExecutable(true));
    return new Measured(dist);
  }

  /** Asserts status 0, little memory and one line; returns the milliseconds in the line. */
  public int endedWell(String log) throws IOException {
    String[] time = Files.readString(dist.file("time")).strip().split(" ");
    assertEquals("0", time[0], () -> "status: " + log);
    assertTrue(Integer.parseInt(time[1]) < MOST_MEMORY, () -> time[1] + " KiB");
    Matcher line = LINE.matcher(log);
    assertTrue(line.matches(), log);
    return Integer.parseInt(line.group(2));
  }
}
