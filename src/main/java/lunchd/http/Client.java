package lunchd.http;

import java.net.InetSocketAddress;

/**
 * The client, as far as the connection tells.
 *
 * @param address the client's address and port, or null where there is none: a pipe or a Unix
 *     socket
 * @param protocol the TLS version, {@code TLSv1.3} or {@code TLSv1.2}, or null in plaintext
 * @param cipherSuite the cipher suite by its name in RFC 8446 or RFC 5289, such as {@code
 *     TLS_AES_128_GCM_SHA256}, or null in plaintext
 * @param serverName the host name that the client asked for in the TLS handshake (SNI, RFC 6066
 *     section 3), in lower case, or null if it named none; it need not be the Host of the request
 * @param certificate the certificate by which the client was let in, or null if lunchd asks for
 *     none
 */
public record Client(
    InetSocketAddress address,
    String protocol,
    String cipherSuite,
    String serverName,
    ClientCertificate certificate) {
  /**
   * Makes a client without a certificate.
   *
   * @param address as above
   * @param protocol as above
   * @param cipherSuite as above
   * @param serverName as above
   */
  public Client(InetSocketAddress address, String protocol, String cipherSuite, String serverName) {
    this(address, protocol, cipherSuite, serverName, null);
  }

  /** {@return whether the connection is protected by TLS} */
  public boolean isTls() {
    return protocol != null;
  }
}
