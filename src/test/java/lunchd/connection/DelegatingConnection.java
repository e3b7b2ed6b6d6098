package lunchd.connection;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** Wraps a connection, so that a test can change one or two methods. */
public abstract class DelegatingConnection implements Connection {
  private final Connection other;

  protected DelegatingConnection(Connection other) {
    this.other = other;
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    return other.read(dst);
  }

  @Override
  public void write(ByteBuffer src) throws IOException {
    other.write(src);
  }

  @Override
  public void shutdownOutput() throws IOException {
    other.shutdownOutput();
  }

  @Override
  public boolean isSocket() {
    return other.isSocket();
  }

  @Override
  public boolean isNetwork() {
    return other.isNetwork();
  }

  @Override
  public InetSocketAddress address() {
    return other.address();
  }

  @Override
  public String peer() {
    return other.peer();
  }
}
