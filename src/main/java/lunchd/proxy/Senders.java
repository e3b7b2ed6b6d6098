package lunchd.proxy;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import lunchd.connection.Connection;

/** The senders whose PROXY header is believed, whatever address it gives. */
public final class Senders {
  private static final String UNIX = "unix";

  private final String text;
  private final List<Block> blocks;
  private final boolean hasUnix;

  private Senders(String text, List<Block> blocks, boolean hasUnix) {
    this.text = text;
    this.blocks = blocks;
    this.hasUnix = hasUnix;
  }

  /** Addresses that begin with the same bits. */
  private record Block(byte[] start, int bits) {
    boolean has(byte[] address) {
      if (address.length != start.length) {
        return false;
      }
      for (int i = 0; i < bits; i++) {
        int bit = 0x80 >> i % Byte.SIZE;
        if (((address[i / Byte.SIZE] ^ start[i / Byte.SIZE]) & bit) != 0) {
          return false;
        }
      }
      return true;
    }

    boolean isAligned() {
      for (int i = bits; i < start.length * Byte.SIZE; i++) {
        if ((start[i / Byte.SIZE] & 0x80 >> i % Byte.SIZE) != 0) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * Reads a list of senders.
   *
   * @param list addresses and CIDR blocks of IPv4 and IPv6 (RFC 4632, RFC 4291), and {@code unix}
   *     for the other end of a Unix socket, separated by commas
   * @return the senders
   * @throws IllegalArgumentException if one of them is none of these; the message says which, and
   *     what to write
   */
  public static Senders parse(String list) {
    List<Block> blocks = new ArrayList<>();
    boolean hasUnix = false;
    for (int start = 0, end; start <= list.length(); start = end + 1) {
      end = list.indexOf(',', start);
      end = end < 0 ? list.length() : end;
      String sender = list.substring(start, end);
      if (sender.equals(UNIX)) {
        hasUnix = true;
      } else {
        blocks.add(block(sender));
      }
    }
    return new Senders(list, blocks, hasUnix);
  }

  private static Block block(String text) {
    int slash = text.indexOf('/');
    byte[] start = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
    if (start == null) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not an IP address, a CIDR block or \"unix\"");
    }
    int most = start.length * Byte.SIZE;
    int bits = slash < 0 ? most : IpAddress.decimal(text.substring(slash + 1), most);
    if (bits < 0) {
      throw new IllegalArgumentException(
          text + " is not a CIDR block: after the slash comes a number up to " + most);
    }
    Block block = new Block(start, bits);
    if (!block.isAligned()) {
      throw new IllegalArgumentException(
          text + " is not a CIDR block: the address has bits beyond the first " + bits);
    }
    return block;
  }

  /** Tells whether the other end of a connection is one of them. */
  boolean have(Connection wire) {
    InetSocketAddress address = wire.address();
    if (address == null) {
      return hasUnix && wire.isSocket();
    }
    byte[] octets = address.getAddress().getAddress();
    for (Block block : blocks) {
      if (block.has(octets)) {
        return true;
      }
    }
    return false;
  }

  /** {@return the list, as the operator has written it} */
  @Override
  public String toString() {
    return text;
  }
}
