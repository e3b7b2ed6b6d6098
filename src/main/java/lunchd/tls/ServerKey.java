package lunchd.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/** A key manager with one key, whatever name or issuer the client asks for. */
final class ServerKey extends X509ExtendedKeyManager {
  private static final String ALIAS = "server";

  private final String keyType;
  private final PrivateKey key;
  private final X509Certificate[] chain;

  /**
   * Makes one.
   *
   * @param keyType the kind of key that the engine must ask for to get it
   */
  ServerKey(String keyType, PrivateKey key, X509Certificate[] chain) {
    this.keyType = keyType;
    this.key = key;
    this.chain = chain;
  }

  @Override
  public String chooseEngineServerAlias(String asked, Principal[] issuers, SSLEngine engine) {
    return asked.equals(keyType) ? ALIAS : null;
  }

  @Override
  public String chooseServerAlias(String asked, Principal[] issuers, Socket socket) {
    return asked.equals(keyType) ? ALIAS : null;
  }

  @Override
  public String[] getServerAliases(String asked, Principal[] issuers) {
    return asked.equals(keyType) ? new String[] {ALIAS} : null;
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return chain;
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return key;
  }

  @Override
  public String[] getClientAliases(String asked, Principal[] issuers) {
    return null;
  }

  @Override
  public String chooseClientAlias(String[] asked, Principal[] issuers, Socket socket) {
    return null;
  }
}
