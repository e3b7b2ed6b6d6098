package lunchd.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What waits for a client, and gives it up; DeadlineIT has the same of a process, by its log. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class SocketConnectionTest {
  private static final Deadline LONG = Deadline.after(600_000);
  private static final int MOST_DRAINED = 256 * 1024;
  private static final int MORE_THAN_FITS = 16 << 20; // in the kernel's buffers

  enum Family {
    TCP,
    UNIX;

    SocketPair connect() throws IOException {
      return this == TCP ? SocketPair.tcp("127.0.0.1") : SocketPair.unix();
    }
  }

  private static ByteBuffer octets(String text) {
    return StandardCharsets.US_ASCII.encode(text);
  }

  private static String read(Connection connection) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(100);
    return connection.read(buffer) < 0
        ? null
        : StandardCharsets.US_ASCII.decode(buffer.flip()).toString();
  }

  private static byte[] readAll(SocketPair pair) throws IOException {
    return Channels.newInputStream(pair.client()).readAllBytes();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void tcp(String address) throws IOException {
    try (SocketPair pair = SocketPair.tcp(address)) {
      Connection connection = Connections.of(pair.server(), LONG);
      int port = ((InetSocketAddress) pair.client().getLocalAddress()).getPort();
      String host = address.equals("::1") ? "[::1]" : address;
      assertEquals(host + ":" + port, connection.peer());
      assertTrue(connection.isSocket());
      assertTrue(connection.isNetwork());
      assertEquals(pair.client().getLocalAddress(), connection.address());
      assertTrue(pair.server().getOption(StandardSocketOptions.TCP_NODELAY));
    }
  }

  @Test
  void unix() throws IOException {
    try (SocketPair pair = SocketPair.unix()) {
      Connection connection = Connections.of(pair.server(), LONG);
      assertEquals("unix", connection.peer());
      assertTrue(connection.isSocket());
      assertFalse(connection.isNetwork());
      assertNull(connection.address());
    }
  }

  /** These are from a TLS handshake. */
  @Test
  void aSocketAloneTellsNothingOfTls() throws IOException {
    try (SocketPair pair = SocketPair.unix()) {
      Connection connection = Connections.of(pair.server(), LONG);
      assertNull(connection.protocol());
      assertNull(connection.cipherSuite());
      assertNull(connection.serverName());
      assertNull(connection.fingerprint());
      assertNull(connection.clientName());
    }
  }

  @ParameterizedTest
  @EnumSource
  void afterItsFirstMessageAClientHasTheWholeTime(Family family) throws IOException {
    Deadline deadline = Deadline.after(600_000);
    deadline.hurry(10_000);
    try (SocketPair pair = family.connect()) {
      Connections.of(pair.server(), deadline).firstMessageIsWhole();
    }
    assertTrue(deadline.millisLeft() > 10_000);
  }

  @Test
  void whatIsReceivedTakesThePlaceOfWhatWasThere() throws IOException {
    try (SocketPair pair = SocketPair.unix()) {
      Connection connection = Connections.of(pair.server(), LONG);
      ByteBuffer buffer = octets("what was there");
      pair.client().write(octets("soup?"));
      assertEquals(5, connection.receive(buffer));
      assertEquals("soup?", StandardCharsets.US_ASCII.decode(buffer).toString());
      pair.client().shutdownOutput();
      assertEquals(-1, connection.receive(buffer));
      assertFalse(buffer.hasRemaining());
    }
  }

  @ParameterizedTest
  @EnumSource
  void bothWaysUntilTheEndOfEach(Family family) throws IOException {
    try (SocketPair pair = family.connect()) {
      Connection connection = Connections.of(pair.server(), LONG);
      pair.client().write(octets("soup?"));
      assertEquals("soup?", read(connection));
      connection.write(octets("soup."));
      connection.shutdownOutput();
      assertEquals("soup.", new String(readAll(pair), StandardCharsets.US_ASCII));
      pair.client().write(octets("thanks")); // the other way is still open
      assertEquals("thanks", read(connection));
      pair.client().shutdownOutput();
      assertNull(read(connection));
    }
  }

  @ParameterizedTest
  @EnumSource
  void readingWaitsForTheClient(Family family) throws Exception {
    try (SocketPair pair = family.connect()) {
      Connection connection = Connections.of(pair.server(), LONG);
      FutureTask<String> reading = new FutureTask<>(() -> read(connection));
      Thread reader = Thread.ofPlatform().start(reading);
      while (!Arrays.toString(reader.getStackTrace()).contains("select")) {
        Thread.onSpinWait();
      }
      pair.client().write(octets("at last"));
      assertEquals("at last", reading.get());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClientThatSaysNothingIsCutOff(Family family) throws IOException {
    try (SocketPair pair = family.connect()) {
      Connection connection = Connections.of(pair.server(), Deadline.after(20));
      assertThrows(DeadlineExceeded.class, () -> read(connection));
    }
  }

  /** The deadline bounds the exchange, not each read: a client can't put it off by sending more. */
  @ParameterizedTest
  @EnumSource
  void aClientThatNeverStopsIsCutOff(Family family) throws IOException {
    try (SocketPair pair = family.connect()) {
      Connection connection = Connections.of(pair.server(), Deadline.after(20));
      pair.client().configureBlocking(false);
      assertThrows(
          DeadlineExceeded.class,
          () -> {
            Deadline patience = Deadline.after(10_000);
            while (patience.millisLeft() > 0) {
              pair.client().write(octets("more"));
              read(connection);
            }
          });
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClientThatWillNotReadIsCutOff(Family family) throws IOException {
    try (SocketPair pair = family.connect()) {
      Connection connection = Connections.of(pair.server(), Deadline.after(20));
      assertThrows(
          DeadlineExceeded.class, () -> connection.write(ByteBuffer.allocate(MORE_THAN_FITS)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void moreThanFitsIsWrittenAsTheClientReads(Family family) throws Exception {
    try (SocketPair pair = family.connect()) {
      Connection connection = Connections.of(pair.server(), LONG);
      FutureTask<byte[]> reading = new FutureTask<>(() -> readAll(pair));
      Thread.ofPlatform().start(reading);
      connection.write(ByteBuffer.allocate(MORE_THAN_FITS));
      connection.shutdownOutput();
      assertEquals(MORE_THAN_FITS, reading.get().length);
    }
  }

  /** So that a late answer, such as 408, can still be sent. */
  @ParameterizedTest
  @EnumSource
  void whatFitsIsWrittenAfterTheDeadline(Family family) throws IOException {
    try (SocketPair pair = family.connect()) {
      Connection connection = Connections.of(pair.server(), Deadline.after(-1));
      connection.write(octets("late"));
      connection.shutdownOutput();
      assertEquals("late", new String(readAll(pair), StandardCharsets.US_ASCII));
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatDoesNotFitIsNot(Family family) throws IOException {
    try (SocketPair pair = family.connect()) {
      Connection connection = Connections.of(pair.server(), Deadline.after(-1));
      assertThrows(
          DeadlineExceeded.class, () -> connection.write(ByteBuffer.allocate(MORE_THAN_FITS)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void drainTakesAllUpToTheClientsEnd(Family family) throws IOException {
    try (SocketPair pair = family.connect()) {
      Connection connection = Connections.of(pair.server(), Deadline.after(-1));
      pair.client().write(ByteBuffer.allocate(60_000));
      pair.client().shutdownOutput();
      assertEquals(60_000, connection.drain());
      assertEquals(-1, pair.server().read(ByteBuffer.allocate(1)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void drainTakesNoMoreThanItsShare(Family family) throws Exception {
    try (SocketPair pair = family.connect()) {
      Thread flood = sending(pair, ByteBuffer.allocate(1 << 16), 0);
      assertEquals(MOST_DRAINED, Connections.of(pair.server(), LONG).drain());
      pair.client().close();
      flood.join();
    }
  }

  /** An octet now and then does not prolong it: the limit is for all of it, not for each read. */
  @ParameterizedTest
  @EnumSource
  void drainEndsThoughTheClientTrickles(Family family) throws Exception {
    try (SocketPair pair = family.connect()) {
      pair.client().write(ByteBuffer.allocate(1)); // however late the thread starts
      Thread trickle = sending(pair, ByteBuffer.allocate(1), 20);
      int drained = Connections.of(pair.server(), LONG).drain();
      assertTrue(drained > 0 && drained < MOST_DRAINED, () -> drained + " bytes");
      pair.client().close();
      trickle.join();
    }
  }

  @ParameterizedTest
  @EnumSource
  void drainEndsThoughTheClientHoldsItsEndOpen(Family family) throws Exception {
    try (SocketPair pair = family.connect()) {
      assertEquals(0, Connections.of(pair.server(), LONG).drain());
    }
  }

  @ParameterizedTest
  @EnumSource
  void drainEndsSoonAfterTheDeadline(Family family) throws Exception {
    try (SocketPair pair = family.connect()) {
      pair.client().write(octets("more"));
      assertEquals(4, Connections.of(pair.server(), Deadline.after(-1)).drain());
    }
  }

  @Test
  void aResetEndsTheDraining() throws IOException {
    try (SocketPair pair = SocketPair.tcp("127.0.0.1")) {
      Connection connection = Connections.of(pair.server(), LONG);
      pair.client().setOption(StandardSocketOptions.SO_LINGER, 0);
      pair.client().close();
      assertEquals(0, connection.drain());
    }
  }

  /** Sends the same octets repeatedly, that many milliseconds apart, until the client is closed. */
  private static Thread sending(SocketPair pair, ByteBuffer octets, long millis) {
    return Thread.ofPlatform()
        .start(
            () -> {
              try {
                while (true) {
                  pair.client().write(octets.clear());
                  Deadline pause = Deadline.after(millis);
                  while (pause.millisLeft() > 0) {
                    Thread.onSpinWait();
                  }
                }
              } catch (IOException e) {
                // the test is over
              }
            });
  }

  /** Why lunchd drains: closing with unread octets would reset the client's connection. */
  @Test
  void theAnswerOutlivesARequestThatNobodyRead() throws IOException {
    try (SocketPair pair = SocketPair.tcp("127.0.0.1")) {
      Connection connection = Connections.of(pair.server(), LONG);
      pair.client().write(ByteBuffer.allocate(60_000));
      pair.client().shutdownOutput();
      connection.write(octets("soup."));
      connection.shutdownOutput();
      connection.drain();
      pair.server().close();
      assertEquals("soup.", new String(readAll(pair), StandardCharsets.US_ASCII));
    }
  }

  @Test
  void aResetIsTheClientsEnd() throws IOException {
    try (SocketPair pair = SocketPair.tcp("127.0.0.1")) {
      Connection connection = Connections.of(pair.server(), LONG);
      pair.client().setOption(StandardSocketOptions.SO_LINGER, 0);
      pair.client().close();
      assertThrows(IOException.class, () -> read(connection));
    }
  }
}
