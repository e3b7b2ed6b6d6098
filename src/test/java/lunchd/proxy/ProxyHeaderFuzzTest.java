package lunchd.proxy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Any octets are a header of the PROXY protocol or none, however they are split. */
final class ProxyHeaderFuzzTest {
  private static final int MOST = 16 + 65_535; // octets

  /** The result of parsing; {@code why} is null if the octets are, so far, those of a header. */
  private record Outcome(
      boolean isWhole,
      boolean isLocal,
      boolean isUnix,
      InetSocketAddress client,
      String why,
      int taken) {}

  private static Outcome parse(int pieceLength, byte[] octets) {
    ProxyHeader header = new ProxyHeader();
    int taken = 0;
    boolean isWhole = false;
    try {
      while (taken < octets.length && !isWhole) {
        int length = Math.min(pieceLength, octets.length - taken);
        ByteBuffer piece = ByteBuffer.wrap(octets, taken, length).slice();
        isWhole = header.parse(piece);
        taken += piece.position();
      }
    } catch (ProxyFailure e) {
      return new Outcome(false, false, false, null, e.getMessage(), 0);
    }
    return new Outcome(
        isWhole,
        isWhole && header.isLocal(),
        isWhole && header.isUnix(),
        isWhole ? header.client() : null,
        null,
        taken);
  }

  @FuzzTest
  void anyOctets(byte[] octets) throws UnknownHostException {
    Outcome whole = parse(Integer.MAX_VALUE, octets);
    assertEquals(whole, parse(1, octets));
    assertEquals(whole, parse(1 + octets.length / 2, octets));
    assertTrue(whole.taken <= MOST);
    if (octets.length >= MOST) {
      assertTrue(whole.isWhole || whole.why != null);
    }
    if (!whole.isWhole) {
      return;
    }
    byte[] header = Arrays.copyOf(octets, whole.taken);
    if (header[0] == 'P') {
      checkLine(new String(header, StandardCharsets.ISO_8859_1), whole);
    } else {
      checkBlock(ByteBuffer.wrap(header), whole);
    }
  }

  private static void checkLine(String line, Outcome outcome) throws UnknownHostException {
    assertTrue(line.length() <= 107);
    assertEquals(line.length() - 2, line.indexOf("\r\n"));
    if (outcome.client == null) {
      assertTrue(line.startsWith("PROXY UNKNOWN"), line);
      return;
    }
    String[] fields = line.strip().split(" ");
    assertEquals(6, fields.length);
    // The JDK parses the same text independently.
    InetAddress source = InetAddress.ofLiteral(fields[2]);
    assertEquals(source, outcome.client.getAddress());
    assertEquals(fields[1].equals("TCP6"), fields[2].contains(":"));
    assertEquals(fields[4], Integer.toString(outcome.client.getPort()));
    if (source instanceof Inet6Address scoped) {
      assertEquals(0, scoped.getScopeId());
    }
  }

  private static void checkBlock(ByteBuffer header, Outcome outcome) {
    assertEquals(header.capacity(), 16 + (header.getShort(14) & 0xffff));
    int family = header.get(13);
    assertEquals(header.get(12) == 0x20, outcome.isLocal);
    assertEquals(header.get(12) == 0x21 && family == 0x31, outcome.isUnix);
    assertEquals(
        header.get(12) == 0x21 && (family == 0x11 || family == 0x21), outcome.client != null);
    if (outcome.client != null) {
      byte[] source = new byte[family == 0x11 ? 4 : 16];
      header.get(16, source);
      byte[] said = outcome.client.getAddress().getAddress();
      assertArrayEquals(
          Arrays.copyOfRange(source, source.length - said.length, source.length), said);
      assertEquals(header.getShort(16 + 2 * source.length) & 0xffff, outcome.client.getPort());
    }
  }
}
