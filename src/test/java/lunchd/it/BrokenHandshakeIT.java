package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import lunchd.it.support.Child;
import lunchd.it.support.Fixtures;
import lunchd.it.support.Handed;
import lunchd.it.support.Lunchd;
import lunchd.it.support.RawClient;
import lunchd.tls.TlsClient;
import org.junit.jupiter.api.Test;

/** A handshake broken off after each of its bytes: the process ends cleanly. */
class BrokenHandshakeIT {
  private static final Lunchd TLS = Lunchd.with(Fixtures.pair("p256"));
  private static final int AT_ONCE = 4;

  /** One handshake, of which the client sends at most that many bytes; returns how many it sent. */
  private interface Handshake {
    int play(Handed handed, int length) throws Exception;
  }

  private static void breakOffEverywhere(Handshake handshake) throws Exception {
    int length = broken(handshake, Integer.MAX_VALUE);
    assertTrue(length > 150, "too short for a handshake: " + length);
    ExecutorService several = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Callable<Integer>> all = new ArrayList<>();
      for (int place = 0; place < length; place++) {
        int sent = place;
        all.add(() -> broken(handshake, sent));
      }
      for (Future<Integer> each : several.invokeAll(all)) {
        each.get();
      }
    } finally {
      several.shutdownNow();
    }
  }

  private static int broken(Handshake handshake, int length) throws Exception {
    try (Handed handed = TLS.tcp()) {
      int sent = handshake.play(handed, length);
      Child.Result result = handed.result();
      String log = "after " + length + ": " + result.stderr();
      assertEquals(0, result.status(), log);
      assertEquals("", result.stdout(), log);
      assertEquals(1, result.stderr().lines().count(), log);
      assertTrue(result.stderr().contains(" - - 0 bytes "), log);
      return sent;
    }
  }

  /** The client ends its output and reads on: it gets no more than the server's flight. */
  @Test
  void byAHalfCloseInTls13() throws Exception {
    breakOffEverywhere(
        (handed, length) -> {
          RawClient client = new RawClient(handed.socket());
          byte[] hello = RawClient.record(RawClient.HANDSHAKE, 0x0301, client.hello().message());
          client.write(Arrays.copyOf(hello, Math.min(length, hello.length)));
          int sent = hello.length;
          if (length >= hello.length) {
            client.readServerFlight(client.hello().message());
            byte[] second = client.finished();
            client.write(Arrays.copyOf(second, Math.min(length - hello.length, second.length)));
            sent += second.length;
          }
          handed.socket().shutdownOutput();
          if (length < sent) {
            assertEquals(-1, handed.socket().getInputStream().read(), "all that comes after");
          }
          return sent;
        });
  }

  /** The client closes the connection, whatever may still come. */
  @Test
  void byACloseInTls12() throws Exception {
    breakOffEverywhere(
        (handed, length) -> {
          TlsClient client =
              TlsClient.of(
                  "",
                  parameters -> {
                    parameters.setProtocols(new String[] {"TLSv1.2"});
                    parameters.setNamedGroups(new String[] {"x25519", "secp256r1"});
                    parameters.setCipherSuites(
                        new String[] {"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"});
                  });
          InputStream in = handed.socket().getInputStream();
          ByteBuffer octets = ByteBuffer.allocate(1 << 14);
          int sent = 0;
          for (int flight = 0; flight < 2 && sent < length; flight++) {
            while (client.read(octets.clear()) <= 0) { // only part of a flight has come
              int n = in.read(octets.array());
              assertTrue(n > 0, "no more than " + sent + " bytes, and the server is gone");
              client.write(octets.clear().limit(n));
            }
            int more = Math.min(octets.position(), length - sent);
            handed.socket().getOutputStream().write(octets.array(), 0, more);
            sent += more;
          }
          handed.socket().close();
          return sent;
        });
  }
}
