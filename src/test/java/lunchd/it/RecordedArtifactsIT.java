package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import lunchd.it.support.Child;
import lunchd.it.support.Trees;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** scripts/maven accepts what is recorded in src/build/artifacts.sha256, and nothing else. */
class RecordedArtifactsIT {
  private static final Path LIST = Path.of("src/build/artifacts.sha256");
  private static final Path REAL = Path.of(System.getProperty("lunchd.repository"));

  private static final Duration PATIENCE = Duration.ofMinutes(5); // with javac and Maven

  @TempDir private Path directory;
  private Path project;
  private Path repository;

  @BeforeEach
  void copyTheProject() throws Exception {
    project = Files.createDirectory(directory.resolve("project"));
    repository = Files.createDirectory(directory.resolve("repository"));
    for (String needed :
        List.of("pom.xml", ".mvn", "scripts/lib", "scripts/maven", "src/build/maven", LIST + "")) {
      Path copy = project.resolve(needed);
      Files.createDirectories(copy.getParent());
      Trees.copy(Path.of(needed).toAbsolutePath(), copy);
    }
    linkAll(REAL, repository);
  }

  private static void linkAll(Path from, Path to) throws IOException {
    try (Stream<Path> children = Files.list(from)) {
      for (Path child : children.toList()) {
        Files.createSymbolicLink(to.resolve(child.getFileName()), child);
      }
    }
  }

  /** Replaces a link to a file of the repository by a copy, and returns that. */
  private Path copied(String file) throws IOException {
    Path real = REAL;
    Path copy = repository;
    for (Path name : Path.of(file)) {
      real = real.resolve(name);
      copy = copy.resolve(name);
      Files.delete(copy);
      if (Files.isDirectory(real)) {
        Files.createDirectory(copy);
        linkAll(real, copy);
      } else {
        Files.copy(real, copy);
      }
    }
    return copy;
  }

  /** The first artifact of that kind in the list. */
  private static String artifact(String pattern) throws IOException {
    return Files.readAllLines(LIST).stream()
        .map(line -> line.substring(66))
        .filter(file -> file.matches(pattern))
        .findFirst()
        .orElseThrow();
  }

  private Child.Result validate() throws Exception {
    String maven = project.resolve("scripts/maven").toString();
    try (Child child =
        Child.start(maven, "-o", "-q", "-B", "-Dmaven.repo.local=" + repository, "validate")) {
      return child.result(PATIENCE);
    }
  }

  private static void assertRefused(String file, String reason, Child.Result result) {
    assertEquals(1, result.status(), result.stdout() + result.stderr());
    assertTrue(result.stderr().contains(file), result.stderr());
    assertTrue(result.stderr().contains(reason), result.stderr());
    assertEquals(
        3, // not Maven's report of a failure
        result.stderr().lines().filter(line -> line.contains("ERROR")).count(),
        result.stderr());
  }

  @Test
  void whatIsRecordedIsTaken() throws Exception {
    Child.Result result = validate();
    assertEquals(0, result.status(), result.stdout() + result.stderr());
  }

  /** The code of a plugin, of what a plugin depends on, and a POM. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "org/apache/maven/plugins/maven-enforcer-plugin/.*\\.jar",
        "org/apache/maven/enforcer/enforcer-rules/.*\\.jar",
        "org/junit/junit-bom/.*\\.pom",
      })
  void whatWasAlteredIsNot(String pattern) throws Exception {
    String file = artifact(pattern);
    Files.writeString(copied(file), "\n", StandardOpenOption.APPEND);
    String recorded =
        Files.readAllLines(LIST).stream().filter(line -> line.endsWith(file)).findFirst().get();
    assertRefused(file, LIST + " says " + recorded.substring(0, 64), validate());
  }

  @Test
  void whatIsNotRecordedIsNot() throws Exception {
    String file = artifact("org/apache/maven/plugins/maven-toolchains-plugin/.*\\.jar");
    Path list = project.resolve(LIST);
    List<String> lines = Files.readAllLines(list);
    List<String> fewer = lines.stream().filter(line -> !line.endsWith(file)).toList();
    assertNotEquals(lines, fewer);
    Files.write(list, fewer);
    assertRefused(file, LIST + " says nothing of it", validate());
  }
}
