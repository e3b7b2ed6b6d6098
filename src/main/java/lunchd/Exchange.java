package lunchd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import lunchd.acme.ChallengeHandler;
import lunchd.connection.Connection;
import lunchd.connection.Connections;
import lunchd.connection.Deadline;
import lunchd.connection.DeadlineExceeded;
import lunchd.http.Field;
import lunchd.http.Handler;
import lunchd.http.Rejection;
import lunchd.http.Request;
import lunchd.http.RequestParser;
import lunchd.http.Response;
import lunchd.http.ResponseWriter;
import lunchd.http.Status;
import lunchd.log.Log;
import lunchd.lunch.LunchHandler;
import lunchd.operator.Misconfiguration;
import lunchd.tls.Alert;
import lunchd.tls.Identity;
import lunchd.tls.TlsConnection;

/** One connection, from its first byte to its last: the whole life of the process. */
final class Exchange {
  private static final int UNKNOWN = -2;
  private static final int END = -1;

  private final Settings settings;
  private final Connection wire;
  private final Deadline deadline;
  private final AccessLine line;
  private final RequestParser parser;
  private ByteBuffer received = ByteBuffer.allocateDirect(TlsConnection.MAX_RECORD).flip();
  private int firstByte = UNKNOWN;
  private Connection client; // the wire, or TLS over it
  private boolean isAnswered;

  private Exchange(Settings settings, Connection wire, Deadline deadline) {
    this.settings = settings;
    this.wire = wire;
    this.deadline = deadline;
    this.line = new AccessLine(wire.peer(), deadline);
    this.parser = new RequestParser(!wire.isSocket());
    this.client = wire;
  }

  /**
   * Serves the connection that this process was started for.
   *
   * @throws Misconfiguration if the operator must mend something first; the client has been told
   */
  static void run(Settings settings) throws Misconfiguration {
    Deadline deadline = Deadline.after(1_000L * settings.timeoutSeconds());
    if (settings.hasIdentity()) {
      new Preparation().start();
    }
    Connection wire;
    try {
      wire = Connections.inherited(deadline);
    } catch (IOException e) {
      Log.info("the client was gone before lunchd was up");
      return;
    }
    run(settings, wire, deadline);
  }

  /** Serves a connection; the deadline is the one over it. */
  static void run(Settings settings, Connection wire, Deadline deadline) throws Misconfiguration {
    if (wire.isSocket()) { // a person typing into a pipe takes longer
      deadline.hurry(1_000L * settings.firstTimeoutSeconds());
    }
    new Exchange(settings, wire, deadline).run();
  }

  private void run() throws Misconfiguration {
    try {
      // Every file is read at every start, whatever the client speaks.
      Identity identity = identity();
      Handler handler = LunchHandler.open(settings.menu(), settings.zone()); // put your own here

      boolean isTls = identity != null && startsTls();
      if (isTls) {
        isAnswered = true; // by an alert, where this fails
        client = TlsConnection.accept(wire, received, identity);
        isAnswered = false;
        received = ByteBuffer.allocate(RequestParser.MAX_REQUEST_LINE).flip();
      }
      line.connection(client);
      boolean redirects = identity != null && !isTls && wire.isNetwork();
      converse(handler, redirects);
      client.shutdownOutput();
    } catch (Misconfiguration | RuntimeException | Error e) {
      apologize();
      throw e;
    } catch (IOException e) {
      line.trouble(e.getMessage());
    }
    hangUp();
    line.write();
  }

  private Identity identity() throws Misconfiguration {
    return settings.hasIdentity()
        ? Identity.read(settings.key(), settings.certificate(), settings.keyPasswordFile())
        : null;
  }

  /** Tells by the first byte: a ClientHello's, or plaintext. */
  private boolean startsTls() throws IOException {
    if (firstByte == UNKNOWN) {
      receive();
    }
    return firstByte == TlsConnection.HANDSHAKE;
  }

  private boolean receive() throws IOException {
    received.clear();
    int count;
    try {
      count = client.read(received);
    } finally {
      received.flip();
    }
    if (firstByte == UNKNOWN) {
      firstByte = count < 0 ? END : received.get(0);
    }
    return count >= 0;
  }

