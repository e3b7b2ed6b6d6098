package lunchd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which packages know which, by the imports in src/main/java. */
final class RoomsTest {
  private static final Path ROOT = Path.of("src/main/java");
  private static final Pattern IMPORT =
      Pattern.compile("(?m)^import (?:static )?(lunchd(?:\\.[a-z0-9]+)*)\\.[A-Z]");

  /** The other packages of lunchd that each package imports. */
  private static final Map<String, Set<String>> IMPORTS = new TreeMap<>();

  @BeforeAll
  static void read() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT.resolve("lunchd"))) {
      for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
        String room = ROOT.relativize(file.getParent()).toString().replace('/', '.');
        Set<String> others =
            IMPORT
                .matcher(Files.readString(file))
                .results()
                .map((MatchResult match) -> match.group(1))
                .filter(other -> !other.equals(room))
                .collect(Collectors.toSet());
        IMPORTS.computeIfAbsent(room, name -> new TreeSet<>()).addAll(others);
      }
    }
    assertTrue(IMPORTS.size() > 12, IMPORTS::toString);
  }

  @Test
  void whatAHandlerSeesKnowsOfNoWireAndItsSyntaxOfNoConnection() {
    assertEquals(Set.of("lunchd.syntax"), IMPORTS.get("lunchd.http"));
    assertEquals(Set.of("lunchd.http", "lunchd.syntax"), IMPORTS.get("lunchd.http1"));
  }

  @Test
  void lunchIsAServiceLikeAnyOther() {
    assertEquals(Set.of("lunchd.http", "lunchd.operator"), IMPORTS.get("lunchd.lunch"));
    Set<String> knowing = new TreeSet<>();
    IMPORTS.forEach(
        (room, others) -> {
          if (others.contains("lunchd.lunch")) {
            knowing.add(room);
          }
        });
    assertEquals(Set.of("lunchd", "lunchd.training"), knowing, "Main, and the training run");
  }

  @Test
  void noTwoNeedEachOther() {
    for (String room : IMPORTS.keySet()) {
      Set<String> reached = new TreeSet<>();
      reach(room, reached);
      assertTrue(!reached.contains(room), room + " needs itself, by way of " + reached);
    }
  }

  private static void reach(String room, Set<String> reached) {
    for (String other : IMPORTS.getOrDefault(room, Set.of())) {
      if (reached.add(other)) {
        reach(other, reached);
      }
    }
  }
}
