package lunchd.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tinylog.Level;
import org.tinylog.core.LogEntry;

/** What reads fd 2, which a fake /proc/self/fd tells, and the format each reader gets. */
final class StderrTest {
  private static final String STAMP = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ ";

  @TempDir private Path descriptors;

  /** Makes a descriptor a link to a file in the same directory. */
  private void open(int descriptor, String file) throws IOException {
    Path opened = descriptors.resolve(file);
    if (!Files.exists(opened)) {
      Files.createFile(opened);
    }
    Files.createSymbolicLink(descriptors.resolve(Integer.toString(descriptor)), Path.of(file));
  }

  private String journalStream(String file) throws IOException {
    Path opened = descriptors.resolve(file);
    return Files.getAttribute(opened, "unix:dev") + ":" + Files.getAttribute(opened, "unix:ino");
  }

  @ParameterizedTest
  @CsvSource({
    "socket:[7], socket:[7], CLIENT",
    "socket:[7], socket:[8], TEXT",
    "socket:[7], null,       TEXT",
    "null,       null,       TEXT",
    "terminal,   terminal,   TEXT",
  })
  void itIsTheClientOnlyWhereFds0And2AreTheSameSocket(String stdin, String stderr, Stderr reader)
      throws IOException {
    open(0, stdin);
    open(2, stderr);
    assertEquals(reader, Stderr.find(null, descriptors));
    assertEquals(reader, Stderr.find("1:2", descriptors));
  }

  @Test
  void itIsTheJournalOnlyWhereJournalStreamNamesIt() throws IOException {
    open(0, "socket:[7]");
    open(2, "socket:[8]");
    String identity = journalStream("socket:[8]");
    assertEquals(Stderr.JOURNAL, Stderr.find(identity, descriptors));
    for (String other :
        new String[] {null, "", "1:" + identity, identity + "1", journalStream("socket:[7]")}) {
      assertEquals(Stderr.TEXT, Stderr.find(other, descriptors), other);
    }
  }

  @Test
  void withoutProcJournalStreamIsBelieved() {
    assertEquals(Stderr.JOURNAL, Stderr.find("1:2", descriptors));
    assertEquals(Stderr.TEXT, Stderr.find(null, descriptors));
  }

  @Test
  void whatCannotBeLookedAtIsText() throws IOException {
    Files.createSymbolicLink(descriptors.resolve("2"), Path.of("socket:[gone]"));
    assertEquals(Stderr.TEXT, Stderr.find("1:2", descriptors));
  }

  /**
   * Reads the test's own fd 2. Whatever it is, it counts as the journal if JOURNAL_STREAM names it.
   */
  @Test
  void ofThisProcessItIsReadInProc() throws IOException {
    Path stderr = Path.of("/proc/self/fd/2");
    String identity =
        Files.getAttribute(stderr, "unix:dev") + ":" + Files.getAttribute(stderr, "unix:ino");
    assertEquals(Stderr.JOURNAL, Stderr.find(identity));
    assertEquals(Stderr.TEXT, Stderr.find(null));
  }

  private static String line(Stderr reader, Level severity) {
    return StderrWriter.line(
        reader,
        new LogEntry(null, null, Map.of(), null, null, null, 0, null, severity, "lunch", null));
  }

  /** sd-daemon(3) has the priorities of syslog(3); a request, at info, is a notice. */
  @ParameterizedTest
  @CsvSource({"ERROR, 3", "WARN, 4", "INFO, 5", "DEBUG, 7", "TRACE, 7"})
  void theJournalGetsAPriority(Level severity, int priority) {
    assertEquals("<" + priority + ">lunch\n", line(Stderr.JOURNAL, severity));
    Log.configure("info", true);
    assertEquals("<" + priority + ">lunch\n", line(Stderr.JOURNAL, severity));
  }

  @Test
  void textHasTimeAndLevelUnlessItIsJsonAndHasThemAlready() {
    String line = line(Stderr.TEXT, Level.WARN);
    assertTrue(line.matches(STAMP + "WARN lunchd: lunch\n"), line);
    Log.configure("info", true);
    assertEquals("lunch\n", line(Stderr.TEXT, Level.WARN));
  }

  @ParameterizedTest
  @CsvSource({"ERROR, false", "INFO, true"})
  void aClientGetsNothing(Level severity, boolean isJson) {
    Log.configure("info", isJson);
    assertEquals("", line(Stderr.CLIENT, severity));
  }
}
