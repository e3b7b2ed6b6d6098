package lunchd.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.security.cert.X509Certificate;
import javax.net.ssl.X509ExtendedKeyManager;
import lunchd.operator.Misconfiguration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A key manager that has one key, for a server. */
final class ServerKeyTest {
  private final Identity identity = TlsConnectionTest.identity("p256-key.pem", "p256-chain.pem");
  private final X509ExtendedKeyManager keys = new ServerKey(identity);

  @BeforeAll
  static void load() throws Misconfiguration {
    TlsConnection.prepare();
  }

  @Test
  void servesWithTheKey() throws Exception {
    String alias = keys.chooseEngineServerAlias("EC", null, null);
    assertNotNull(alias);
    assertSame(identity.key(), keys.getPrivateKey(alias));
    X509Certificate[] chain = keys.getCertificateChain(alias);
    assertEquals(identity.chain().size(), chain.length);
    assertArrayEquals(identity.chain().getFirst(), chain[0].getEncoded());
  }

  @Test
  void hasNoOtherKindOfKey() {
    assertNull(keys.chooseEngineServerAlias("RSA", null, null));
  }

  @Test
  void servesNoSocketOfTheJdks() {
    assertNull(keys.chooseServerAlias("EC", null, null));
    assertNull(keys.getServerAliases("EC", null));
  }

  @Test
  void isNoClient() {
    assertNull(keys.getClientAliases("EC", null));
    assertNull(keys.chooseClientAlias(new String[] {"EC"}, null, null));
    assertNull(keys.chooseEngineClientAlias(new String[] {"EC"}, null, null));
  }
}
