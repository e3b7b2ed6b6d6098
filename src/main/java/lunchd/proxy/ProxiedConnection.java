package lunchd.proxy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import lunchd.connection.Connection;
import lunchd.connection.Connections;
import lunchd.connection.DeadlineExceeded;

/** A connection through a proxy, which has said who its client is. */
public final class ProxiedConnection implements Connection {
  private final Connection wire;
  private final boolean isLocal;
  private final InetSocketAddress address;
  private final String peer;

  private ProxiedConnection(Connection wire, ProxyHeader header) {
    this.wire = wire;
    this.isLocal = header.isLocal();
    if (header.client() != null) {
      address = header.client();
      peer = Connections.peer(address);
    } else if (header.isUnix()) {
      address = null;
      peer = "unix";
    } else {
      address = wire.address();
      peer = wire.peer();
    }
  }

  /**
   * Reads the header of the PROXY protocol, with which such a connection begins.
   *
   * @param wire the connection to the proxy
   * @param received takes what comes; what follows the header is there afterwards
   * @param senders the senders to believe
   * @return the connection to the client
   * @throws ProxyFailure if there is no such header, or it is from another sender; nothing has been
   *     written
   */
  public static ProxiedConnection accept(Connection wire, ByteBuffer received, Senders senders)
      throws IOException {
    if (!senders.have(wire)) {
      throw new ProxyFailure("not from --proxy-protocol " + senders);
    }
    ProxyHeader header = new ProxyHeader();
    try {
      while (!header.parse(received)) {
        if (wire.receive(received) < 0) {
          throw new ProxyFailure(
              header.hasBegun()
                  ? "the PROXY header is incomplete"
                  : "the proxy left without a PROXY header");
        }
      }
    } catch (DeadlineExceeded e) {
      throw new ProxyFailure("no complete PROXY header came in time");
    }
    return new ProxiedConnection(wire, header);
  }

  /**
   * {@return whether the proxy connects for itself, as for a health check (LOCAL), and has no
   * client}
   */
  public boolean isLocal() {
    return isLocal;
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    return wire.read(dst);
  }

  @Override
  public void write(ByteBuffer src) throws IOException {
    wire.write(src);
  }

  @Override
  public void shutdownOutput() throws IOException {
    wire.shutdownOutput();
  }

  @Override
  public int drain() {
    return wire.drain();
  }

  @Override
  public void firstMessageIsWhole() {
    wire.firstMessageIsWhole();
  }

  @Override
  public boolean isSocket() {
    return wire.isSocket();
  }

  /** This is about the connection from the proxy; the header says nothing about the one to it. */
  @Override
  public boolean isNetwork() {
    return wire.isNetwork();
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
