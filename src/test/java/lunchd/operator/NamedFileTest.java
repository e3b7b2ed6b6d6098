package lunchd.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The message about a file that can't be read, on the host and in the unit's sandbox. */
final class NamedFileTest {
  @TempDir private Path directory;

  private String refusal(Path file, Path sandbox) {
    Misconfiguration error =
        assertThrows(
            Misconfiguration.class, () -> NamedFile.read("--menu", file, sandbox.toFile()));
    assertEquals(ExitStatus.NO_INPUT, error.status());
    return error.getMessage();
  }

  @Test
  void onTheHostItIsToBeReadable() {
    Path none = directory.resolve("none");
    assertEquals(
        "--menu " + none + " can't be read (No such file or directory); name a readable file",
        refusal(none, none));
  }

  @Test
  void inTheSandboxTheHostMayHaveIt() throws Exception {
    Path none = directory.resolve("none");
    Path sandbox = Files.createFile(directory.resolve("lunchd.jar"));
    String said = refusal(none, sandbox);
    assertTrue(said.contains("root directory has none of the host's files"), said);
    assertTrue(said.endsWith("LoadCredential=NAME:FILE, and name %d/NAME here"), said);
    assertTrue(refusal(directory, sandbox).endsWith("; name a readable file"));
  }

  /** The kernel may refuse the first read of an open file, with a message that names no file. */
  @Test
  void theReasonIsSaidAlsoWhereItIsReadThatFails() {
    Path memory = Path.of("/proc/self/mem");
    assertEquals(
        "--menu /proc/self/mem can't be read (Input/output error); name a readable file",
        refusal(memory, directory));
  }

  @Test
  void aFileMayHave256KiBAndNoMore() throws Exception {
    Path file = Files.write(directory.resolve("menu"), new byte[256 * 1024]);
    assertEquals(256 * 1024, NamedFile.read("--menu", file).length);
    Files.write(file, new byte[256 * 1024 + 1]);
    Misconfiguration error =
        assertThrows(Misconfiguration.class, () -> NamedFile.read("--menu", file));
    assertEquals(ExitStatus.CONFIG, error.status());
    assertEquals(
        "--menu " + file + " is over 256 KiB, too large for what it should be; name the right file",
        error.getMessage());
  }
}
