package lunchd.connection;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import jdk.net.ExtendedSocketOptions;

/** A connected stream socket, TCP or Unix, read and written without blocking past the deadline. */
final class SocketConnection implements Connection {
  private static final int DRAIN_BUFFER = 64 * 1024;

  /** The most that is read from a client after its answer, in bytes. */
  private static final int MOST_DRAINED = 256 * 1024;

  /** How long this goes on, in milliseconds. */
  private static final long LONGEST_DRAIN = 2_000;

  /** How long the client may be silent meanwhile, in milliseconds. */
  private static final long SILENCE = 1_000;

  private final SocketChannel channel;
  private final Deadline deadline;
  private final InetSocketAddress address; // null for a Unix socket
  private final String peer;

  /**
   * Whether to acknowledge what the client sends without delay: one that leaves Nagle's algorithm
   * on holds its request back until its Finished is acknowledged, 40 ms otherwise.
   */
  private final boolean acknowledgesAtOnce;

  private SelectionKey key; // registered at the first wait: most writes need none

  SocketConnection(SocketChannel channel, Deadline deadline) throws IOException {
    this.channel = channel;
    this.deadline = deadline;
    if (channel.getRemoteAddress() instanceof InetSocketAddress tcp) {
      this.address = tcp;
      peer = Connections.peer(tcp);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      // In a sandbox without socket(2) the JDK takes it for unsupported.
      acknowledgesAtOnce = channel.supportedOptions().contains(ExtendedSocketOptions.TCP_QUICKACK);
    } else {
      this.address = null;
      peer = "unix";
      acknowledgesAtOnce = false;
    }
    channel.configureBlocking(false);
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    return read(dst, deadline);
  }

  private int read(ByteBuffer dst, Deadline until) throws IOException {
    if (until.millisLeft() <= 0) { // or a client that never stops sending would not be cut off
      throw new DeadlineExceeded("the client was still sending when its time was over");
    }
    int n;
    while ((n = channel.read(dst)) == 0) {
      await(SelectionKey.OP_READ, until, "nothing more came from the client in time");
    }
    return n;
  }

  @Override
  public void write(ByteBuffer src) throws IOException {
    while (src.hasRemaining()) {
      if (channel.write(src) == 0) {
        await(SelectionKey.OP_WRITE, deadline, "the client did not take the response in time");
      }
    }
  }

  private void await(int operation, Deadline until, String ifLate) throws IOException {
    if (operation == SelectionKey.OP_READ && acknowledgesAtOnce) {
      channel.setOption(ExtendedSocketOptions.TCP_QUICKACK, true); // the kernel forgets it
    }
    if (key == null) {
      key = channel.register(selector(), operation);
    }
    key.interestOps(operation);
    long millis = until.millisLeft();
    if (millis <= 0) {
      throw new DeadlineExceeded(ifLate);
    }
    key.selector().select(millis); // in any case the channel is tried again
  }

  /** An error here is not the client's. */
  private static Selector selector() {
    try {
      return Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "can't wait for a client (" + e.getMessage() + "); raise LimitNOFILE= or ulimit -n", e);
    }
  }

  /** Not {@code close()}: that would point fds 0 to 2 at /dev/null and silence the log. */
  @Override
  public void shutdownOutput() throws IOException {
    channel.shutdownOutput();
  }

  @Override
  public int drain() {
    Deadline end = Deadline.after(Math.min(deadline.millisLeftToAnswer(), LONGEST_DRAIN));
    ByteBuffer forgotten = ByteBuffer.allocateDirect(DRAIN_BUFFER);
    int drained = 0;
    try {
      while (drained < MOST_DRAINED) {
        forgotten.clear().limit(Math.min(DRAIN_BUFFER, MOST_DRAINED - drained));
        int n = read(forgotten, Deadline.after(Math.min(end.millisLeft(), SILENCE)));
        if (n < 0) {
          break;
        }
        drained += n;
      }
    } catch (IOException | UncheckedIOException e) {
      return drained; // it fell silent, or can't be waited for: it is over either way
    }
    return drained;
  }

  @Override
  public void firstMessageIsWhole() {
    deadline.relax();
  }

  @Override
  public boolean isSocket() {
    return true;
  }

  @Override
  public boolean isNetwork() {
    return address != null;
  }

  @Override
  public InetSocketAddress address() {
    return address;
  }

  @Override
  public String peer() {
    return peer;
  }
}
