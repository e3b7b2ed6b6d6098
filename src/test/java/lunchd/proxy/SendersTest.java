package lunchd.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import lunchd.connection.Connection;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may send a PROXY header. */
final class SendersTest {
  /** A connection that has only a peer address. */
  private record From(InetSocketAddress address) implements Connection {
    @Override
    public int read(ByteBuffer dst) {
      throw new AssertionError("read");
    }

    @Override
    public void write(ByteBuffer src) {
      throw new AssertionError("written");
    }

    @Override
    public void shutdownOutput() {
      throw new AssertionError("ended");
    }

    @Override
    public boolean isSocket() {
      return true;
    }

    @Override
    public String peer() {
      return address.toString();
    }
  }

  private static boolean have(String senders, String address) throws Exception {
    InetSocketAddress from = new InetSocketAddress(InetAddress.getByName(address), 50_312);
    return Senders.parse(senders).have(new From(from));
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1, 192.0.2.2",
    "192.0.2.1/32, 192.0.2.1, 192.0.2.0",
    "192.0.2.0/24, 192.0.2.255, 192.0.3.0",
    "192.0.2.128/25, 192.0.2.128, 192.0.2.127",
    "10.0.0.0/8, 10.255.255.255, 11.0.0.0",
    "0.0.0.0/0, 255.255.255.255, ::1",
    "::/0, 2001:db8::1, 192.0.2.1",
    "2001:db8::1, 2001:db8::1, 2001:db8::2",
    "2001:db8::/32, 2001:db8:ffff::1, 2001:db9::",
    "2001:db8::/33, 2001:db8:7fff::1, 2001:db8:8000::",
    "fe80::/10, febf::1, fec0::1",
    "'192.0.2.1,2001:db8::1,unix', 2001:db8::1, 2001:db8::2",
    "'unix,10.0.0.0/8,192.0.2.1', 10.1.2.3, 192.0.2.2",
  })
  void anAddressIsOneOrNot(String senders, String one, String other) throws Exception {
    assertTrue(have(senders, one), one);
    assertFalse(have(senders, other), other);
  }

  private static void assertNamed(String senders, String sender) {
    String why =
        assertThrows(IllegalArgumentException.class, () -> Senders.parse(senders)).getMessage();
    assertTrue(
        why.startsWith(sender + " is not a CIDR block") || why.startsWith('"' + sender + "\" is"),
        why);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "192.0.2",
        "192.0.2.1.1",
        "192.0.2.01",
        "localhost",
        "*",
        "any",
        "Unix",
        "192.0.2.1/",
        "192.0.2.1/33",
        "192.0.2.0/-1",
        "192.0.2.0/024",
        "192.0.2.0/24/24",
        "192.0.2.1/24",
        "10.0.0.1/8",
        "0.0.0.1/0",
        "2001:db8::/129",
        "2001:db8::1/64",
        "[2001:db8::1]",
        "2001:db8::1%lo",
        "192.0.2.1:443",
        "unix/8",
        "/run/haproxy.sock",
      })
  void whatIsNoneIsNamed(String senders) {
    assertNamed(senders, senders);
  }

  @ParameterizedTest
  @CsvSource({
    "',', ''",
    "'192.0.2.1,', ''",
    "',192.0.2.1', ''",
    "'192.0.2.1,,unix', ''",
    "'192.0.2.1, 192.0.2.2', ' 192.0.2.2'",
    "'unix,192.0.2.1/24,any', 192.0.2.1/24",
  })
  void ofAListTheFirstThatIsNoneIsNamed(String senders, String sender) {
    assertNamed(senders, sender);
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.1", "unix", "10.0.0.0/8,unix,::1"})
  void theyAreWrittenAsTheyWereGiven(String senders) {
    assertEquals(senders, Senders.parse(senders).toString());
  }
}
