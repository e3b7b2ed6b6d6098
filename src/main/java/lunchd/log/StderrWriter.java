package lunchd.log;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumSet;
import org.tinylog.Level;
import org.tinylog.core.LogEntry;
import org.tinylog.core.LogEntryValue;
import org.tinylog.writers.Writer;

/** Writes each entry as one line to fd 2, in one call, in the form that its reader expects. */
final class StderrWriter implements Writer {
  private final FileOutputStream stderr = new FileOutputStream(FileDescriptor.err);
  private final Stderr reader = Stderr.find(System.getenv("JOURNAL_STREAM"));

  @Override
  public Collection<LogEntryValue> getRequiredLogEntryValues() {
    return EnumSet.of(LogEntryValue.LEVEL, LogEntryValue.MESSAGE);
  }

  @Override
  public void write(LogEntry entry) throws IOException {
    stderr.write(line(reader, entry).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Returns a line as its reader expects it, with a line end; an empty string if the reader is the
   * client.
   */
  static String line(Stderr reader, LogEntry entry) {
    return switch (reader) {
      case CLIENT -> "";
      case JOURNAL -> "<" + priority(entry.getLevel()) + ">" + entry.getMessage() + "\n";
      case TEXT -> (Log.isJson() ? "" : stamp(entry)) + entry.getMessage() + "\n";
    };
  }

  private static String stamp(LogEntry entry) {
    return Timestamp.inSeconds(Instant.now()) + " " + entry.getLevel() + " lunchd: ";
  }

  /**
   * The priorities of syslog(3), as in sd-daemon(3). A request is a notice, so that the journal can
   * drop systemd's own messages about it, which are at info.
   */
  private static int priority(Level level) {
    return switch (level) {
      case ERROR -> 3;
      case WARN -> 4;
      case DEBUG, TRACE -> 7;
      default -> 5;
    };
  }

  @Override
  public void flush() {
    // every entry is written through
  }

  @Override
  public void close() {
    // fd 2 ends with the process
  }
}
