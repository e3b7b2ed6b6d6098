package lunchd.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import lunchd.connection.DelegatingConnection;
import lunchd.connection.FakeConnection;
import lunchd.connection.FakeConnection.End;
import lunchd.connection.FakeConnection.Kind;
import lunchd.fixtures.TlsRecords;
import lunchd.operator.Misconfiguration;

/**
 * Any octets from a client: the server sends whole TLS records or nothing, and every failure is the
 * client's fault. Octets that start like a ClientHello are sent as they are; others are edits of
 * what a real client sends, which gets further.
 */
final class TlsConnectionFuzzTest {
  private static final Identities IDENTITIES =
      Identities.only(TlsConnectionTest.identity("p256-key.pem", "p256-chain.pem"));
  private static final TlsClient CLIENT = TlsClient.of("soup?", parameters -> {});
  private static final String REFUSED = "TLS: the client's alert ";
  private static final String LEFT = "the client left in the TLS handshake";

  @FuzzTest
  void anyOctets(byte[] octets) throws Exception {
    if (octets.length > 0 && octets[0] == TlsConnection.HANDSHAKE) {
      FakeConnection whole = new FakeConnection(Kind.TCP, End.END_OF_INPUT, octets);
      FakeConnection cut = FakeConnection.octetByOctet(Kind.TCP, End.END_OF_INPUT, octets);
      assertEquals(handshake(whole), handshake(cut));
    } else {
      tamper(octets);
    }
  }

  /**
   * Nobody without the keys can finish a handshake. A client that the server refuses gets an alert.
   * One that left, or that refused the server with an alert, gets none; whether it gets the
   * server's flight depends on when its octets came.
   */
  private static List<Integer> handshake(FakeConnection client) {
    ByteBuffer received = ByteBuffer.allocateDirect(TlsConnection.MAX_RECORD).flip();
    TlsFailure failure =
        assertThrows(
            TlsFailure.class, () -> TlsConnection.accept(client, received, IDENTITIES, null));
    List<Integer> types = TlsRecords.types(client.written());
    if (failure.getMessage().startsWith(REFUSED)) {
      return List.of();
    }
    assertTrue(
        failure.getMessage().equals(LEFT) || !types.isEmpty(), () -> "no alert for " + failure);
    return types;
  }

  private static void tamper(byte[] edits) throws Misconfiguration {
    TlsClient client = CLIENT.again(parameters -> {});
    try {
      TlsConnectionTest.talk(IDENTITIES, new Tampered(client, edits));
    } catch (IOException e) {
      assertEquals(TlsFailure.class, e.getClass(), e::toString);
    }
    TlsRecords.types(client.raw());
  }

  /**
   * A client whose octets are changed on the way. Each edit is three octets: six bits for the kind
   * of change, ten for its place in the stream, and an argument.
   */
  private static final class Tampered extends DelegatingConnection {
    private final byte[] edits;
    private final ByteBuffer original = ByteBuffer.allocate(1 << 15);
    private final ByteBuffer changed = ByteBuffer.allocate(1 << 20).flip();
    private int place;

    Tampered(TlsClient client, byte[] edits) {
      super(client);
      this.edits = edits;
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
      while (!changed.hasRemaining()) {
        if (super.read(original.clear()) < 0) {
          return -1;
        }
        changed.clear();
        for (original.flip(); original.hasRemaining(); place++) {
          change(original.get());
        }
        changed.flip();
      }
      int n = Math.min(dst.remaining(), changed.remaining());
      dst.put(changed.slice(changed.position(), n));
      changed.position(changed.position() + n);
      return n;
    }

    private void change(byte octet) {
      int argument = 0;
      boolean isDropped = false;
      int times = 1;
      for (int i = 0; i + 2 < edits.length; i += 3) {
        int where = (edits[i] & 3) << 8 | edits[i + 1] & 0xff;
        if (where == place) {
          switch (edits[i] >> 2) {
            case 1 -> isDropped = true;
            case 2 -> times = edits[i + 2] & 0xff;
            default -> argument ^= edits[i + 2];
          }
        }
      }
      for (int i = isDropped ? times : 0; i < times; i++) {
        changed.put((byte) (octet ^ argument));
      }
    }
  }
}
