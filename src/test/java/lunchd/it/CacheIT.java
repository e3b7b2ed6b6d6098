package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import lunchd.fixtures.Answer;
import lunchd.it.support.Child;
import lunchd.it.support.Dist;
import lunchd.it.support.Fixtures;
import lunchd.it.support.Handed;
import lunchd.it.support.JdkClient;
import lunchd.it.support.Lunchd;
import lunchd.it.support.Sources;
import lunchd.it.support.Trees;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The AOT cache and the JVM around it: whatever happens to them, the client gets its lunch. */
class CacheIT {
  private static final String COMPLAINT = "AOT cache";

  /** With a space, which a path may have. */
  @TempDir(factory = SpacedDirectory.class)
  static Path directory;

  private static Dist copy;
  private static byte[] cache;

  @BeforeAll
  static void copyTheDistribution() throws Exception {
    copy = Dist.BUILT.copyTo(directory.resolve("copy"));
    cache = Files.readAllBytes(copy.cache());
  }

  private static Child.Result lunch(Lunchd lunchd) throws Exception {
    Child.Result result = lunchd.pipe("\n");
    Answer.lunch(result.stdout());
    assertEquals(0, result.status(), result.stderr());
    try (Handed handed = lunchd.and(Fixtures.pair("p256")).tcp();
        SSLSocket client = JdkClient.over(handed.socket())) {
      Answer.lunch(JdkClient.exchange(client, Answer.GET));
      assertEquals(
          result.stderr().contains(COMPLAINT), handed.result().stderr().contains(COMPLAINT));
    }
    return result;
  }

  private static String version(Dist dist) throws Exception {
    Child.Result result = Lunchd.with("--version").from(dist).pipe("");
    assertEquals(0, result.status(), result.stderr());
    return result.stdout();
  }

  @Test
  void isInUseInACopyElsewhere() throws Exception {
    Files.write(copy.cache(), cache);
    Child.Result result = lunch(Lunchd.with().from(copy));
    assertEquals(1, result.stderr().lines().count(), result.stderr());
    assertFalse(result.stderr().contains(COMPLAINT), result.stderr());
    assertEquals(version(Dist.BUILT), version(copy));
    assertTrue(version(copy).contains(COMPLAINT), version(copy));
  }

  /** Ways to damage the cache. */
  private enum Harm {
    DELETED,
    EMPTY,
    TRUNCATED_IN_ITS_HEADER,
    TRUNCATED,
    GARBAGE,
    UNREADABLE_KIND;

    void strike(Path file) throws Exception {
      Trees.delete(file);
      if (this == DELETED) {
        return;
      }
      if (this == UNREADABLE_KIND) {
        Files.createDirectory(file);
        return;
      }
      Files.write(file, cache);
      try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
        switch (this) {
          case EMPTY -> opened.setLength(0);
          case TRUNCATED_IN_ITS_HEADER -> opened.setLength(100);
          case TRUNCATED -> opened.setLength(cache.length / 2);
          default -> opened.write("garbage ".repeat(cache.length / 8).getBytes());
        }
      }
    }
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.EnumSource
  void isDoneWithoutWhereItIsBroken(Harm harm) throws Exception {
    String inUse = version(Dist.BUILT);
    harm.strike(copy.cache());
    Child.Result result = lunch(Lunchd.with().from(copy));
    List<String> lines = result.stderr().lines().toList();
    assertEquals(2, lines.size(), "one line on the cache, one on the request: " + lines);
    assertTrue(lines.getFirst().contains(COMPLAINT), lines.getFirst());
    assertFalse(version(copy).equals(inUse), version(copy));
    assertEquals("", lunch(Lunchd.with("--log-level", "error").from(copy)).stderr());
    Trees.delete(copy.cache());
  }

  /** A flipped bit may crash a JVM: the client then gets nothing, and not the JVM's messages. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 9})
  void withAFlippedBitItNeverTalksToTheClient(int divisor) throws Exception {
    byte[] flipped = cache.clone();
    flipped[flipped.length / divisor] ^= 1;
    Trees.delete(copy.cache());
    Files.write(copy.cache(), flipped);
    Child.Result result = Lunchd.with().from(copy).pipe("\n");
    if (result.status() == 0) {
      Answer.lunch(result.stdout());
    } else {
      assertEquals("", result.stdout());
    }
  }

  /** JDK 25 itself does not notice that an image of the same size is a different one. */
  @Test
  void neverRunsOldCode() throws Exception {
    Dist changed = Dist.BUILT.copyTo(directory.resolve("changed"));
    Path sources = Sources.copy(directory.resolve("changed-sources"));
    Sources.replace(sources, "lunchd/lunch/Menu.java", "\"Sandwich\", \"Soup\"", "\"Gruel\"");
    Sources.replace(sources, "lunchd/lunch/Menu.java", ", \"Salad\", \"Burger\", \"Sushi\"", "");
    changed.withClasses(Sources.compile(sources, "lunchd/lunch/Menu.java"));
    changed.withImageOf(Files.size(Dist.BUILT.image()));
    Child.Result result = Lunchd.with().from(changed).pipe("\n");
    assertTrue(Answer.parse(result.stdout()).content().contains("<h1>Gruel</h1>"), "old code");
    assertIsNotOfThisImage(changed, result);
  }

