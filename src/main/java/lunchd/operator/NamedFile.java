package lunchd.operator;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;

/** Reads the files that the command line names. */
public final class NamedFile {
  /** Larger than any key, chain or menu, in octets: anything larger is the wrong file. */
  public static final int MAX_SIZE = 256 * 1024;

  /** Exists if the root directory is the distribution itself, as in the unit's sandbox. */
  private static final File SANDBOX = new File("/lib/jvm.args");

  private NamedFile() {}

  /**
   * Reads a whole file.
   *
   * @param option the option that named it, for the error
   * @param file what it named
   * @return what is in the file
   * @throws Misconfiguration 66 if it can't be read, 78 if it is larger than {@link #MAX_SIZE}
   */
  public static byte[] read(String option, Path file) throws Misconfiguration {
    return read(option, file, SANDBOX);
  }

  /** Does it; {@code sandbox} is there where the host's files are not. */
  static byte[] read(String option, Path file, File sandbox) throws Misconfiguration {
    byte[] octets;
    try (FileInputStream in = new FileInputStream(file.toString())) {
      octets = in.readNBytes(MAX_SIZE + 1);
    } catch (IOException e) {
      throw new Misconfiguration(
          ExitStatus.NO_INPUT,
          option
              + " "
              + file
              + " can't be read ("
              + reason(file.toString(), e)
              + "); "
              + fix(file, sandbox));
    }
    if (octets.length > MAX_SIZE) {
      throw new Misconfiguration(
          ExitStatus.CONFIG,
          option
              + " "
              + file
              + " is over 256 KiB, too large for what it should be;"
              + " name the right file");
    }
    return octets;
  }

  private static String fix(Path file, File sandbox) {
    return sandbox.exists() && !file.toFile().exists()
        ? "the unit's root directory has none of the host's files:"
            + " bring it in by LoadCredential=NAME:FILE, and name %d/NAME here"
        : "name a readable file";
  }

  /**
   * Returns why a file can't be read. FileNotFoundException says "FILE (REASON)", which would
   * repeat the file's name.
   *
   * @param file the file, as it was named
   * @param e what reading it ended with
   * @return the reason alone
   */
  public static String reason(String file, IOException e) {
    String message = String.valueOf(e.getMessage());
    String prefix = file + " (";
    return message.startsWith(prefix)
        ? message.substring(prefix.length(), message.length() - 1)
        : message;
  }
}
