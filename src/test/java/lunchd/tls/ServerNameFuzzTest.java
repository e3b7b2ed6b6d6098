package lunchd.tls;

import static lunchd.it.support.ClientHello.join;
import static lunchd.it.support.ClientHello.vector16;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import lunchd.connection.FakeConnection;
import lunchd.connection.FakeConnection.End;
import lunchd.connection.FakeConnection.Kind;
import lunchd.it.support.ClientHello;
import lunchd.operator.Misconfiguration;
import org.junit.jupiter.api.io.TempDir;

/**
 * Any octets as the name that a client asks for. It gets one of three certificates, and no other
 * file is opened: all others that an invalid name could reach are broken, and would give an
 * operator's error.
 */
final class ServerNameFuzzTest {
  private static final Path TLS = Path.of("test-fixtures/tls");
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final String OWN = "p256-chain.pem";
  private static final String WILDCARD = "expired-chain.pem";
  private static final String OTHERWISE = "not-yet-valid-chain.pem";

  @TempDir private Path directory;

  @FuzzTest
  void anyName(byte[] octets) throws Exception {
    String name = new String(octets, StandardCharsets.ISO_8859_1);
    String host = isHostName(name) ? name.toLowerCase(Locale.ROOT) : null;
    assertEquals(host, HostName.of(name));
    String text = new String(octets, StandardCharsets.UTF_8);
    assertEquals(isHostName(text), HostName.of(text) != null);
    if (octets.length == 0 || octets.length > 255 || name.indexOf(0) >= 0) {
      return; // BoringSSL refuses it
    }
    byte[] shown = shown(octets);
    assertTrue(contains(shown, leaf(expected(host))), () -> "not " + expected(host));
  }

  /** An independent check, by RFC 1123. */
  private static boolean isHostName(String name) {
    if (name.length() > 253) {
      return false;
    }
    for (String label : name.split("\\.", -1)) {
      if (!LABEL.matcher(asciiLowerCase(label)).matches()) {
        return false;
      }
    }
    return true;
  }

  private static String asciiLowerCase(String label) {
    StringBuilder lower = new StringBuilder();
    label.chars().forEach(c -> lower.append((char) (c >= 'A' && c <= 'Z' ? c + 32 : c)));
    return lower.toString();
  }

  private static String expected(String host) {
    if (host == null) {
      return OTHERWISE;
    }
    return host.equals("a.example") ? OWN : host.matches("[^.]+\\.example") ? WILDCARD : OTHERWISE;
  }

  /** Returns what is sent to a client of TLS 1.2, which sees the certificate in plaintext. */
  private byte[] shown(byte[] name) throws Exception {
    byte[] list = vector16(join(new byte[] {0}, vector16(name)));
    byte[] hello = ClientHello.tls12().extension(ClientHello.SERVER_NAME, list).message();
    byte[] record = join(new byte[] {TlsConnection.HANDSHAKE, 3, 1}, vector16(hello));
    FakeConnection client = new FakeConnection(Kind.TCP, End.END_OF_INPUT, record);
    ByteBuffer received = ByteBuffer.allocateDirect(TlsConnection.MAX_RECORD).flip();
    assertThrows(
        TlsFailure.class, () -> TlsConnection.accept(client, received, identities(), null));
    return client.written();
  }

  private Identities identities() throws IOException, Misconfiguration {
    Path names = directory.resolve("names");
    if (!Files.exists(names)) {
      put(names.resolve("a.example"), OWN);
      put(names.resolve("_.example"), WILDCARD);
      for (String trap : List.of(".", "..", "_", "A.EXAMPLE", "a.example.", "*.example", "-")) {
        Path entry = Files.createDirectories(names.resolve(trap));
        Files.writeString(entry.resolve("key.pem"), "a trap");
        Files.writeString(entry.resolve("chain.pem"), "a trap");
      }
    }
    return Identities.in(names, TlsConnectionTest.identity("p256-key.pem", OTHERWISE), null);
  }

  private static void put(Path entry, String chain) throws IOException {
    Files.createDirectories(entry);
    Files.copy(TLS.resolve("p256-key.pem"), entry.resolve("key.pem"));
    Files.copy(TLS.resolve(chain), entry.resolve("chain.pem"));
  }

  private static byte[] leaf(String chain) {
    return TlsConnectionTest.identity("p256-key.pem", chain).chain().getFirst();
  }

  private static boolean contains(byte[] octets, byte[] part) {
    return new String(octets, StandardCharsets.ISO_8859_1)
        .contains(new String(part, StandardCharsets.ISO_8859_1));
  }
}
