package lunchd.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** The kind of reader at the other end of fd 2. */
enum Stderr {
  /** The connection itself, as under inetd: a line there would go to the client. */
  CLIENT,
  /** The journal, which reads a line's priority from its beginning: sd-daemon(3). */
  JOURNAL,
  /** A terminal, a file or a pipe. */
  TEXT;

  /** Looks at fd 2; see the other. */
  static Stderr find(String journalStream) {
    return find(journalStream, Path.of("/proc/self/fd"));
  }

  /**
   * Looks at fd 2.
   *
   * @param journalStream the variable JOURNAL_STREAM, or null: device and inode of the journal's
   *     socket, see systemd.exec(5); whatever a desktop session starts inherits it, so it counts
   *     only where it names fd 2. Where there is no /proc to tell, as in a sandbox, it is believed.
   * @param descriptors where the descriptors of this process are links
   */
  static Stderr find(String journalStream, Path descriptors) {
    Path fd2 = descriptors.resolve("2");
    if (!Files.exists(fd2, LinkOption.NOFOLLOW_LINKS)) {
      return journalStream == null ? TEXT : JOURNAL;
    }
    try {
      String stderr = identity(fd2);
      if (journalStream != null && journalStream.equals(stderr)) {
        return JOURNAL;
      }
      boolean isSocket = Files.readSymbolicLink(fd2).toString().startsWith("socket:");
      return isSocket && stderr.equals(identity(descriptors.resolve("0"))) ? CLIENT : TEXT;
    } catch (IOException e) {
      return TEXT; // fd 2 is closed, so nothing that is written there can reach the client
    }
  }

  private static String identity(Path file) throws IOException {
    return Files.getAttribute(file, "unix:dev") + ":" + Files.getAttribute(file, "unix:ino");
  }
}
