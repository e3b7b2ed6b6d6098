package lunchd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import lunchd.aot.AotCache;
import lunchd.fixtures.Jars;
import lunchd.fixtures.LogCapture;
import lunchd.http.Handler;
import lunchd.operator.Arguments;
import lunchd.operator.ExitStatus;
import lunchd.operator.Service;
import org.apache.commons.cli.Options;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From arguments to exit status, when there is no client to serve. */
final class MainTest {
  private final PrintStream stdout = System.out;
  private final ClassLoader loader = Thread.currentThread().getContextClassLoader();
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  @BeforeEach
  void capture() {
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void restore() {
    System.setOut(stdout);
    Thread.currentThread().setContextClassLoader(loader);
  }

  private static ExitStatus run(String... args) {
    return Main.run(AotCache.State.UNKNOWN, args);
  }

  private String printed() {
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void helpVersionAndCheckPrintAndEndWith0() {
    assertEquals(ExitStatus.OK, run("--help"));
    assertTrue(printed().contains("--certificate"), printed());
    printed.reset();
    assertEquals(ExitStatus.OK, run("--version"));
    assertTrue(printed().matches("lunchd [0-9.]+, AOT cache not in use\n"), printed());
    printed.reset();
    assertEquals(ExitStatus.OK, run("--check"));
    assertTrue(printed().startsWith("serves: HTTP"), printed());
    assertEquals(List.of(), LogCapture.take());
  }

  @Test
  void theVersionTellsOfTheCache() {
    assertEquals(ExitStatus.OK, Main.run(AotCache.State.IN_USE, "--version"));
    assertTrue(printed().endsWith(", AOT cache in use\n"), printed());
    assertEquals(List.of(), LogCapture.take());
  }

  @ParameterizedTest
  @CsvSource({"STALE", "MISSING"})
  void aCacheOfNoUseIsWarnedOf(AotCache.State state) {
    assertEquals(ExitStatus.OK, Main.run(state, "--version"));
    assertEquals(
        "WARN " + state.complaint() + ", so lunchd is slow; reinstall it", LogCapture.takeOne());
    Main.run(state, "--version", "--log-level=error");
    assertEquals(List.of(), LogCapture.take());
  }

  /** A test's stdin is no socket. */
  @Test
  void aSignerWantsASocketThatListens() {
    String pair = "test-fixtures/tls/p256-";
    assertEquals(
        ExitStatus.CONFIG,
        run("--sign", "--key=" + pair + "key.pem", "--certificate=" + pair + "chain.pem"));
    assertEquals(
        "ERROR stdin is not a listening socket, which --sign needs; set Accept=no in the .socket"
            + " unit",
        LogCapture.takeOne());
  }

  // --- Errors ---------------------------------------------------------------------------------

  /** Whether there is a client to tell, or it is a command that has none. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " --check",
        " -help",
        " --version",
        " --proxy-protocol unix",
        " -proxy-protocol=unix"
      })
  void whatIsNotUnderstoodIs64AndOneLine(String more) {
    assertEquals(ExitStatus.USAGE, run(("--dinner" + more).split(" ")));
    String line = LogCapture.takeOne();
    assertTrue(line.startsWith("ERROR ") && line.contains("--dinner"), line);
    assertEquals("", printed());
  }

  @Test
  void anErrorIsInTheFormatThatIsAskedForEvenIfNothingElseIsUnderstood() {
    assertEquals(ExitStatus.USAGE, run("--dinner", "--log-format=json"));
    String line = LogCapture.takeOne();
    assertTrue(line.startsWith("ERROR {\"time\":") && line.contains("--dinner"), line);
  }

  @Test
  void whatAnOperatorNamedIsOneLineWhateverIsInIt() {
    assertEquals(ExitStatus.NO_INPUT, run("--check", "--menu", "/none\nERROR forged"));
    String line = LogCapture.takeOne();
    assertTrue(line.startsWith("ERROR --menu /none\\x0aERROR forged can't be read ("), line);
  }

  /** A service with a bug, in lunchd itself. */
  public static final class Buggy implements Service {
    @Override
    public Options options() {
      throw new IllegalStateException("a bug");
    }

    @Override
    public Handler open(Arguments arguments) {
      return null;
    }
  }

  /** Another one, which shows only when the service is opened and has no stack trace. */
  public static final class Fatal implements Service {
    @Override
    public Handler open(Arguments arguments) {
      Error error = new StackOverflowError();
      error.setStackTrace(new StackTraceElement[0]);
      throw error;
    }
  }

  @Test
  void aBugIs70AndOneLineWithItsPlace() {
    assertEquals(ExitStatus.SOFTWARE, run("--check", "--handler=lunchd.MainTest$Buggy"));
    String line = LogCapture.takeOne();
    assertTrue(
        line.startsWith(
            "ERROR a bug in lunchd: java.lang.IllegalStateException: a bug at"
                + " lunchd.MainTest$Buggy.options("),
        line);
    assertEquals(ExitStatus.SOFTWARE, run("--check", "--handler=lunchd.MainTest$Fatal"));
    assertEquals("ERROR a bug in lunchd: java.lang.StackOverflowError", LogCapture.takeOne());
    assertEquals("", printed());
  }

  @Test
  void aBugIsInTheFormatThatIsAskedForToo() {
    assertEquals(ExitStatus.SOFTWARE, run("--handler=lunchd.MainTest$Buggy", "--log-format=json"));
    String line = LogCapture.takeOne();
    assertTrue(line.startsWith("ERROR {\"time\":") && line.contains("a bug in lunchd"), line);
  }

  @Test
  void aServiceOfAJarThatFailsIsToldFromABug(@TempDir Path directory) throws Exception {
    Path jar =
        Jars.jar(
            directory,
            "odd",
            """
            package odd;

            public final class Odd implements lunchd.operator.Service {
              public lunchd.http.Handler open(lunchd.operator.Arguments arguments) {
                throw new IllegalStateException("no water");
              }
            }
            """);
    assertEquals(ExitStatus.SOFTWARE, run("--check", "--jar=" + jar, "--handler=odd.Odd"));
    assertEquals(
        "ERROR the service failed: java.lang.IllegalStateException: no water at"
            + " odd.Odd.open(Odd.java:5)",
        LogCapture.takeOne());
  }
}