  private static void assertIsNotOfThisImage(Dist dist, Child.Result result) throws Exception {
    assertEquals(0, result.status(), result.stderr());
    assertTrue(result.stderr().lines().toList().getFirst().contains(COMPLAINT), result.stderr());
    assertEquals(2, result.stderr().lines().count(), result.stderr());
    assertEquals("", Lunchd.with("--log-level", "error").from(dist).pipe("\n").stderr());
    assertFalse(version(dist).equals(version(Dist.BUILT)));
  }

  /** The JVM itself rejects the cache if the image has another size. */
  @Test
  void isDoneWithoutForAnImageOfAnotherSize() throws Exception {
    Dist longer = Dist.BUILT.copyTo(directory.resolve("longer"));
    Files.write(longer.image(), new byte[4096], StandardOpenOption.APPEND);
    lunch(Lunchd.with().from(longer));
    assertIsNotOfThisImage(longer, Lunchd.with().from(longer).pipe("\n"));
  }

  /** The cache of this build, with the image of another. */
  @Test
  void isDoneWithoutWhereItEndsInAnotherDigest() throws Exception {
    Dist other = Dist.BUILT.copyTo(directory.resolve("other"));
    other.withOtherDigest();
    lunch(Lunchd.with().from(other));
    assertIsNotOfThisImage(other, Lunchd.with().from(other).pipe("\n"));
  }

  /** A user's handler is on the class path, beside the module. */
  @Test
  void isInUseBesideAJarOnTheClassPath() throws Exception {
    Path jar = directory.resolve("a handler.jar");
    Path file = Files.writeString(directory.resolve("handler.txt"), "handler");
    int status =
        ToolProvider.findFirst("jar")
            .orElseThrow()
            .run(
                System.out,
                System.err,
                "cf",
                jar.toString(),
                "-C",
                directory.toString(),
                file.getFileName().toString());
    assertEquals(0, status);
    Dist beside = Dist.BUILT.copyTo(directory.resolve("beside"));
    beside.withJvmOption("-cp \"" + jar + "\"");
    assertEquals(version(Dist.BUILT), version(beside));
    Child.Result result = lunch(Lunchd.with().from(beside));
    assertEquals(1, result.stderr().lines().count(), result.stderr());
  }

  /**
   * An option that makes the JVM print something, one that it refuses, one that it doesn't
   * understand.
   */
  @ParameterizedTest
  @ValueSource(strings = {"JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS"})
  void noVariableOfTheJvmReachesTheClient(String variable) throws Exception {
    for (String options :
        List.of("-Xlog:all=trace:stdout", "-XshowSettings:all", "-Xmx1k", "-nonsense", "\"")) {
      Child.Result result = lunch(Lunchd.with().set(variable, options));
      assertEquals(1, result.stderr().lines().count(), result.stderr());
    }
  }

  /** The JVM has read the ClientHello and waits for a request when it is killed. */
  @Test
  void aCrashOfTheJvmSaysNothingToTheClient() throws Exception {
    try (Handed handed = Lunchd.with(Fixtures.pair("p256")).tcp();
        SSLSocket client = JdkClient.over(handed.socket(), "TLSv1.2")) {
      client.startHandshake();
      try (Child kill = Child.start("kill", "-SEGV", Long.toString(handed.child().pid()))) {
        assertEquals(0, kill.result().status());
      }
      assertEquals("", handed.receive());
      Child.Result result = handed.child().result();
      assertNotEquals(0, result.status(), "the unit must fail");
      assertEquals("", result.stdout());
      try (Stream<Path> files = Files.list(handed.child().directory())) {
        assertEquals(List.of("stderr"), files.map(file -> file.getFileName().toString()).toList());
      }
      Path report =
          Path.of(
              System.getProperty("java.io.tmpdir"),
              "hs_err_pid%d.log".formatted(handed.child().pid()));
      assertFalse(Files.exists(report), report.toString());
    }
  }

  /** Makes the temporary directory. */
  static final class SpacedDirectory implements org.junit.jupiter.api.io.TempDirFactory {
    @Override
    public Path createTempDirectory(
        org.junit.jupiter.api.extension.AnnotatedElementContext element,
        org.junit.jupiter.api.extension.ExtensionContext context)
        throws java.io.IOException {
      return Files.createTempDirectory("lunchd it ");
    }
  }
}
