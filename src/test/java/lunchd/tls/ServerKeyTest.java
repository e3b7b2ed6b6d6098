package lunchd.tls;

import static org.junit.jupiter.api.Assertions.assertNull;

import javax.net.ssl.X509ExtendedKeyManager;
import org.junit.jupiter.api.Test;

/** What the key manager does not support; IdentitiesTest tests what it chooses in a handshake. */
final class ServerKeyTest {
  private final X509ExtendedKeyManager keys =
      new ServerKey(Identities.only(TlsConnectionTest.identity("p256-key.pem", "p256-chain.pem")));

  @Test
  void isNoClient() {
    assertNull(keys.getClientAliases("EC", null));
    assertNull(keys.chooseClientAlias(new String[] {"EC"}, null, null));
    assertNull(keys.chooseEngineClientAlias(new String[] {"EC"}, null, null));
  }

  @Test
  void isForEnginesAlone() {
    assertNull(keys.chooseServerAlias("EC", null, null));
    assertNull(keys.getServerAliases("EC", null));
  }
}
