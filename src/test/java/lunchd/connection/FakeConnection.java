package lunchd.connection;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A simulated client: what it sends piece by piece, and what happens after that. */
public final class FakeConnection implements Connection {
  /** What fd 0 is. */
  public enum Kind {
    TCP,
    UNIX,
    PIPE
  }

  /** What happens once all has been sent. */
  public enum End {
    /** The client ends its output. */
    END_OF_INPUT,
    /** It says nothing until the deadline. */
    SILENCE,
    /** It resets the connection. */
    RESET,
    /** The transport has a bug. */
    BUG
  }

  private final Kind kind;
  private final End end;
  private final Deque<ByteBuffer> pieces = new ArrayDeque<>();
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final List<String> events = new ArrayList<>();

  public FakeConnection(Kind kind, End end, byte[]... pieces) {
    this.kind = kind;
    this.end = end;
    for (byte[] piece : pieces) {
      if (piece.length > 0) {
        this.pieces.add(ByteBuffer.wrap(piece));
      }
    }
  }

  /** Makes a client that sends {@code text} and ends like that. */
  public static FakeConnection of(Kind kind, End end, String text) {
    return new FakeConnection(kind, end, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Makes a client that sends its octets one by one and ends like that. */
  public static FakeConnection octetByOctet(Kind kind, End end, byte[] octets) {
    byte[][] pieces = new byte[octets.length][];
    for (int i = 0; i < pieces.length; i++) {
      pieces[i] = new byte[] {octets[i]};
    }
    return new FakeConnection(kind, end, pieces);
  }

  /** Returns everything that was sent to the client. */
  public byte[] written() {
    return written.toByteArray();
  }

  /** Returns all calls except reads, such as {@code write}, in order. */
  public List<String> events() {
    return events;
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    ByteBuffer piece = pieces.peek();
    if (piece == null) {
      return switch (end) {
        case END_OF_INPUT -> -1;
        case SILENCE -> throw new DeadlineExceeded("nothing more came from the client in time");
        case RESET -> throw new IOException("Connection reset");
        case BUG -> throw new IllegalStateException("a bug");
      };
    }
    int n = Math.min(dst.remaining(), piece.remaining());
    dst.put(piece.slice(piece.position(), n));
    piece.position(piece.position() + n);
    if (!piece.hasRemaining()) {
      pieces.remove();
    }
    return n;
  }

  @Override
  public void write(ByteBuffer src) {
    events.add("write");
    while (src.hasRemaining()) {
      written.write(src.get());
    }
  }

  @Override
  public void shutdownOutput() {
    events.add("shutdownOutput");
  }

  @Override
  public int drain() {
    events.add("drain");
    int count = pieces.stream().mapToInt(ByteBuffer::remaining).sum();
    pieces.clear();
    return count;
  }

  @Override
  public boolean isSocket() {
    return kind != Kind.PIPE;
  }

  @Override
  public boolean isNetwork() {
    return kind == Kind.TCP;
  }

  @Override
  public InetSocketAddress address() {
    return kind == Kind.TCP ? new InetSocketAddress("192.0.2.7", 49152) : null;
  }

  @Override
  public String peer() {
    return switch (kind) {
      case TCP -> "192.0.2.7:49152";
      case UNIX -> "unix";
      case PIPE -> "pipe";
    };
  }
}
