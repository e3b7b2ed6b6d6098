package lunchd.tls;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import lunchd.connection.Connection;
import lunchd.log.Log;
import lunchd.operator.Misconfiguration;

/**
 * TLS over another connection, as the server. What is written is not sent until more is read, or
 * until {@link #shutdownOutput}, so that response and close_notify go out together.
 */
public final class TlsConnection implements Connection {
  /** The content type that every ClientHello starts with, RFC 8446 section 5.1: handshake. */
  public static final byte HANDSHAKE = 0x16;

  /** Room for the longest record, in octets: 2^14 and 2,048 (RFC 5246 section 6.2.3), a header. */
  public static final int MAX_RECORD = (1 << 14) + 2048 + 5;

  /** A flight with a long chain is several records; no chain takes more than this. */
  private static final int MAX_FLIGHT = 1 << 20;

  /** What BoringSSL writes before an error's name. */
  private static final String BORINGSSL = ":OPENSSL_internal:";

  private static final String SHA1_ONLY = "the client accepts only signatures with SHA-1";

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Connection wire;
  private final SSLEngine engine;
  private final ServerKey key;
  private final ProtocolSelector selector;
  private final ClientVerifier clients; // null where no certificate is asked for
  private final ByteBuffer received; // from the wire: ready to be unwrapped
  private int record; // where in it the last unwrapped record begins
  private final ByteBuffer content = ByteBuffer.allocate(MAX_RECORD).flip(); // unwrapped
  private ByteBuffer outgoing = ByteBuffer.allocateDirect(MAX_RECORD); // wrapped: to be flushed
  private boolean hasWritten;
  private boolean isOpen; // the handshake is done
  private boolean
      isOver; // nothing more may be written: an alert was the last, or a part of a record

  private TlsConnection(
      Connection wire, ByteBuffer received, Identities identities, ClientCertificates clients)
      throws Misconfiguration {
    this.wire = wire;
    this.received = received;
    this.key = new ServerKey(identities);
    this.selector = new ProtocolSelector();
    this.clients = clients == null ? null : new ClientVerifier(clients);
    this.engine = BoringSsl.engine(key, selector, this.clients);
  }

  /**
   * Does the handshake.
   *
   * @param wire the connection to protect
   * @param received what has been read from {@code wire}; a buffer of {@link #MAX_RECORD} or more,
   *     which stays in use
   * @param identities the server's identities
   * @param clients the clients to serve, by their certificates; null for everybody
   * @return the protected connection
   * @throws TlsFailure if the client's side of the handshake is at fault
   * @throws Misconfiguration if the server's identity turns out to be unusable. As with every error
   *     on this side, the client has been told by an alert
   */
  public static TlsConnection accept(
      Connection wire, ByteBuffer received, Identities identities, ClientCertificates clients)
      throws IOException, Misconfiguration {
    TlsConnection connection = null;
    try {
      connection = new TlsConnection(wire, received, identities, clients);
      connection.handshake();
      if (clients != null && connection.fingerprint() == null) { // as if a session were resumed
        throw new TlsFailure("the client has shown no certificate in this handshake");
      }
      return connection;
    } catch (SSLException e) {
      Misconfiguration error = BoringSsl.operatorsError(connection.key, e);
      if (error == null) {
        throw connection.fail(e);
      }
      abort(connection, wire, error);
      throw error;
    } catch (Misconfiguration | RuntimeException | Error e) {
      abort(connection, wire, e);
      throw e;
    }
  }

  /** Tells the client that the fault is on this side. */
  private static void abort(TlsConnection connection, Connection wire, Throwable why) {
    try {
      if (connection == null || !connection.hasWritten) {
        wire.write(Alert.record(Alert.INTERNAL_ERROR));
      } else {
        connection.provoke(
            Records.junk()); // once keys are in use, only BoringSSL can send an alert
      }
    } catch (IOException e) {
      why.addSuppressed(e);
    }
  }

  private void handshake() throws IOException {
    engine.beginHandshake();
    while (true) {
      switch (engine.getHandshakeStatus()) {
        case NEED_WRAP -> {
          wire.firstMessageIsWhole(); // the engine has taken a ClientHello, and has an answer
          wrap(NOTHING);
        }
        case NEED_UNWRAP -> {
          if (!unwrap()) {
            throw new TlsFailure("the client left in the TLS handshake");
          }
        }
        default -> {
          flush();
          isOpen = true;
          return;
        }
      }
    }
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    try {
      while (!content.hasRemaining()) {
        if (!unwrap()) {
          return -1;
        }
      }
    } catch (SSLException e) {
      throw fail(e);
    }
    int n = Math.min(dst.remaining(), content.remaining());
    dst.put(content.slice(content.position(), n));
    content.position(content.position() + n);
    return n;
  }

  @Override
  public void write(ByteBuffer src) throws IOException {
    while (src.hasRemaining()) {
      if (wrap(src).bytesProduced() == 0 && src.hasRemaining()) {
        throw new TlsFailure("the client has closed the TLS connection");
      }
    }
  }

  @Override
  public void shutdownOutput() throws IOException {
    if (!isOver) {
      engine.closeOutbound();
      wrapRest();
      flush();
    }
    wire.shutdownOutput();
  }

