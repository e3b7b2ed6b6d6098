package lunchd.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import org.junit.jupiter.api.Test;

/** What a super-server may leave as fd 0. */
final class ConnectionsTest {
  private static final Deadline LONG = Deadline.after(600_000);

  @Test
  void noSocketIsStdinAndStdout() throws Exception {
    Connection connection = Connections.inherited(null, LONG);
    assertEquals("pipe", connection.peer());
    assertFalse(connection.isSocket());
  }

  @Test
  void aConnectedSocketIsTheClients() throws Exception {
    try (SocketPair pair = SocketPair.unix()) {
      Connection connection = Connections.inherited(pair.server(), LONG);
      assertEquals("unix", connection.peer());
      assertTrue(connection.isSocket());
    }
  }

  @Test
  void aListeningSocketIsTheOperatorsError() throws IOException {
    try (ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      assertOperatorsError("Accept=yes", listener);
    }
  }

  /** Even with a client in its queue: that one is another process's. */
  @Test
  void aListeningSocketWithAClientIsToo() throws IOException {
    try (ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      try (SocketChannel client = SocketChannel.open(listener.getLocalAddress())) {
        assertTrue(client.isConnected());
        assertOperatorsError("Accept=yes", listener);
      }
    }
  }

  @Test
  void aDatagramSocketIsTheOperatorsError() throws IOException {
    try (DatagramChannel socket = DatagramChannel.open()) {
      assertOperatorsError("ListenStream=", socket);
    }
  }

  private static void assertOperatorsError(String mend, Channel channel) {
    Misconfiguration error =
        assertThrows(Misconfiguration.class, () -> Connections.inherited(channel, LONG));
    assertEquals(ExitStatus.CONFIG, error.status());
    assertTrue(error.getMessage().contains(mend), error.getMessage());
  }
}