  private void converse(Handler handler, boolean redirects) throws IOException {
    Response response;
    try {
      Request request = request();
      if (request == null) {
        line.request(parser.requestLine());
        line.nothing("the client left without a request");
        return;
      }
      if (request.isHttps() && client == wire && wire.isNetwork()) {
        throw new Rejection( // RFC 9110 section 7.4
            Status.MISDIRECTED_REQUEST, "What is asked for over https is served over TLS alone.");
      }
      if (isChallenge(request)) {
        response = answer(new ChallengeHandler(settings.acmeWebroot()), request);
      } else {
        response = redirects ? redirect(request) : answer(handler, request);
      }
    } catch (Rejection e) {
      line.trouble(e.getMessage());
      response = Response.of(e);
    }
    line.request(parser.requestLine());
    send(response);
  }

  /** Reads the request; null if the client left without one. */
  private Request request() throws IOException, Rejection {
    try {
      while (!parser.parse(received)) {
        if (!receive()) {
          return wire.isSocket() ? null : parser.endOfInput();
        }
      }
      client.firstMessageIsWhole();
      return parser.request();
    } catch (DeadlineExceeded e) {
      if (parser.hasBegun()) {
        throw new Rejection(Status.REQUEST_TIMEOUT, "The request took too long to arrive.");
      }
      throw e;
    }
  }

  /** Tells whether it is for the certificate authority, which comes in plaintext. */
  private boolean isChallenge(Request request) {
    return settings.acmeWebroot() != null
        && client == wire
        && request.path().startsWith(ChallengeHandler.PREFIX);
  }

  private static Response answer(Handler handler, Request request) throws Rejection {
    if (!request.hasKnownMethod()) {
      throw new Rejection(Status.NOT_IMPLEMENTED, "This server does not know that method.");
    }
    return handler.handle(request);
  }

  /** Plaintext from the network: the same again, but over TLS. */
  private Response redirect(Request request) throws Rejection {
    if (request.method().equals("CONNECT")) {
      return Response.methodNotAllowed();
    }
    if (request.authority() == null) {
      throw new Rejection(
          Status.BAD_REQUEST, "This is served over https, and the request names no host to go to.");
    }
    return Response.redirect(request.httpsUri(settings.httpsPort()));
  }

  private void send(Response response) throws IOException {
    boolean pins = client != wire && settings.hstsSeconds() > 0;
    Response complete =
        pins
            ? response.with(
                new Field("Strict-Transport-Security", "max-age=" + settings.hstsSeconds()))
            : response;
    ByteBuffer octets = ResponseWriter.serialize(complete, parser.isHead(), Instant.now());
    line.response(response.status().code(), octets.remaining(), response.remark());
    isAnswered = true;
    client.write(octets);
  }

  /** Tells a client on a socket that the fault is on this side; the log tells the operator why. */
  private void apologize() {
    if (!wire.isSocket()) {
      return;
    }
    try {
      if (!isAnswered) {
        boolean isTls = startsTls();
        if (client == wire && isTls && settings.hasIdentity()) {
          wire.write(Alert.INTERNAL_ERROR.record());
        } else if (firstByte != END) {
          findMethod();
          send(Response.error(Status.INTERNAL_SERVER_ERROR, "The fault is on this side."));
        }
        client.shutdownOutput();
      }
    } catch (IOException e) {
      line.trouble(e.getMessage());
    }
    hangUp();
    line.write();
  }

  /** Finds the method in what has come: an error in answer to HEAD has no content either. */
  private void findMethod() {
    try {
      parser.parse(received);
    } catch (Rejection e) {
      Log.debug("the request is wrong as well: " + e.getMessage());
    }
  }

  /** Ends so that no unread octet of the client's turns the close into a reset (RFC 9112, 9.6). */
  private void hangUp() {
    try {
      client.shutdownOutput();
    } catch (IOException e) {
      return; // the client has reset the connection: it sends no more
    }
    Log.prepare(); // while the client takes its answer and ends its side
    long start = deadline.millisSinceStart();
    int octets = wire.drain();
    line.drained(octets, deadline.millisSinceStart() - start);
  }
}
