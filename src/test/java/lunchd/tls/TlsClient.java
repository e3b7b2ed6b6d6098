package lunchd.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import lunchd.connection.Connection;

/**
 * A client by the JDK's engine, as the connection that the server has: what the server reads is
 * what the client says next, without threads or sockets. Once the client has sent its request and
 * answered everything it got, its output ends.
 */
public final class TlsClient implements Connection {
  private static final int MAX_RECORD = 1 << 15;

  private final SSLEngine engine;
  private final SSLContext context;
  private final ByteBuffer request;
  private final ByteBuffer toServer = ByteBuffer.allocate(1 << 20).flip();
  private final ByteBuffer fromServer = ByteBuffer.allocate(1 << 20).flip();
  private final ByteArrayOutputStream raw = new ByteArrayOutputStream();
  private final ByteArrayOutputStream content = new ByteArrayOutputStream();
  private SSLException failure;
  private boolean isClosed;
  private boolean endsOutput;
  private int pieceLength = Integer.MAX_VALUE;
  private int octetsLeft = Integer.MAX_VALUE;
  private int sent;

  private TlsClient(SSLContext context, String request, Consumer<SSLParameters> options) {
    this.context = context;
    this.request = StandardCharsets.ISO_8859_1.encode(request);
    engine = context.createSSLEngine("localhost", 443);
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    options.accept(parameters);
    engine.setSSLParameters(parameters);
  }

  /** Makes a client that trusts test-fixtures/tls/ca.pem. */
  public static TlsClient of(String request, Consumer<SSLParameters> options) {
    return of(request, options, null);
  }

  /** Makes one that can show a client certificate. */
  public static TlsClient of(String request, Consumer<SSLParameters> options, KeyManager own) {
    try (InputStream ca = Files.newInputStream(Path.of("test-fixtures/tls/ca.pem"))) {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(ca));
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      KeyManager[] keys = own == null ? null : new KeyManager[] {own};
      context.init(keys, factory.getTrustManagers(), null);
      return new TlsClient(context, request, options);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends at most that many octets at a time. */
  TlsClient inPiecesOf(int octets) {
    pieceLength = octets;
    return this;
  }

  /** Leaves after that many octets. */
  TlsClient leavingAfter(int octets) {
    octetsLeft = octets;
    return this;
  }

  /** Returns how many octets the client has sent. */
  int sent() {
    return sent;
  }

  /** Returns everything that came from the server, as it was on the wire. */
  public byte[] raw() {
    return raw.toByteArray();
  }

  /** Returns what the server said under TLS. */
  public byte[] content() throws IOException {
    pump();
    return content.toByteArray();
  }

  /** Returns the client's error, such as an alert from the server, or null. */
  public SSLException failure() throws IOException {
    pump();
    return failure;
  }

  /** Tells whether the server has sent close_notify and then ended its output. */
  public boolean wasClosed() throws IOException {
    pump();
    return isClosed && endsOutput;
  }

  SSLEngine engine() {
    return engine;
  }

  /** Makes another connection from the same client, with the same options. */
  TlsClient again(Consumer<SSLParameters> options) {
    return new TlsClient(context, "soup?", options);
  }

  /** Tells whether the ClientHello offers to resume: pre_shared_key, RFC 8446 section 4.2.11. */
  boolean offersToResume() throws SSLException {
    begin();
    ByteBuffer hello = toServer.duplicate();
    hello.position(hello.position() + 5 + 4 + 2 + 32); // to the session ID
    hello.position(hello.position() + 1 + hello.get(hello.position()));
    hello.position(hello.position() + 2 + hello.getShort(hello.position())); // suites
    hello.position(hello.position() + 1 + hello.get(hello.position())); // compressions
    hello.getShort();
    while (hello.hasRemaining()) {
      if (hello.getShort() == 41) {
        return true;
      }
      hello.position(hello.position() + 2 + hello.getShort(hello.position()));
    }
    return false;
  }

  private void pump() throws IOException {
    boolean moved = failure == null;
    while (moved) {
      try {
        moved =
            switch (engine.getHandshakeStatus()) {
              case NEED_TASK -> {
                for (Runnable task; (task = engine.getDelegatedTask()) != null; ) {
                  task.run();
                }
                yield true;
              }
              case NEED_WRAP -> wrap(ByteBuffer.allocate(0));
              case NOT_HANDSHAKING, FINISHED ->
                  sent > 0 && request.hasRemaining() && !engine.isOutboundDone()
                      ? wrap(request)
                      : sent == 0 ? begin() : unwrap();
              default -> unwrap();
            };
      } catch (SSLException e) {
        failure = e;
        moved = false;
      }
    }
  }

  private boolean begin() throws SSLException {
    engine.beginHandshake();
    return wrap(ByteBuffer.allocate(0));
  }

  private boolean wrap(ByteBuffer src) throws SSLException {
    ByteBuffer record = ByteBuffer.allocate(MAX_RECORD);
    SSLEngineResult result = engine.wrap(src, record);
    toServer.compact().put(record.flip()).flip();
    sent += result.bytesProduced();
    return result.bytesProduced() > 0;
  }

  private boolean unwrap() throws SSLException {
    ByteBuffer plain = ByteBuffer.allocate(MAX_RECORD);
    SSLEngineResult result = engine.unwrap(fromServer, plain);
    content.write(plain.array(), 0, plain.position());
    isClosed |= result.getStatus() == SSLEngineResult.Status.CLOSED && engine.isInboundDone();
    return result.bytesConsumed() > 0;
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    if (!toServer.hasRemaining()) {
      pump();
    }
    int n = Math.min(Math.min(dst.remaining(), toServer.remaining()), pieceLength);
    n = Math.min(n, octetsLeft);
    if (n == 0) {
      return -1;
    }
    octetsLeft -= n;
    dst.put(toServer.slice(toServer.position(), n));
    toServer.position(toServer.position() + n);
    return n;
  }

  @Override
  public void write(ByteBuffer src) {
    byte[] octets = new byte[src.remaining()];
    src.get(octets);
    raw.writeBytes(octets);
    fromServer.compact().put(octets).flip();
  }

  @Override
  public void shutdownOutput() {
    endsOutput = true;
  }

  @Override
  public boolean isSocket() {
    return true;
  }

  @Override
  public boolean isNetwork() {
    return true;
  }

  @Override
  public InetSocketAddress address() {
    return new InetSocketAddress("192.0.2.7", 49152);
  }

  @Override
  public String peer() {
    return "192.0.2.7:49152";
  }
}