  /** Unwraps one record, reading from the wire what is missing of it; false at the end of input. */
  private boolean unwrap() throws IOException {
    content.clear();
    record = received.position();
    SSLEngineResult result;
    try {
      result = engine.unwrap(received, content);
    } finally {
      content.flip();
    }
    if (selector.hasRefused()) {
      throw refuse(Alert.NO_APPLICATION_PROTOCOL, "the client's ALPN does not offer HTTP/1.1");
    }
    if (!isOpen && key.isAskedForSha1()) {
      throw refuse(Alert.HANDSHAKE_FAILURE, SHA1_ONLY);
    }
    if (!isOpen && key.failure() != null) {
      hasWritten = false; // nothing encrypted: the flight that is ready is not sent
      throw new SSLException("there is no signature");
    }
    return switch (result.getStatus()) {
      case CLOSED -> false;
      case BUFFER_UNDERFLOW -> receive();
      case BUFFER_OVERFLOW -> throw new SSLException("a record is too long");
      case OK -> true;
    };
  }

  private boolean receive() throws IOException {
    flush();
    received.compact();
    try {
      if (!received.hasRemaining()) {
        throw new SSLException("a record is too long");
      }
      return wire.read(received) >= 0;
    } finally {
      received.flip();
      record = 0;
    }
  }

  private SSLEngineResult wrap(ByteBuffer src) throws IOException {
    while (true) {
      SSLEngineResult result = engine.wrap(src, outgoing);
      if (result.getStatus() != SSLEngineResult.Status.BUFFER_OVERFLOW) {
        return result;
      }
      if (isOpen && outgoing.position() > 0) {
        flush();
      } else if (outgoing.capacity() < MAX_FLIGHT) { // a flight leaves as a whole
        outgoing = ByteBuffer.allocateDirect(outgoing.capacity() * 2).put(outgoing.flip());
      } else {
        throw new SSLException("the certificate chain is too long");
      }
    }
  }

  /** Takes everything from the engine that it still has to send, such as an alert. */
  private void wrapRest() throws IOException {
    int produced;
    do {
      produced = wrap(NOTHING).bytesProduced();
    } while (produced > 0 && !engine.isOutboundDone());
  }

  private void flush() throws IOException {
    if (outgoing.position() > 0) {
      if (!isOpen && Records.isSignedWithSha1(outgoing.duplicate().flip())) {
        throw refuse(Alert.HANDSHAKE_FAILURE, SHA1_ONLY);
      }
      hasWritten = true;
      isOver = true; // until all of it has left
      wire.write(outgoing.flip());
      isOver = false;
      outgoing.clear();
    }
  }

  /**
   * Sends an alert that the engine doesn't have: keys are not in use before the server's flight.
   */
  private TlsFailure refuse(int alert, String why) throws IOException {
    wire.write(Alert.record(alert));
    return new TlsFailure(why);
  }

  /**
   * Sends the engine's alert; for a malformed record, its alert for another bad record. A client's
   * alert is not answered: RFC 8446 section 6.2.
   */
  private TlsFailure fail(SSLException failure) throws IOException {
    String alert = Alert.in(received.duplicate().position(record));
    if (alert == null) {
      alert = Alert.in(String.valueOf(failure.getMessage()));
    }
    if (alert == null) {
      ByteBuffer substitute = Records.insteadOf(received);
      if (substitute != null) {
        provoke(substitute);
      } else {
        leave();
      }
    }
    isOver = true;
    return new TlsFailure(
        "TLS: " + (alert != null ? "the client's alert " + alert : reason(failure)));
  }

  /** Makes the engine reject a record, and sends its alert. */
  private void provoke(ByteBuffer junk) throws IOException {
    try {
      while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
        wrap(NOTHING);
      }
      engine.unwrap(junk, content.clear());
    } catch (SSLException e) {
      Log.debug("TLS: " + reason(e)); // as it should
    }
    leave();
  }

  /** Sends what the engine still has to say. */
  private void leave() throws IOException {
    wrapRest();
    flush();
  }

  /** Takes only the error's name from BoringSSL's text: the rest is addresses and source lines. */
  private static String reason(SSLException failure) {
    String text = String.valueOf(failure.getMessage());
    int start = text.indexOf(BORINGSSL);
    if (start < 0) {
      return text;
    }
    start += BORINGSSL.length();
    int end = text.indexOf(' ', start);
    return text.substring(start, end < 0 ? text.length() : end);
  }

  @Override
  public void firstMessageIsWhole() {
    wire.firstMessageIsWhole();
  }

  @Override
  public boolean isSocket() {
    return wire.isSocket();
  }

  @Override
  public boolean isNetwork() {
    return wire.isNetwork();
  }

  @Override
  public String peer() {
    return wire.peer();
  }

  @Override
  public InetSocketAddress address() {
    return wire.address();
  }

  /** The suite's name tells the version: Conscrypt's session says TLSv1.2 for 1.3 too. */
  @Override
  public String protocol() {
    return cipherSuite().contains("_WITH_") ? "TLSv1.2" : "TLSv1.3";
  }

  @Override
  public String cipherSuite() {
    return engine.getSession().getCipherSuite();
  }

  @Override
  public String fingerprint() {
    return clients == null ? null : clients.fingerprint();
  }

  @Override
  public String clientName() {
    return clients == null ? null : clients.name();
  }

  @Override
  public String serverName() {
    return key.serverName();
  }
}
