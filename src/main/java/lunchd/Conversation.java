package lunchd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import lunchd.acme.ChallengeHandler;
import lunchd.connection.Connection;
import lunchd.connection.Deadline;
import lunchd.connection.DeadlineExceeded;
import lunchd.http.Client;
import lunchd.http.ClientCertificate;
import lunchd.http.Handler;
import lunchd.http.Html;
import lunchd.http.Rejection;
import lunchd.http.Request;
import lunchd.http.Response;
import lunchd.http1.ContentParser;
import lunchd.http1.RequestHead;
import lunchd.http1.RequestParser;
import lunchd.http1.ResponseWriter;
import lunchd.log.Log;
import lunchd.operator.ExitStatus;
import lunchd.settings.Settings;

/** One request and its answer, after any TLS handshake. */
final class Conversation implements Request.Source {
  private final Settings settings;
  private final Connection connection;
  private final ByteBuffer received;
  private final Deadline deadline;
  private final AccessLine line;
  private final RequestParser parser;
  private RequestHead head;
  private byte[] content; // null before it is read
  private IOException
      contentFailure; // answered with its own status, even if the handler catches it
  private boolean isAnswered;

  /** Makes a conversation over TLS, where only the handshake has been received. */
  Conversation(Settings settings, Connection tls, Deadline deadline, AccessLine line) {
    this(settings, tls, ByteBuffer.allocate(RequestParser.MAX_REQUEST_LINE).flip(), deadline, line);
  }

  /**
   * Makes a conversation.
   *
   * @param received what has been read from the connection; stays in use
   */
  Conversation(
      Settings settings,
      Connection connection,
      ByteBuffer received,
      Deadline deadline,
      AccessLine line) {
    this.settings = settings;
    this.connection = connection;
    this.received = received;
    this.deadline = deadline;
    this.line = line;
    this.parser = new RequestParser(!connection.isSocket());
    line.connection(connection);
  }

  /**
   * Reads the request and answers it.
   *
   * @return what the process is to exit with: 70 if the handler failed
   * @throws IOException if the client is at fault and can't be told
   */
  ExitStatus hold(Handler handler) throws IOException {
    Response response;
    ExitStatus status = ExitStatus.OK;
    try {
      readHead();
      if (head == null) {
        line.request(parser.requestLine());
        line.nothing("the client left without a request");
        return status;
      }
      response = answer(handler);
    } catch (Rejection e) {
      response = rejection(e);
    } catch (HandlerFailure e) {
      line.failure(e.getMessage());
      response = internalError();
      status = ExitStatus.SOFTWARE;
    }
    line.request(parser.requestLine());
    send(response);
    return status;
  }

  /** Answers the request: with the handler's response, a redirect, a challenge or an error. */
  private Response answer(Handler handler) throws IOException, HandlerFailure {
    boolean isReadable = connection.isNetwork() && connection.protocol() == null;
    if (isReadable && head.isHttps()) {
      throw new Rejection( // RFC 9110 section 7.4
          421, "An https URI is only served over TLS.");
    }
    boolean isChallenge =
        settings.acmeWebroot() != null
            && connection.protocol() == null // the authority comes in plaintext
            && head.path().startsWith(ChallengeHandler.PREFIX);
    if (isReadable && settings.hasIdentity() && !isChallenge) {
      return redirect();
    }
    boolean isUnknown = settings.clientCertificates() != null && connection.protocol() == null;
    if (isUnknown && !isChallenge) {
      throw new Rejection(403, "Clients must show a certificate here, over TLS.");
    }
    if (!head.hasKnownMethod()) {
      throw new Rejection(501, "This server does not know that method.");
    }
    return ask(isChallenge ? new ChallengeHandler(settings.acmeWebroot()) : handler);
  }

