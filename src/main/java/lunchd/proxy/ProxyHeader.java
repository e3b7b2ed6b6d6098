package lunchd.proxy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The header of the PROXY protocol, version 1 or 2, as in HAProxy's doc/proxy-protocol.txt, to
 * which the sections named here belong. It consumes its own octets, and none of those that follow.
 */
final class ProxyHeader {
  /** The longest line of version 1, in octets, its CRLF included. */
  private static final int MAX_LINE = 107;

  private static final byte[] PROXY = {'P', 'R', 'O', 'X', 'Y', ' '};

  /** How version 2 begins. */
  private static final byte[] SIGNATURE = {
    '\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'
  };

  /** Where in version 2 the parts are that every header has. */
  private static final int COMMAND = SIGNATURE.length;

  private static final int FAMILY = COMMAND + 1;
  private static final int LENGTH = FAMILY + 1;
  private static final int BLOCK = LENGTH + 2;

  private static final int VERSION_2 = 2;

  private static final int INET = 1;
  private static final int INET6 = 2;
  private static final int UNIX = 3;

  private static final int STREAM = 1;
  private static final int DGRAM = 2;

  /** A TLV's type and length. */
  private static final int TLV_HEADER = 3;

  private static final int CRC32C_TYPE = 3;
  private static final int CRC32C_LENGTH = 4;

  private static final int MAX_PORT = 65_535;

  private byte[] octets = new byte[256];
  private int length; // of what has come so far
  private int end; // of a header of version 2, once that is known
  private boolean isLocal;
  private boolean isUnix;
  private InetSocketAddress client;

  /**
   * Takes octets until the header is whole.
   *
   * @param received what has come; what follows the header stays there
   * @return whether it is whole
   * @throws ProxyFailure as soon as it can't become one
   */
  boolean parse(ByteBuffer received) throws ProxyFailure {
    while (received.hasRemaining()) {
      if (length == octets.length) {
        octets = Arrays.copyOf(octets, 2 * length);
      }
      octets[length++] = received.get();
      if (octets[0] == SIGNATURE[0] ? isWholeBlock() : isWholeLine()) {
        return true;
      }
    }
    return false;
  }

  /** Tells whether anything has come. */
  boolean hasBegun() {
    return length > 0;
  }

  /** Tells whether the proxy speaks for itself, as in a health check. */
  boolean isLocal() {
    return isLocal;
  }

  /** Tells whether the client has connected to a Unix socket of the proxy. */
  boolean isUnix() {
    return isUnix;
  }

  /** Returns the client's address and port, or null if the proxy gives none. */
  InetSocketAddress client() {
    return client;
  }

  // --- Version 1, section 2.1 -----------------------------------------------------------------

  private boolean isWholeLine() throws ProxyFailure {
    if (length <= PROXY.length && octets[length - 1] != PROXY[length - 1]) {
      throw new ProxyFailure("there is no PROXY header");
    }
    if (octets[length - 1] == '\n' && octets[length - 2] == '\r') {
      int rest = length - PROXY.length - 2;
      readLine(new String(octets, PROXY.length, rest, StandardCharsets.ISO_8859_1));
      return true;
    }
    if (length == MAX_LINE) {
      throw new ProxyFailure("the PROXY header has no end within 107 octets");
    }
    return false;
  }

  private void readLine(String line) throws ProxyFailure {
    if (line.equals("UNKNOWN") || line.startsWith("UNKNOWN ")) {
      return; // the rest of the line is ignored
    }
    String[] fields = line.split(" ", -1);
    int addressLength = fields[0].equals("TCP4") ? 4 : fields[0].equals("TCP6") ? 16 : 0;
    if (fields.length == 5 && addressLength > 0) {
      byte[] source = IpAddress.parse(fields[1]);
      byte[] destination = IpAddress.parse(fields[2]);
      int port = IpAddress.decimal(fields[3], MAX_PORT);
      if (source != null
          && source.length == addressLength
          && destination != null
          && destination.length == addressLength
          && port >= 0
          && IpAddress.decimal(fields[4], MAX_PORT) >= 0) {
        client = address(source, port);
        return;
      }
    }
    throw new ProxyFailure("the PROXY header is broken");
  }

