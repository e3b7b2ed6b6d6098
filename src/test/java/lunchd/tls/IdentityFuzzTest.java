package lunchd.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import lunchd.connection.FakeConnection;
import lunchd.connection.FakeConnection.End;
import lunchd.connection.FakeConnection.Kind;
import lunchd.fixtures.TlsRecords;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import org.junit.jupiter.api.io.TempDir;

/**
 * Any file as the key, and as the chain: it can be used, or it is an operator's error, reported
 * before anything is sent to the client.
 */
final class IdentityFuzzTest {
  private static final Path TLS = Path.of("test-fixtures/tls");
  private static final byte DER_SEQUENCE = 0x30;

  /** From a client that accepts any certificate; it leaves after that. */
  private static final byte[] CLIENT_HELLO = clientHello();

  @TempDir private Path directory;

  private static byte[] clientHello() {
    try {
      return Files.readAllBytes(
          Path.of(
              "src/test/resources/lunchd/tls/TlsConnectionFuzzTestInputs/anyOctets/hello-openssl"));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @FuzzTest
  void anyFile(byte[] octets) throws IOException {
    check(octets);
    if (octets.length > 0 && octets[0] == DER_SEQUENCE) { // wrapped in PEM, which is hard to guess
      for (String label :
          new String[] {
            "PRIVATE KEY",
            "RSA PRIVATE KEY",
            "EC PRIVATE KEY",
            "ENCRYPTED PRIVATE KEY",
            "CERTIFICATE"
          }) {
        check(pem(label, octets));
      }
    }
  }

  private static byte[] pem(String label, byte[] der) {
    String base64 = Base64.getMimeEncoder().encodeToString(der);
    return ("-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private void check(byte[] octets) throws IOException {
    Path file = Files.write(directory.resolve("file"), octets);
    check(file, TLS.resolve("p256-chain.pem"));
    check(file, TLS.resolve("rsa-2048-chain.pem"));
    check(TLS.resolve("p256-key.pem"), file);
  }

  private static void check(Path key, Path chain) {
    Identity identity;
    try {
      identity = Identity.read(key, chain, TLS.resolve("password.txt"));
    } catch (Misconfiguration e) {
      assertIsTheOperators(e);
      return;
    }
    FakeConnection client = new FakeConnection(Kind.TCP, End.END_OF_INPUT, CLIENT_HELLO);
    ByteBuffer received = ByteBuffer.allocateDirect(TlsConnection.MAX_RECORD).flip();
    Exception end =
        assertThrows(
            Exception.class,
            () -> TlsConnection.accept(client, received, Identities.only(identity), null));
    if (end instanceof Misconfiguration e) {
      assertIsTheOperators(e);
      assertArrayEquals(new byte[] {21, 3, 3, 0, 2, 2, 80}, client.written(), "internal_error");
    } else {
      assertEquals(TlsFailure.class, end.getClass(), end::toString);
      assertEquals(
          TlsRecords.HANDSHAKE,
          TlsRecords.types(client.written()).get(0),
          () -> "blames the client: " + end);
    }
  }

  private static void assertIsTheOperators(Misconfiguration e) {
    assertEquals(ExitStatus.CONFIG, e.status());
    assertTrue(
        e.getMessage().matches("(?s)--(key|certificate|key-password-file) /?[a-z].*"),
        e.getMessage());
    assertTrue(e.getMessage().contains("; "), () -> "no fix: " + e.getMessage());
  }
}
