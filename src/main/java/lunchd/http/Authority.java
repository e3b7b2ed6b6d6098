package lunchd.http;

import java.net.Inet6Address;

/**
 * A host and an optional port, as in the Host field (RFC 9110 section 7.2).
 *
 * @param host a reg-name, an IPv4 address, or an IP-literal in its brackets; never empty
 * @param port the digits after the colon, or empty
 */
public record Authority(String host, String port) {
  private static final int MAX_PORT = 65_535;

  /**
   * Parses {@code uri-host [ ":" port ]}, RFC 3986 section 3.2.
   *
   * @throws Rejection 400 if it is none, or has an empty host, which no http URI may have (RFC 9110
   *     section 4.2.1)
   */
  static Authority parse(String text) throws Rejection {
    int colon = text.indexOf(':', text.startsWith("[") ? text.indexOf(']') + 1 : 0);
    String host = colon < 0 ? text : text.substring(0, colon);
    String port = colon < 0 ? "" : text.substring(colon + 1);
    boolean hostIsValid =
        host.startsWith("[")
            ? isIpLiteral(host)
            : !host.isEmpty() && AsciiSet.REG_NAME.spansEncoded(host);
    if (!hostIsValid || !isPort(port)) {
      throw Rejection.badRequest("The host is not a valid one.");
    }
    return new Authority(host, port);
  }

  /** {@return this authority for an https URI: port 80, plaintext's own, does not carry over} */
  public String forHttps() {
    return port.isEmpty() || port.equals("80") ? host : host + ":" + port;
  }

  private static boolean isPort(String text) {
    return AsciiSet.DIGIT.spans(text)
        && text.length() <= 5
        && (text.isEmpty() || Integer.parseInt(text) <= MAX_PORT);
  }

  private static boolean isIpLiteral(String text) {
    if (!text.endsWith("]")) {
      return false;
    }
    String address = text.substring(1, text.length() - 1);
    if (!AsciiSet.IP_LITERAL.spans(address)) {
      return false; // a zone (RFC 6874) too, which means nothing to another host
    }
    if (address.startsWith("v") || address.startsWith("V")) {
      int dot = address.indexOf('.');
      return dot > 1
          && dot < address.length() - 1
          && AsciiSet.HEXDIG.spans(address.substring(1, dot));
    }
    try {
      Inet6Address.ofLiteral(address);
      return !hasLeadingZero(address);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Finds what {@code ofLiteral} overlooks: an IPv4 part such as 192.0.2.01, to some octal. */
  private static boolean hasLeadingZero(String address) {
    if (address.indexOf('.') >= 0) {
      for (String octet : address.substring(address.lastIndexOf(':') + 1).split("\\.")) {
        if (octet.length() > 1 && octet.startsWith("0")) {
          return true;
        }
      }
    }
    return false;
  }
}
