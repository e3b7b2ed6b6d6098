package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import lunchd.it.support.Child;
import lunchd.it.support.Tool;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What scripts/release refuses to release; scripts/reproducible makes a complete release. */
class ReleaseIT {
  private static final String CHANGELOG =
      """
      lunchd (1.2.3) unstable; urgency=medium

        * Something new.

       -- lunchd <lunchd@lunchd.example>  Mon, 23 Nov 2026 00:00:00 +0000

      lunchd (1.2.2) unstable; urgency=medium

        * Something old.

       -- lunchd <lunchd@lunchd.example>  Sun, 22 Nov 2026 00:00:00 +0000
      """;
  private static final String POM =
      """
      <project>
        <version>1.2.3</version>
        <properties>
          <project.build.outputTimestamp>2026-11-23T00:00:00Z</project.build.outputTimestamp>
        </properties>
      </project>
      """;

  @TempDir private Path project;

  /** A project with a tag that can be released, except that Maven fails. */
  @BeforeEach
  void makeTheProject() throws Exception {
    Files.createDirectories(project.resolve("scripts/lib"));
    Files.createDirectories(project.resolve("src/main/debian"));
    Files.copy(Path.of("scripts/release"), project.resolve("scripts/release"));
    Files.writeString(project.resolve("scripts/lib/needs.sh"), "need() { :; }\n");
    Path maven = project.resolve("scripts/maven");
    Files.writeString(maven, "#!/bin/sh\necho 'no Maven here'\nexit 1\n");
    for (String script : List.of("scripts/maven", "scripts/release")) {
      assertTrue(project.resolve(script).toFile().setExecutable(true));
    }
    Files.writeString(project.resolve("src/main/debian/changelog"), CHANGELOG);
    Files.writeString(project.resolve("pom.xml"), POM);
    git("init", "--quiet");
    commit();
    git("tag", "v1.2.3");
  }

  private void commit() throws Exception {
    git("add", "--all");
    git("-c", "user.name=it", "-c", "user.email=it@localhost", "commit", "--quiet", "-m", "It");
  }

  private void git(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(Tool.GIT.path(), "-C", project.toString()));
    command.addAll(Arrays.asList(arguments));
    try (Child child = Child.start(Map.of(), command)) {
      Child.Result result = child.result();
      assertEquals(0, result.status(), result.stderr());
    }
  }

  private Child.Result release(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(project.resolve("scripts/release").toString()));
    command.addAll(Arrays.asList(arguments));
    try (Child child = Child.start(Map.of(), command)) {
      return child.result();
    }
  }

  private void assertRefused(String reason, Child.Result result) {
    assertEquals("release: " + reason + "\n", result.stderr());
    assertEquals(1, result.status());
    assertEquals("", result.stdout());
    assertFalse(Files.exists(project.resolve("target")));
  }

  private void change(String file, String from, String to) throws Exception {
    Path path = project.resolve(file);
    String content = Files.readString(path);
    assertTrue(content.contains(from), file);
    Files.writeString(path, content.replace(from, to));
  }

  @Test
  void aCleanTagIsBuilt() throws Exception {
    Child.Result result = release("1.2.3");
    assertEquals("no Maven here\nrelease: v1.2.3 can't be built\n", result.stderr());
    assertEquals(1, result.status());
  }

  @Test
  void aChangedFileIsRefused() throws Exception {
    change("scripts/maven", "here", "there");
    assertRefused("what is changed here is not in v1.2.3:  M scripts/maven", release("1.2.3"));
  }

  @Test
  void aFileThatGitDoesNotKnowIsRefused() throws Exception {
    Files.writeString(project.resolve("more"), "");
    assertRefused("what is changed here is not in v1.2.3: ?? more", release("1.2.3"));
  }

  @Test
  void aTagThatIsNotThereIsRefused() throws Exception {
    git("tag", "--delete", "v1.2.3");
    git("branch", "v1.2.3"); // a branch of that name is not a tag
    assertRefused("there is no tag v1.2.3", release("1.2.3"));
  }

  @Test
  void aTagThatIsNotCheckedOutIsRefused() throws Exception {
    change("scripts/maven", "here", "there");
    commit();
    assertRefused("HEAD is not v1.2.3: git checkout v1.2.3", release("1.2.3"));
  }

  @Test
  void theVersionIsThatOfThePom() throws Exception {
    git("tag", "v1.2.2");
    assertRefused("pom.xml says 1.2.3, not 1.2.2", release("1.2.2"));
  }

  @Test
  void theVersionIsTheNewestOfTheChangelog() throws Exception {
    change("pom.xml", "<version>1.2.3<", "<version>1.2.2<");
    commit();
    git("tag", "v1.2.2");
    assertRefused(
        "the newest entry of src/main/debian/changelog is for 1.2.3, not 1.2.2", release("1.2.2"));
  }

  @Test
  void theDateIsThatOfTheChangelog() throws Exception {
    change("pom.xml", "2026-11-23", "2026-11-22");
    commit();
    git("tag", "--force", "v1.2.3");
    assertRefused(
        "pom.xml's project.build.outputTimestamp, 2026-11-22T00:00:00Z, is not the date of the"
            + " entry in src/main/debian/changelog",
        release("1.2.3"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1.2.3 1.2.3", "v1.2.3", "1.2/3", "--version"})
  void badUsageIs64(String arguments) throws Exception {
    Child.Result result = release(arguments.isEmpty() ? new String[0] : arguments.split(" "));
    assertEquals(64, result.status(), result.stderr());
    assertTrue(result.stderr().endsWith("; see scripts/release --help\n"), result.stderr());
  }
}
