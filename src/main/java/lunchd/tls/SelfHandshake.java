package lunchd.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import lunchd.connection.Connection;
import lunchd.operator.Misconfiguration;

/**
 * A handshake of lunchd with itself, in memory. The client is the JDK's TLS. It acts as the
 * server's connection, so that no thread or socket is needed. It trusts only the leaf that it
 * expects.
 */
public final class SelfHandshake implements Connection {
  /** Room for the longest flight, in octets: a chain's file has a quarter of it at most. */
  private static final int MAX_FLIGHT = 1 << 20;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SSLEngine client;
  private final ByteBuffer toServer = ByteBuffer.allocate(MAX_FLIGHT).flip();
  private final ByteBuffer toClient = ByteBuffer.allocate(MAX_FLIGHT).flip();
  private final ByteBuffer content = ByteBuffer.allocate(TlsConnection.MAX_RECORD); // there is none

  private SelfHandshake(Certificate leaf) throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("leaf", leaf);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    client = context.createSSLEngine();
    client.setUseClientMode(true);
    SSLParameters parameters = client.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"http/1.1"});
    client.setSSLParameters(parameters);
    client.beginHandshake();
  }

  /**
   * Does the handshake; the server's side is the same as for every client, except that it asks for
   * no certificate.
   *
   * @param identity the server's identity
   * @return the TLS version and cipher suite, as in the log
   * @throws Misconfiguration 78 if it fails
   */
  public static String of(Identity identity) throws Misconfiguration {
    ByteBuffer received = ByteBuffer.allocateDirect(TlsConnection.MAX_RECORD).flip();
    try {
      SelfHandshake wire = new SelfHandshake(identity.certificates().getFirst());
      TlsConnection server = TlsConnection.accept(wire, received, Identities.only(identity), null);
      return server.protocol() + " " + server.cipherSuite();
    } catch (IOException | GeneralSecurityException e) {
      throw identity.unfit(e.getMessage());
    }
  }

  /** Gets what the client sends next; nothing if it waits for more. */
  @Override
  public int read(ByteBuffer dst) throws IOException {
    while (!toServer.hasRemaining()) {
      HandshakeStatus status = client.getHandshakeStatus();
      if (status == HandshakeStatus.NEED_TASK) {
        client.getDelegatedTask().run();
      } else if (status == HandshakeStatus.NEED_WRAP) {
        client.wrap(NOTHING, toServer.clear());
        toServer.flip();
      } else if (client.unwrap(toClient, content.clear()).bytesConsumed() == 0) {
        return -1;
      }
    }
    int count = Math.min(dst.remaining(), toServer.remaining());
    dst.put(toServer.slice(toServer.position(), count));
    toServer.position(toServer.position() + count);
    return count;
  }

  @Override
  public void write(ByteBuffer src) {
    toClient.compact().put(src).flip();
  }

  @Override
  public void shutdownOutput() {
    // nothing waits for it
  }

  @Override
  public String peer() {
    return "memory";
  }
}
