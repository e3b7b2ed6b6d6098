package lunchd.proxy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import lunchd.connection.DelegatingConnection;
import lunchd.connection.FakeConnection;
import lunchd.connection.FakeConnection.End;
import lunchd.connection.FakeConnection.Kind;
import lunchd.fixtures.Octets;
import lunchd.fixtures.ProxyCase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every header of test-fixtures/proxy/headers.txt, however it is split on the way. */
final class ProxiedConnectionTest {
  private static final Senders SENDERS = Senders.parse("192.0.2.7,unix");
  private static final byte[] MORE = Octets.of("\u0016\u0003\u0001PROXY \r\n\r\n\0");
  private static final int SHORT = 400; // octets: split in every place
  private static final int ROOM = 1 << 14;

  static List<ProxyCase> cases() {
    return ProxyCase.all();
  }

  static List<ProxyCase> accepted() {
    return cases().stream().filter(c -> !c.isRefused()).toList();
  }

  @Test
  void theTableHasCasesOfEveryOutcomeAndNoNameTwice() {
    Set<String> names = new HashSet<>();
    Set<String> clients = new HashSet<>();
    for (ProxyCase c : cases()) {
      assertTrue(names.add(c.name()), c.name());
      clients.add(c.client());
    }
    assertTrue(names.size() > 140, () -> names.size() + " cases");
    assertTrue(clients.containsAll(List.of("proxy", "local", "unix")), clients::toString);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whole(ProxyCase header) throws IOException {
    check(header, header.header());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void octetByOctet(ProxyCase header) throws IOException {
    check(header, Octets.oneByOne(header.header()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void inTwoPieces(ProxyCase header) throws IOException {
    int length = header.header().length;
    int step = length <= SHORT ? 1 : length / 40;
    for (int place :
        IntStream.concat(
                IntStream.range(1, 40), IntStream.iterate(1, i -> i < length, i -> i + step))
            .filter(i -> i < length)
            .toArray()) {
      check(header, Octets.cutAt(place, header.header()));
    }
  }

  /** As from a proxy that sends the ClientHello in the same segment, and split in other ways. */
  @ParameterizedTest
  @MethodSource("accepted")
  void notAnOctetIsLostOfWhatFollows(ProxyCase header) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(header.header());
    all.writeBytes(MORE);
    int length = header.header().length;
    int step = length <= SHORT ? 1 : length / 40;
    checkAccepted(header, MORE, all.toByteArray());
    checkAccepted(header, MORE, Octets.oneByOne(all.toByteArray()));
    for (int place = 1; place < all.size(); place += step) {
      checkAccepted(header, MORE, Octets.cutAt(place, all.toByteArray()));
    }
  }

  private static void check(ProxyCase header, byte[]... pieces) throws IOException {
    if (header.isRefused()) {
      FakeConnection wire = new FakeConnection(Kind.TCP, End.END_OF_INPUT, pieces);
      String why = assertThrows(ProxyFailure.class, () -> accept(wire)).getMessage();
      assertTrue(why.contains(header.client()), why);
      assertEquals(List.of(), wire.events(), "an answer");
    } else {
      checkAccepted(header, new byte[0], pieces);
    }
  }

  private static void checkAccepted(ProxyCase header, byte[] more, byte[]... pieces)
      throws IOException {
    FakeConnection wire = new FakeConnection(Kind.TCP, End.END_OF_INPUT, pieces);
    ByteBuffer received = ByteBuffer.allocate(ROOM).flip();
    ProxiedConnection connection = ProxiedConnection.accept(wire, received, SENDERS);
    boolean isProxys = header.client().equals("proxy") || header.client().equals("local");
    assertEquals(isProxys ? "192.0.2.7:49152" : header.client(), connection.peer());
    if (header.client().equals("unix")) {
      assertNull(connection.address());
    } else {
      String host = connection.address().getAddress().getHostAddress();
      assertTrue(connection.peer().endsWith(":" + connection.address().getPort()));
      assertEquals(
          connection.peer().startsWith("[") ? 16 : 4,
          connection.address().getAddress().getAddress().length,
          host);
    }
    assertEquals(header.client().equals("local"), connection.isLocal());
    assertEquals(List.of(), wire.events(), "an answer");
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    do {
      byte[] octets = new byte[received.remaining()];
      received.get(octets);
      rest.writeBytes(octets);
      received.clear();
    } while (connection.read(received) >= 0 && received.flip().hasRemaining());
    assertArrayEquals(more, rest.toByteArray());
  }

  private static ProxiedConnection accept(FakeConnection wire) throws IOException {
    return ProxiedConnection.accept(wire, ByteBuffer.allocate(ROOM).flip(), SENDERS);
  }

  /** What is wrong is refused at once, without waiting for the end of the input. */
  @ParameterizedTest
  @CsvSource({"G", "PROXY TCP4x", "PROXX", "'\r\n\r\r'"})
  void whatIsWrongIsRefusedAtOnce(String start) {
    String text = start.equals("PROXY TCP4x") ? "PROXY TCP4x\r\n" : start;
    FakeConnection wire = new FakeConnection(Kind.TCP, End.BUG, Octets.of(text));
    assertThrows(ProxyFailure.class, () -> accept(wire));
  }

  @ParameterizedTest
  @CsvSource({"''", "PROX", "PROXY TCP4 "})
  void whatIsNotWholeInTimeIsRefused(String start) {
    FakeConnection wire = new FakeConnection(Kind.TCP, End.SILENCE, Octets.of(start));
    String why = assertThrows(ProxyFailure.class, () -> accept(wire)).getMessage();
    assertTrue(why.contains("in time"), why);
  }

  @Test
  void aResetIsNoHeadersFault() {
    FakeConnection wire = new FakeConnection(Kind.TCP, End.RESET, Octets.of("PROXY "));
    IOException reset = assertThrows(IOException.class, () -> accept(wire));
    assertEquals("Connection reset", reset.getMessage());
  }

  /** Not an octet from anybody else is read. */
  @ParameterizedTest
  @CsvSource({
    "TCP, 192.0.2.7, true", "TCP, 192.0.2.8, false", "TCP, unix, false",
    "UNIX, unix, true", "UNIX, 0.0.0.0/0, false", "PIPE, 0.0.0.0/0, false",
    "PIPE, unix, false", "UNIX, '192.0.2.7,unix', true",
  })
  void onlySendersAreBelieved(Kind kind, String senders, boolean isBelieved) throws IOException {
    byte[] header = Octets.of("PROXY TCP4 198.51.100.7 10.0.0.1 50312 443\r\n");
    Senders believed = Senders.parse(senders);
    ByteBuffer received = ByteBuffer.allocate(ROOM).flip();
    if (isBelieved) {
      FakeConnection wire = new FakeConnection(kind, End.END_OF_INPUT, header);
      assertEquals("198.51.100.7:50312", ProxiedConnection.accept(wire, received, believed).peer());
    } else {
      FakeConnection wire = new FakeConnection(kind, End.BUG);
      String why =
          assertThrows(ProxyFailure.class, () -> ProxiedConnection.accept(wire, received, believed))
              .getMessage();
      assertTrue(why.contains("--proxy-protocol " + senders), why);
    }
  }

  /** Everything else is that of the connection to the proxy. */
  @ParameterizedTest
  @CsvSource({"TCP, true", "UNIX, false"})
  void theRestIsTheWires(Kind kind, boolean isNetwork) throws IOException {
    byte[] header = Octets.of("PROXY TCP4 198.51.100.7 10.0.0.1 50312 443\r\n");
    FakeConnection wire =
        new FakeConnection(kind, End.END_OF_INPUT, header, Octets.of("soup?"), Octets.of("thanks"));
    List<String> firstMessages = new ArrayList<>();
    ProxiedConnection connection =
        ProxiedConnection.accept(
            new DelegatingConnection(wire) {
              @Override
              public void firstMessageIsWhole() {
                firstMessages.add("whole");
              }

              @Override
              public int drain() {
                return wire.drain();
              }
            },
            ByteBuffer.allocate(ROOM).flip(),
            SENDERS);
    assertTrue(connection.isSocket());
    assertEquals(isNetwork, connection.isNetwork());
    assertEquals(5, connection.read(ByteBuffer.allocate(ROOM)));
    assertEquals(List.of(), firstMessages, "a header is not the client's message");
    connection.firstMessageIsWhole();
    assertEquals(List.of("whole"), firstMessages);
    connection.write(ByteBuffer.wrap(Octets.of("soup")));
    connection.shutdownOutput();
    assertEquals("thanks".length(), connection.drain());
    assertEquals(List.of("write", "shutdownOutput", "drain"), wire.events());
    assertArrayEquals(Octets.of("soup"), wire.written());
    assertNull(connection.protocol());
  }
}
