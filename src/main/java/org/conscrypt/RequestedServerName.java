package org.conscrypt;

import javax.net.ssl.SSLEngine;

/**
 * What the client asks for by SNI, while a key manager chooses: in this package, since elsewhere it
 * takes the JDK's internationalized domain names and their tables.
 */
public final class RequestedServerName {
  private RequestedServerName() {}

  /**
   * Returns the name as it came, in whatever characters.
   *
   * @param engine a server's, in the handshake
   * @return the name, or null if there is none
   */
  public static String of(SSLEngine engine) {
    return ((ConscryptSession) engine.getHandshakeSession()).getRequestedServerName();
  }
}
