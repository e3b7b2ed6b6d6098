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

  private final Identity identity;

  ServerKey(Identity identity) {
    this.identity = identity;
  }

  /** Is asked when there is a ClientHello: from here on it needs the key. */
  @Override
  public String chooseEngineServerAlias(String asked, Principal[] issuers, SSLEngine engine) {
    return identity.isReady() && asked.equals(identity.keyType().suites()) ? ALIAS : null;
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    X509Certificate[] chain = new X509Certificate[identity.chain().size()];
    for (int i = 0; i < chain.length; i++) {
      chain[i] = new EncodedCertificate(identity.chain().get(i));
    }
    return chain;
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return identity.key();
  }

  @Override
  public String chooseServerAlias(String asked, Principal[] issuers, Socket socket) {
    return null;
  }

  @Override
  public String[] getServerAliases(String asked, Principal[] issuers) {
    return null;
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