  /** Redirects plaintext from the network to the same target over TLS. */
  private Response redirect() throws Rejection {
    if (head.method().equals("CONNECT")) {
      return Response.methodNotAllowed("GET, HEAD");
    }
    if (head.authority() == null) {
      throw new Rejection(
          400, "This is served over https, and the request names no host to redirect to.");
    }
    String location = head.httpsUri(settings.httpsPort());
    String link = Html.escape(location);
    return Response.of(308)
        .with("Location", location)
        .html(
            Html.page(
                "This is served over HTTPS", "<p><a href=\"" + link + "\">" + link + "</a></p>"));
  }

  private Response ask(Handler handler) throws IOException, HandlerFailure {
    Response response;
    try {
      response = handler.handle(head.toRequest(this));
      if (response == null) {
        throw new NullPointerException("a handler must not return null");
      }
    } catch (Exception | Error e) {
      if (contentFailure == null && e instanceof Rejection rejection) {
        throw rejection;
      }
      if (contentFailure == null) {
        throw new HandlerFailure(handler, e);
      }
      throw contentFailure;
    }
    if (contentFailure != null) {
      throw contentFailure;
    }
    return response;
  }

  /** Reads the head of the request; leaves null if the client left without one. */
  private void readHead() throws IOException {
    try {
      while (!parser.parse(received)) {
        if (connection.receive(received) < 0) {
          head = connection.isSocket() ? null : parser.endOfInput();
          return;
        }
      }
      head = parser.head();
      connection.firstMessageIsWhole();
    } catch (DeadlineExceeded e) {
      if (parser.hasBegun()) {
        throw new Rejection(408, "The request took too long to arrive.");
      }
      throw e;
    }
  }

  @Override
  public byte[] content(int limit) throws IOException {
    if (contentFailure != null) {
      throw contentFailure;
    }
    try {
      if (content == null) {
        content = readContent(limit);
      }
      if (content.length > limit) {
        throw ContentParser.tooLarge(limit);
      }
      return content;
    } catch (IOException e) {
      contentFailure = e;
      throw e;
    }
  }

  private byte[] readContent(int limit) throws IOException {
    ContentParser body = new ContentParser(head, !connection.isSocket(), limit);
    if (head.expectsContinue() && !received.hasRemaining() && head.hasContent()) {
      connection.write(ResponseWriter.goOn());
    }
    try {
      while (!body.parse(received)) {
        if (connection.receive(received) < 0) {
          throw new Rejection(400, "The content ends before it is complete.");
        }
      }
    } catch (DeadlineExceeded e) {
      throw new Rejection(408, "The content took too long to arrive.");
    }
    return body.content();
  }

  @Override
  public Client client() {
    String fingerprint = connection.fingerprint();
    return new Client(
        connection.address(),
        connection.protocol(),
        connection.cipherSuite(),
        connection.serverName(),
        fingerprint == null ? null : new ClientCertificate(connection.clientName(), fingerprint));
  }

  @Override
  public Duration timeLeft() {
    return Duration.ofMillis(Math.max(deadline.millisLeft(), 0));
  }

  private Response rejection(Rejection e) {
    line.trouble(e.getMessage());
    return Response.error(e.status(), e.getMessage());
  }

  private static Response internalError() {
    return Response.error(500, "The error is on the server's side.");
  }

  private void send(Response response) throws IOException {
    int hsts = connection.protocol() == null ? 0 : settings.hstsSeconds();
    ByteBuffer octets = ResponseWriter.serialize(response, parser.isHead(), hsts, Instant.now());
    line.response(response.status(), octets.remaining(), response.remark());
    isAnswered = true;
    connection.write(octets);
  }

  /**
   * Answers a request, even an incomplete one, with a 500, unless an answer is already on its way.
   */
  void apologize() throws IOException {
    if (isAnswered) {
      return;
    }
    try {
      parser.parse(received); // to find the method: an error in answer to HEAD has no content
    } catch (Rejection e) {
      Log.debug("the request is wrong as well: " + e.getMessage());
    }
    send(internalError());
  }

  /** Tells the client that nothing more will come. */
  void end() throws IOException {
    connection.shutdownOutput();
  }
}
