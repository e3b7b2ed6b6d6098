package lunchd.tls;

import java.util.List;
import java.util.function.BiFunction;
import javax.net.ssl.SSLEngine;

/**
 * Picks http/1.1 by ALPN, RFC 7301. It also remembers if it could not: Conscrypt would then go on
 * without ALPN, but section 3.2 asks for an alert.
 */
final class ProtocolSelector implements BiFunction<SSLEngine, List<String>, String> {
  private static final String HTTP_1_1 = "http/1.1";

  private boolean refused;

  @Override
  public String apply(SSLEngine engine, List<String> offered) {
    refused = !offered.contains(HTTP_1_1);
    return refused ? null : HTTP_1_1;
  }

  /** Returns whether the client offered only protocols that lunchd does not speak. */
  boolean hasRefused() {
    return refused;
  }
}
