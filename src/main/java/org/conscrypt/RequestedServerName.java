package org.conscrypt;

import javax.net.ssl.SSLEngine;

/**
 * The name that a client asks for by SNI, during the handshake. It is in this package because the
 * public way to it loads the JDK's internationalized domain names and their tables.
 */
public final class RequestedServerName {
  private RequestedServerName() {}

  /**
   * Returns the name as the client sent it, with any characters.
   *
   * @param engine the server's, during its handshake
   * @return the name, or null if there is none
   */
  public static String of(SSLEngine engine) {
    return ((ConscryptSession) engine.getHandshakeSession()).getRequestedServerName();
  }
}
