package lunchd.proxy;

import java.util.Arrays;

/** IP addresses as text: RFC 4291 section 2.2, and four decimal numbers without leading zeros. */
final class IpAddress {
  private static final int IPV4 = 4; // octets
  private static final int IPV6 = 16;

  private IpAddress() {}

  /**
   * Reads an address. The JDK would accept 10.1 as an address, and eth0 as a scope.
   *
   * @return its 4 or 16 octets, or null if the text is not an address
   */
  static byte[] parse(String text) {
    return text.indexOf(':') < 0 ? ipv4(text) : ipv6(text);
  }

  private static byte[] ipv4(String text) {
    byte[] octets = new byte[IPV4];
    int start = 0;
    for (int i = 0; i < IPV4; i++) {
      int end = i == IPV4 - 1 ? text.length() : text.indexOf('.', start);
      int number = end < 0 ? -1 : decimal(text.substring(start, end), 255);
      if (number < 0) {
        return null;
      }
      octets[i] = (byte) number;
      start = end + 1;
    }
    return octets;
  }

  /**
   * Reads a number in decimal, without leading zeros.
   *
   * @return the number, or -1 if it is not one or is greater than {@code max}
   */
  static int decimal(String text, int max) {
    int length = text.length();
    if (length == 0 || length > 5 || length > 1 && text.charAt(0) == '0') {
      return -1;
    }
    int number = 0;
    for (int i = 0; i < length; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = 10 * number + digit;
    }
    return number > max ? -1 : number;
  }

  private static byte[] ipv6(String text) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      byte[] whole = fields(text, true);
      return whole != null && whole.length == IPV6 ? whole : null;
    }
    byte[] before = fields(text.substring(0, gap), false);
    byte[] after = fields(text.substring(gap + 2), true);
    // It stands for at least one field of zeros (RFC 5952 section 4.2.2 would have two).
    if (before == null || after == null || before.length + after.length > IPV6 - 2) {
      return null;
    }
    byte[] octets = Arrays.copyOf(before, IPV6);
    System.arraycopy(after, 0, octets, IPV6 - after.length, after.length);
    return octets;
  }

  /** Reads fields of four hexadecimal digits or fewer, the last two of which may be an IPv4's. */
  private static byte[] fields(String text, boolean isEnd) {
    byte[] octets = new byte[IPV6];
    int length = 0;
    for (int start = 0, end; start <= text.length() && !text.isEmpty(); start = end + 1) {
      end = text.indexOf(':', start);
      end = end < 0 ? text.length() : end;
      String field = text.substring(start, end);
      byte[] value = isEnd && end == text.length() ? ipv4(field) : null;
      if (value == null) {
        value = field(field);
      }
      if (value == null || length + value.length > IPV6) {
        return null;
      }
      System.arraycopy(value, 0, octets, length, value.length);
      length += value.length;
    }
    return Arrays.copyOf(octets, length);
  }

  private static byte[] field(String text) {
    int length = text.length();
    if (length == 0 || length > 4) {
      return null;
    }
    int number = 0;
    for (int i = 0; i < length; i++) {
      int digit = text.charAt(i) > 'f' ? -1 : Character.digit(text.charAt(i), 16);
      if (digit < 0) {
        return null;
      }
      number = number << 4 | digit;
    }
    return new byte[] {(byte) (number >> Byte.SIZE), (byte) number};
  }
}
