package lunchd.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a super-server may leave as fd 0. */
final class ConnectionsTest {
  private static final Deadline LONG = Deadline.after(600_000);
  private static final InputStream END = InputStream.nullInputStream();

  @Test
  void noSocketIsStdinAndStdout() throws Exception {
    Connection connection = Connections.inherited(null, END, LONG);
    assertEquals("pipe", connection.peer());
    assertFalse(connection.isSocket());
  }

  @Test
  void aConnectedSocketIsTheClients() throws Exception {
    try (SocketPair pair = SocketPair.unix()) {
      Connection connection = Connections.inherited(pair.server(), END, LONG);
      assertEquals("unix", connection.peer());
      assertTrue(connection.isSocket());
    }
  }

  /** read(2) fails with ENOTCONN on it, every time. */
  @Test
  void aListeningSocketIsTheOperatorsError() throws IOException {
    try (ServerSocketChannel listener = ServerSocketChannel.open()) {
      assertOperatorsError("Accept=yes", listener, new Reads(2));
    }
  }

  /**
   * read(2) fails with ECONNRESET once, or, as the JDK may have read it already, never; then it is
   * at the end.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aResetIsTheClientsAffair(int failures) throws IOException {
    try (ServerSocketChannel notConnected = ServerSocketChannel.open()) {
      IOException reset =
          assertThrows(
              IOException.class,
              () -> Connections.inherited(notConnected, new Reads(failures), LONG));
      assertEquals("the client has reset the connection", reset.getMessage());
    }
  }

  @Test
  void aDatagramSocketIsTheOperatorsError() throws IOException {
    try (DatagramChannel socket = DatagramChannel.open()) {
      assertOperatorsError("ListenStream=", socket, END);
    }
  }

  private static void assertOperatorsError(String fix, Channel channel, InputStream stdin) {
    Misconfiguration error =
        assertThrows(Misconfiguration.class, () -> Connections.inherited(channel, stdin, LONG));
    assertEquals(ExitStatus.CONFIG, error.status());
    assertTrue(error.getMessage().contains(fix), error.getMessage());
  }

  /** Fails that many times, and is then at the end. */
  private static final class Reads extends InputStream {
    private int failures;

    Reads(int failures) {
      this.failures = failures;
    }

    @Override
    public int read() throws IOException {
      if (failures-- > 0) {
        throw new IOException("read failed");
      }
      return -1;
    }
  }
}
