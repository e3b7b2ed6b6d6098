package lunchd.connection;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Two ends of one connection.
 *
 * @param server lunchd's end
 * @param client the client's end, in blocking mode
 */
public record SocketPair(SocketChannel server, SocketChannel client) implements AutoCloseable {
  /** Connects over loopback: {@code 127.0.0.1} or {@code ::1}. */
  public static SocketPair tcp(String address) throws IOException {
    try (ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(InetAddress.ofLiteral(address), 0));
      SocketChannel client = SocketChannel.open(listener.getLocalAddress());
      return new SocketPair(listener.accept(), client);
    }
  }

  /** Connects over a Unix socket. */
  public static SocketPair unix() throws IOException {
    Path directory = Files.createTempDirectory("lunchd");
    Path path = directory.resolve("socket");
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(path));
      SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path));
      return new SocketPair(listener.accept(), client);
    } finally {
      Files.deleteIfExists(path);
      Files.delete(directory);
    }
  }

  @Override
  public void close() throws IOException {
    client.close();
    server.close();
  }
}
