package lunchd.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import lunchd.operator.Misconfiguration;
import org.conscrypt.RequestedServerName;

/**
 * The key manager of one handshake: when the ClientHello has been read, it chooses the identity for
 * the name that the client asks for.
 */
final class ServerKey extends X509ExtendedKeyManager {
  private static final String ALIAS = "server";

  private final Identities identities;
  private boolean hasChosen;
  private String serverName; // that the client asked for
  private Identity identity; // the one that was chosen
  private Misconfiguration failure; // what kept it from choosing one

  ServerKey(Identities identities) {
    this.identities = identities;
  }

  /** Returns the host name that the client asked for, or null if it has not named one so far. */
  String serverName() {
    return serverName;
  }

  /** Returns the identity that was chosen, or null if there is none so far. */
  Identity identity() {
    return identity;
  }

  /**
   * Returns why there is no identity or no signature, or null if that is not the operator's error.
   */
  Misconfiguration failure() {
    return failure != null || identity == null ? failure : identity.failure();
  }

  /** Returns whether a handshake asked a signer for a signature with SHA-1, and got none. */
  boolean isAskedForSha1() {
    return identity != null && identity.isAskedForSha1();
  }

  private void choose(SSLEngine engine) {
    hasChosen = true;
    String name = RequestedServerName.of(engine);
    serverName = name == null ? null : HostName.of(name);
    try {
      identity = identities.of(serverName);
    } catch (Misconfiguration e) {
      failure = e; // the handshake fails without a key
    }
  }

  /** It is asked for each kind of key in turn: from here on the key is needed. */
  @Override
  public String chooseEngineServerAlias(String asked, Principal[] issuers, SSLEngine engine) {
    if (!hasChosen) {
      choose(engine);
    }
    return identity != null
            && identity.isReady(serverName == null ? "" : serverName)
            && asked.equals(identity.keyType().suites())
        ? ALIAS
        : null;
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
    return null; // there are only engines
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
