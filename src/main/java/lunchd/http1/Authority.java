package lunchd.http1;

import java.net.Inet6Address;
import lunchd.http.Rejection;
import lunchd.syntax.AsciiSet;

/**
 * A host and an optional port, as in the Host field (RFC 9110 section 7.2).
 *
 * @param host a reg-name, an IPv4 address, or an IP-literal in its brackets; never empty
 * @param port the digits after the colon, or empty
 */
public record Authority(String host, String port) {
  private static final int MAX_PORT = 65_535;
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

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
      throw new Rejection(400, "The host is not valid.");
    }
    return new Authority(host, port);
  }

  /**
   * Names the host for an https URI.
   *
   * @param httpsPort where https is served; 0 for its default port where this one is that of http,
   *     and for this one elsewhere
   * @return the authority; the default port is left out, unless it is this one's own
   */
  String forHttps(int httpsPort) {
    if (httpsPort == 0) {
      return port.isEmpty() || number(port) == HTTP_PORT ? host : host + ":" + port;
    }
    return httpsPort == HTTPS_PORT ? host : host + ":" + httpsPort;
  }

  private static boolean isPort(String text) {
    return AsciiSet.DIGIT.spans(text) && number(text) <= MAX_PORT;
  }

  /**
   * Returns the port that digits stand for, with any number of leading zeros; 65536 if it is
   * greater.
   */
  private static int number(String digits) {
    int number = 0;
    for (int i = 0; i < digits.length(); i++) {
      number = Math.min(10 * number + digits.charAt(i) - '0', MAX_PORT + 1);
    }
    return number;
  }

  private static boolean isIpLiteral(String text) {
    if (!text.endsWith("]")) {
      return false;
    }
    String address = text.substring(1, text.length() - 1);
    if (!AsciiSet.IP_LITERAL.spans(address)) {
      return false; // a zone (RFC 6874) too, which has no meaning on another host
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