  // --- Version 2, section 2.2 -----------------------------------------------------------------

  private boolean isWholeBlock() throws ProxyFailure {
    int last = length - 1;
    if (last < SIGNATURE.length) {
      if (octets[last] != SIGNATURE[last]) {
        throw new ProxyFailure("there is no PROXY header");
      }
    } else if (last == COMMAND) {
      if (octets[COMMAND] >> 4 != VERSION_2) {
        throw new ProxyFailure("the PROXY header has a version that is neither 1 nor 2");
      }
      int command = octets[COMMAND] & 0xf;
      if (command > 1) {
        throw new ProxyFailure("the PROXY header has a command that is neither LOCAL nor PROXY");
      }
      isLocal = command == 0;
    } else if (last == FAMILY) {
      if (!isLocal && (family() > UNIX || protocol() > DGRAM)) {
        throw new ProxyFailure("the PROXY header has an unknown address family");
      }
    } else if (last == BLOCK - 1) {
      end = BLOCK + unsignedShort(LENGTH);
      if (hasAddresses() && end < BLOCK + addressesLength()) {
        throw new ProxyFailure("the PROXY header is too short for its addresses");
      }
    }
    if (length < BLOCK || length < end) {
      return false;
    }
    checkTlvs();
    readAddress();
    return true;
  }

  private int family() {
    return octets[FAMILY] >> 4 & 0xf;
  }

  private int protocol() {
    return octets[FAMILY] & 0xf;
  }

  /** In an UNSPEC header the addresses are ignored, and in a LOCAL one everything. */
  private boolean hasAddresses() {
    return !isLocal && family() > 0 && protocol() > 0;
  }

  private int addressesLength() {
    return switch (family()) {
      case INET -> 2 * (4 + 2);
      case INET6 -> 2 * (16 + 2);
      case UNIX -> 2 * 108;
      default -> 0;
    };
  }

  /**
   * The client of a datagram can't be the client here: it counts as unspecified, as that document
   * allows.
   */
  private void readAddress() {
    if (!hasAddresses() || protocol() != STREAM) {
      return;
    }
    isUnix = family() == UNIX;
    if (!isUnix) {
      int size = family() == INET ? 4 : 16;
      byte[] source = Arrays.copyOfRange(octets, BLOCK, BLOCK + size);
      client = address(source, unsignedShort(BLOCK + 2 * size));
    }
  }

  /**
   * Skips the TLVs, and verifies the checksum if there is one. A block that is to be ignored need
   * not consist of TLVs.
   */
  private void checkTlvs() throws ProxyFailure {
    int checksum = 0;
    int next;
    for (int tlv = BLOCK + addressesLength(); tlv < end; tlv = next) {
      next = tlv + TLV_HEADER;
      if (next <= end) {
        next += unsignedShort(tlv + 1);
      }
      boolean isChecksum = octets[tlv] == CRC32C_TYPE;
      boolean isBroken =
          next > end || isChecksum && (checksum > 0 || next != tlv + TLV_HEADER + CRC32C_LENGTH);
      if (isBroken) {
        if (hasAddresses()) {
          throw new ProxyFailure("the PROXY header has a broken TLV");
        }
        return;
      }
      if (isChecksum) {
        checksum = tlv + TLV_HEADER;
      }
    }
    if (checksum > 0) {
      verify(checksum);
    }
  }

  /** The checksum is computed with zeros in its own place: section 2.2.3. */
  private void verify(int place) throws ProxyFailure {
    ByteBuffer header = ByteBuffer.wrap(octets, 0, end);
    int said = header.getInt(place);
    header.putInt(place, 0);
    CRC32C checksum = new CRC32C();
    checksum.update(header);
    if ((int) checksum.getValue() != said) {
      throw new ProxyFailure("the PROXY header has a wrong checksum");
    }
  }

  private int unsignedShort(int place) {
    return (octets[place] & 0xff) << Byte.SIZE | octets[place + 1] & 0xff;
  }

  private static InetSocketAddress address(byte[] octets, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(octets), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // an address of an invalid length
    }
  }
}
