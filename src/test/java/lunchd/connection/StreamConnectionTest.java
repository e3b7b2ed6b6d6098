package lunchd.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class StreamConnectionTest {
  private static final Deadline LONG = Deadline.after(600_000);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @Test
  void isNoSocket() {
    Connection connection = Connections.of(InputStream.nullInputStream(), out, LONG);
    assertFalse(connection.isSocket());
    assertFalse(connection.isNetwork());
    assertEquals("pipe", connection.peer());
    assertNull(connection.protocol());
    assertNull(connection.address());
  }

  @Test
  void bothWays() throws IOException {
    Connection connection =
        Connections.of(new ByteArrayInputStream(new byte[] {1, 2, 3, 4, 5}), out, LONG);
    ByteBuffer buffer = ByteBuffer.allocate(3);
    assertEquals(3, connection.read(buffer));
    assertEquals(2, connection.read(buffer.clear()));
    assertEquals(ByteBuffer.wrap(new byte[] {4, 5}), buffer.flip());
    assertEquals(-1, connection.read(buffer.clear()));
    connection.write(StandardCharsets.US_ASCII.encode("soup."));
    connection.shutdownOutput(); // leaves stdout open for others
    connection.drain();
    connection.write(StandardCharsets.US_ASCII.encode("!"));
    assertEquals("soup.!", out.toString(StandardCharsets.US_ASCII));
  }

  @Test
  void aPipeThatNeverDeliversIsCutOff() throws IOException {
    CompletableFuture<Thread> reader = new CompletableFuture<>();
    try (PipedOutputStream silent = new PipedOutputStream();
        PipedInputStream in =
            new PipedInputStream(silent) {
              @Override
              public synchronized int read(byte[] octets, int start, int length)
                  throws IOException {
                reader.complete(Thread.currentThread());
                return super.read(octets, start, length);
              }
            }) {
      do { // again if the deadline has passed before there was a thread
        Connection connection = Connections.of(in, out, Deadline.after(20));
        assertThrows(DeadlineExceeded.class, () -> connection.read(ByteBuffer.allocate(1)));
      } while (!reader.isDone());
      assertTrue(
          reader.join().isDaemon(), "a thread that still reads must not keep the process alive");
    }
  }

  @Test
  void aPipeThatNeverStopsIsCutOff() {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 'a';
          }
        };
    Connection connection = Connections.of(endless, out, Deadline.after(20));
    ByteBuffer buffer = ByteBuffer.allocate(1);
    assertThrows(
        DeadlineExceeded.class,
        () -> {
          Deadline patience = Deadline.after(10_000);
          while (patience.millisLeft() > 0) {
            connection.read(buffer.clear());
          }
        });
  }

  @Test
  void aPipeThatNobodyReadsIsCutOff() throws IOException {
    try (PipedInputStream unread = new PipedInputStream();
        OutputStream full = new PipedOutputStream(unread)) {
      Connection connection =
          Connections.of(InputStream.nullInputStream(), full, Deadline.after(20));
      assertThrows(DeadlineExceeded.class, () -> connection.write(ByteBuffer.allocate(1_000_000)));
    }
  }

  @Test
  void aLateAnswerMayLeave() throws IOException {
    Connection connection = Connections.of(InputStream.nullInputStream(), out, Deadline.after(-1));
    assertThrows(DeadlineExceeded.class, () -> connection.read(ByteBuffer.allocate(1)));
    connection.write(StandardCharsets.US_ASCII.encode("late"));
    assertEquals("late", out.toString(StandardCharsets.US_ASCII));
  }

  @Test
  void anInterruptIsAnError() throws IOException {
    try (PipedOutputStream silent = new PipedOutputStream();
        PipedInputStream in = new PipedInputStream(silent)) {
      Connection connection = Connections.of(in, out, LONG);
      Thread.currentThread().interrupt();
      IOException error =
          assertThrows(IOException.class, () -> connection.read(ByteBuffer.allocate(1)));
      assertInstanceOf(InterruptedException.class, error.getCause());
    }
  }

  @Test
  void errorsOfTheStreamsComeThrough() {
    IOException broken = new IOException("Broken pipe");
    InputStream in =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw broken;
          }
        };
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int octet) throws IOException {
            throw broken;
          }
        };
    Connection connection = Connections.of(in, full, LONG);
    assertSame(
        broken, assertThrows(IOException.class, () -> connection.read(ByteBuffer.allocate(1))));
    assertSame(
        broken, assertThrows(IOException.class, () -> connection.write(ByteBuffer.allocate(1))));
  }
}
