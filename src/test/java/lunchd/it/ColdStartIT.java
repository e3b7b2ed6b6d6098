package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No cold surprises: what an ordinary HTTPS request needs comes from the AOT cache. */
class ColdStartIT {
  /** What can't be helped, and why. */
  private static final List<Pattern> NEVER_CACHED =
      List.of(
          // Those that JFR may rewrite when it starts.
          Pattern.compile("jdk\\.internal\\.event\\.\\w+"),
          // Replaces a method handle from the cache once its class is initialized, which no
          // training
          // run sees: java.util.logging's, which Bouncy Castle's PemReader wakes.
          Pattern.compile("java\\.lang\\.invoke\\.DirectMethodHandle\\$1"));

  /** {@code [0.012s][info][class,load] java.lang.Object source: shared objects file}. */
  private static final Pattern LOADED = Pattern.compile("(?:\\[.*\\] )?(\\S+) source: (.+)");

  /** A service may be started with no locale at all. */
  @ParameterizedTest
  @ValueSource(strings = {"C.UTF-8", "C"})
  void loadsNoClassFromAnywhereElse(String locale, @TempDir Path directory) throws Exception {
    Path log = directory.resolve("classes.log");
    Dist dist =
        Dist.BUILT.copyTo(directory.resolve("dist")).withJvmOption("-Xlog:class+load:file=" + log);
    for (String pair : List.of("p256", "rsa-2048")) {
      try (Handed handed = Lunchd.with(Fixtures.pair(pair)).from(dist).set("LC_ALL", locale).tcp();
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
            && NEVER_CACHED.stream().noneMatch(name -> name.matcher(loaded.group(1)).matches())) {
          cold.add(line); // a LambdaForm or hidden class that is spun at run time too
        }
      }
      assertEquals(List.of(), cold);
    }
  }
}
