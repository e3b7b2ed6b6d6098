package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No cold surprises: what an ordinary HTTPS request needs comes from the AOT cache. */
class ColdStartIT {
  /** JFR's event classes: the JDK keeps jdk.internal.event.* out of every cache. */
  private static final Pattern NEVER_CACHED = Pattern.compile("jdk\\.internal\\.event\\.\\w+");

  /** {@code [0.012s][info][class,load] java.lang.Object source: shared objects file}. */
  private static final Pattern LOADED = Pattern.compile("(?:\\[.*\\] )?(\\S+) source: (.+)");

  @Test
  void loadsNoClassFromAnywhereElse(@TempDir Path directory) throws Exception {
    Path log = directory.resolve("classes.log");
    Dist dist =
        Dist.BUILT.copyTo(directory.resolve("dist")).withJvmOption("-Xlog:class+load:file=" + log);
    for (String pair : List.of("p256", "rsa-2048")) {
      try (Handed handed = Lunchd.with(Fixtures.pair(pair)).from(dist).tcp();
          SSLSocket client = JdkClient.over(handed.socket())) {
        Answer.lunch(JdkClient.exchange(client, Answer.GET));
        assertEquals(0, handed.result().status());
      }
      List<String> lines = Files.readAllLines(log);
      assertTrue(lines.size() > 500, "that few are not all: " + lines.size());
      List<String> cold = new ArrayList<>();
      for (String line : lines) {
        var loaded = LOADED.matcher(line);
        assertTrue(loaded.matches(), line);
        if (!loaded.group(2).startsWith("shared objects file")
            && !NEVER_CACHED.matcher(loaded.group(1)).matches()) {
          cold.add(line);
        }
      }
      assertEquals(List.of(), cold);
      // A hidden class from the cache is ready; one that is spun at run time has another source.
    }
  }
}
