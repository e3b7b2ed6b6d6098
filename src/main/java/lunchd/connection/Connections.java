package lunchd.connection;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import lunchd.log.Log;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;

/** Makes connections, in the first place from what a super-server has passed as fd 0. */
public final class Connections {
  private Connections() {}

  /**
   * Opens fd 0 for reading and writing if it is a connected stream socket, otherwise stdin and
   * stdout.
   *
   * @param deadline bounds every wait on the connection
   * @return the connection
   * @throws Misconfiguration if fd 0 is a listening or a datagram socket, see systemd.socket(5)
   * @throws IOException if the client has already reset the connection
   */
  public static Connection inherited(Deadline deadline) throws IOException, Misconfiguration {
    return inherited(System.inheritedChannel(), new FileInputStream(FileDescriptor.in), deadline);
  }

  /** Finds out what fd 0 is from how the JDK sees it. */
  static Connection inherited(Channel channel, InputStream stdin, Deadline deadline)
      throws IOException, Misconfiguration {
    if (channel == null) {
      return of(stdin, new FileOutputStream(FileDescriptor.out), deadline);
    }
    if (channel instanceof SocketChannel socket) {
      return of(socket, deadline);
    }
    if (channel instanceof ServerSocketChannel) {
      if (isListening(stdin)) {
        throw new Misconfiguration(
            ExitStatus.CONFIG,
            "stdin is a listening socket; set Accept=yes in the .socket unit"
                + " (or --accept --inetd for systemd-socket-activate)");
      }
      throw new IOException("the client has reset the connection");
    }
    throw new Misconfiguration(
        ExitStatus.CONFIG, "stdin is not a stream socket; set ListenStream= in the .socket unit");
  }

  /**
   * Tells a listening socket from one whose client reset it before we were up. The second can be
   * read: its reset is reported once, and then it is at its end. The first never can (recv(2):
   * ENOTCONN, a Unix socket EINVAL). accept(2) would tell as well, but the sandbox denies it.
   */
  private static boolean isListening(InputStream stdin) {
    return !isReadable(stdin) && !isReadable(stdin);
  }

  private static boolean isReadable(InputStream stdin) {
    try {
      stdin.read();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Makes a connection from a socket.
   *
   * @param socket a connected stream socket, TCP or Unix
   * @param deadline bounds every wait on it
   * @return the connection
   * @throws IOException if the client has reset it
   */
  public static Connection of(SocketChannel socket, Deadline deadline) throws IOException {
    return new SocketConnection(socket, deadline);
  }

  /**
   * Makes a connection from two streams.
   *
   * @param in what is read
   * @param out what is written to
   * @param deadline bounds every wait on them
   * @return the connection
   */
  public static Connection of(InputStream in, OutputStream out, Deadline deadline) {
    return new StreamConnection(in, out, deadline);
  }

  /**
   * Formats an address for the log.
   *
   * @param address of a client
   * @return the same address and port, such as {@code 192.0.2.7:50312} or {@code [::1]:50312}
   */
  public static String peer(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (host.indexOf(':') < 0 ? host : "[" + Log.address(host) + "]") + ":" + address.getPort();
  }
}
