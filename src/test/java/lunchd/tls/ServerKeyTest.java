package lunchd.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.X509ExtendedKeyManager;
import org.junit.jupiter.api.Test;

/** A key manager that has one key, for a server. */
final class ServerKeyTest {
  private final X509Certificate[] chain = {new EncodedCertificate(new byte[0])};
  private final PrivateKey key =
      new PrivateKey() {
        private static final long serialVersionUID = 1;

        @Override
        public String getAlgorithm() {
          return "EC";
        }

        @Override
        public String getFormat() {
          return null;
        }

        @Override
        public byte[] getEncoded() {
          return null;
        }
      };
  private final X509ExtendedKeyManager keys = new ServerKey("EC", key, chain);

  @Test
  void servesWithTheKey() {
    String alias = keys.chooseEngineServerAlias("EC", null, null);
    assertNotNull(alias);
    assertSame(alias, keys.chooseServerAlias("EC", null, null));
    assertArrayEquals(new String[] {alias}, keys.getServerAliases("EC", null));
    assertSame(key, keys.getPrivateKey(alias));
    assertSame(chain, keys.getCertificateChain(alias));
  }

  @Test
  void hasNoOtherKindOfKey() {
    assertNull(keys.chooseEngineServerAlias("RSA", null, null));
    assertNull(keys.chooseServerAlias("RSA", null, null));
    assertNull(keys.getServerAliases("RSA", null));
  }

  @Test
  void isNoClient() {
    assertNull(keys.getClientAliases("EC", null));
    assertNull(keys.chooseClientAlias(new String[] {"EC"}, null, null));
    assertNull(keys.chooseEngineClientAlias(new String[] {"EC"}, null, null));
  }
}
