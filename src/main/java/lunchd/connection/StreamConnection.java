package lunchd.connection;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * stdin and stdout as two streams, if they are not a socket but a pipe, a file or a terminal. A
 * blocking read or write can't be given a time-out, so each is done by a daemon thread while this
 * one waits for it until the deadline.
 */
final class StreamConnection implements Connection {
  private final InputStream in;
  private final OutputStream out;
  private final Deadline deadline;

  StreamConnection(InputStream in, OutputStream out, Deadline deadline) {
    this.in = in;
    this.out = out;
    this.deadline = deadline;
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    byte[] bytes = new byte[dst.remaining()];
    int n = new Transfer(true, bytes).await(deadline.millisLeft());
    if (n > 0) {
      dst.put(bytes, 0, n);
    }
    return n;
  }

  @Override
  public void write(ByteBuffer src) throws IOException {
    byte[] bytes = new byte[src.remaining()];
    src.get(bytes);
    new Transfer(false, bytes).await(deadline.millisLeftToAnswer());
  }

  @Override
  public void shutdownOutput() {
    // Exit does it: stdout may be a terminal or a file that others continue to write to.
  }

  @Override
  public String peer() {
    return "pipe";
  }

  /** One blocking call on its own thread. */
  private final class Transfer extends Thread {
    private final boolean isRead;
    private final byte[] bytes;
    private int count; // of what was read
    private IOException failure;

    Transfer(boolean isRead, byte[] bytes) {
      super(isRead ? "read stdin" : "write stdout");
      setDaemon(true);
      this.isRead = isRead;
      this.bytes = bytes;
    }

    @Override
    public void run() {
      try {
        if (isRead) {
          count = in.read(bytes);
        } else {
          out.write(bytes);
        }
      } catch (IOException e) {
        failure = e;
      }
    }

    int await(long millis) throws IOException {
      if (millis > 0) {
        start();
        try {
          join(millis);
        } catch (InterruptedException e) {
          throw new IOException("interrupted: " + getName(), e); // nobody interrupts this thread
        }
      }
      if (millis <= 0 || isAlive()) {
        throw new DeadlineExceeded("too late: " + getName());
      }
      if (failure != null) {
        throw failure;
      }
      return count;
    }
  }
}
