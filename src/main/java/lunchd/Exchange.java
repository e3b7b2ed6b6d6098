package lunchd;

import java.io.IOException;
import java.nio.ByteBuffer;
import lunchd.connection.Connection;
import lunchd.connection.Connections;
import lunchd.connection.Deadline;
import lunchd.http.Handler;
import lunchd.log.Log;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import lunchd.operator.Service;
import lunchd.proxy.ProxiedConnection;
import lunchd.settings.Settings;
import lunchd.signer.SignerConnection;
import lunchd.tls.Alert;
import lunchd.tls.ClientCertificates;
import lunchd.tls.Identities;
import lunchd.tls.Identity;
import lunchd.tls.TlsConnection;

/**
 * One connection, from its first byte to its last: the whole life of the process. The request and
 * its answer are a {@link Conversation}.
 */
public final class Exchange {
  private static final int END = -1;

  private final Settings settings;
  private final Service service;
  private Connection wire; // to the client, or to the proxy in front
  private final Deadline deadline;
  private final AccessLine line;
  private final ByteBuffer received = ByteBuffer.allocateDirect(TlsConnection.MAX_RECORD).flip();
  private boolean isInHandshake; // if that fails, TLS has told the client
  private Conversation conversation; // null until it is known whether TLS protects it

  private Exchange(Settings settings, Service service, Connection wire, Deadline deadline) {
    this.settings = settings;
    this.service = service;
    this.wire = wire;
    this.deadline = deadline;
    this.line = new AccessLine(wire, deadline);
  }

  /**
   * Serves the connection that this process was started for.
   *
   * @return what the process is to exit with
   * @throws Misconfiguration if the operator must fix something first; the client has been told
   */
  static ExitStatus run(Settings settings, Service service) throws Misconfiguration {
    Deadline deadline = Deadline.after(1_000L * settings.timeoutSeconds());
    Connection wire;
    try {
      wire = Connections.inherited(deadline);
    } catch (IOException e) {
      String gone = "the client was gone before lunchd was up";
      if (settings.proxies() == null) {
        Log.info(gone);
      } else { // a proxy's health check may end like this
        Log.debug(gone);
      }
      return ExitStatus.OK;
    }
    return run(settings, service, wire, deadline);
  }

  /**
   * Serves a connection.
   *
   * @param settings the command line
   * @param service what answers
   * @param wire the connection
   * @param deadline limits it
   * @return what the process is to exit with
   * @throws Misconfiguration if the operator must fix something first; the client has been told
   */
  public static ExitStatus run(
      Settings settings, Service service, Connection wire, Deadline deadline)
      throws Misconfiguration {
    if (wire.isSocket()) { // a person typing into a pipe takes longer
      deadline.hurry(1_000L * settings.firstTimeoutSeconds());
    }
    return new Exchange(settings, service, wire, deadline).run();
  }

  /**
   * Tells a client on a socket that it can't be served, because the command line is not usable.
   *
   * @param service whose settings are the defaults
   */
  static void refuse(Service service) {
    try {
      Settings settings = Settings.parse(service);
      Deadline deadline = Deadline.after(1_000L * settings.firstTimeoutSeconds());
      new Exchange(settings, service, Connections.inherited(deadline), deadline).apologize();
    } catch (IOException | Misconfiguration e) { // there is no client, then
      Log.debug(e.getMessage());
    }
  }

  private ExitStatus run() throws Misconfiguration {
    ExitStatus status = ExitStatus.OK;
    if (settings.proxies() != null && !isIntroduced()) {
      return status;
    }
    try {
      // Every file but those of --certificates is read at every start, whatever the client speaks.
      Identities identities = identities();
      ClientCertificates clients = clients();
      Handler handler = service.open(settings.arguments());

      boolean isTls = identities != null && firstOctet() == TlsConnection.HANDSHAKE;
      if (identities != null && !isTls) {
        identities.forgetKey();
      }
      conversation =
          isTls
              ? new Conversation(settings, handshake(identities, clients), deadline, line)
              : new Conversation(settings, wire, received, deadline, line);
      status = conversation.hold(handler);
      conversation.end();
    } catch (Misconfiguration | RuntimeException | Error e) {
      apologize();
      throw e;
    } catch (IOException e) {
      line.trouble(e.getMessage());
    }
    hangUp();
    line.write();
    return status;
  }

  /**
   * Reads the client's address from the proxy in front, before a file is read or TLS is loaded: for
   * a health check, nothing else has to be done.
   *
   * @return whether there is a client to serve
   */
  private boolean isIntroduced() {
    try {
      ProxiedConnection client = ProxiedConnection.accept(wire, received, settings.proxies());
      Log.debug("a connection through the proxy " + wire.peer());
      if (client.isLocal() && hasEnded()) {
        return false;
      }
      wire = client;
      line.connection(client);
    } catch (IOException e) {
      line.trouble(e.getMessage());
      hangUp();
      line.write();
      return false;
    }
    return true;
  }

  private boolean hasEnded() {
    try {
      return firstOctet() == END;
    } catch (IOException e) {
      return true;
    }
  }

  /** Returns the server's identities; those in {@code --certificates} are not read yet. */
  private Identities identities() throws Misconfiguration {
    if (!settings.hasIdentity()) {
      return null;
    }
    Identity identity =
        settings.signer() == null
            ? Identity.read(settings.key(), settings.certificate(), settings.keyPasswordFile())
            : Identity.of(
                SignerConnection.open(settings.signer(), deadline), settings.certificate());
    return settings.certificates() == null
        ? Identities.only(identity)
        : Identities.in(settings.certificates(), identity, settings.keyPasswordFile());
  }

  private ClientCertificates clients() throws Misconfiguration {
    return settings.clientCertificates() == null
        ? null
        : ClientCertificates.read(settings.clientCertificates());
  }

  private Connection handshake(Identities identities, ClientCertificates clients)
      throws IOException, Misconfiguration {
    isInHandshake = true;
    Connection client = TlsConnection.accept(wire, received, identities, clients);
    isInHandshake = false;
    return client;
  }

  /** Reads the first octet, unless it is there already: it tells a ClientHello from plaintext. */
  private int firstOctet() throws IOException {
    if (!received.hasRemaining()) {
      wire.receive(received);
    }
    return received.hasRemaining() ? received.get(received.position()) : END;
  }

  /** Tells a client on a socket that the fault is on this side; the log tells the operator why. */
  private void apologize() {
    if (!wire.isSocket()) {
      return;
    }
    try {
      if (conversation != null) {
        conversation.apologize();
      } else if (!isInHandshake && firstOctet() != END) {
        if (firstOctet() == TlsConnection.HANDSHAKE) {
          wire.write(Alert.record(Alert.INTERNAL_ERROR));
        } else {
          conversation = new Conversation(settings, wire, received, deadline, line);
          conversation.apologize();
        }
      }
    } catch (IOException e) {
      line.trouble(e.getMessage());
    }
    hangUp();
    line.write();
  }

  /** Ends the connection without a reset, which unread input would cause (RFC 9112 section 9.6). */
  private void hangUp() {
    try {
      if (conversation == null) {
        wire.shutdownOutput();
      } else {
        conversation.end();
      }
    } catch (IOException e) {
      return; // the client has reset the connection: it sends no more
    }
    Log.prepare(); // while the client takes its answer and ends its side
    long start = deadline.millisSinceStart();
    int octets = wire.drain();
    line.drained(octets, deadline.millisSinceStart() - start);
  }
}
