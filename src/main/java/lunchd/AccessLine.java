package lunchd;

import java.net.InetSocketAddress;
import lunchd.connection.Connection;
import lunchd.connection.Deadline;
import lunchd.log.JsonLine;
import lunchd.log.Log;
import org.tinylog.Level;

/**
 * The one log line of an exchange: client, TLS version and suite, request line, status, bytes,
 * milliseconds, and the lunch or what went wrong.
 */
final class AccessLine {
  /** After its answer a client may still say goodbye: a close_notify has 24 octets in TLS 1.3. */
  private static final int GOODBYE = 64; // octets

  private static final int SOON = 500; // milliseconds

  private final Deadline clock;
  private Connection client; // the wire, or what is over it
  private String requestLine = "";
  private int status;
  private int bytes;
  private int drained;
  private long drainMillis;
  private String remark = "";
  private Level level = Level.INFO;

  AccessLine(Connection wire, Deadline clock) {
    this.client = wire;
    this.clock = clock;
  }

  /** Notes that a new connection is layered over the one before. */
  void connection(Connection over) {
    client = over;
  }

  void request(String line) {
    requestLine = line;
  }

  void response(int code, int length, String about) {
    status = code;
    bytes = length;
    append(about);
  }

  /** Notes an error of the client. */
  void trouble(String what) {
    level = Level.WARN;
    append(what);
  }

  /** Notes a failure of the handler. */
  void failure(String what) {
    level = Level.ERROR;
    append(what);
  }

  /** Notes that the client has sent no request. */
  void nothing(String what) {
    append(what);
  }

  /** Notes how much came after the answer, and how long it was read. */
  void drained(int octets, long millis) {
    drained = octets;
    drainMillis = millis;
  }

  private void append(String text) {
    String more = Log.isJson() ? Log.cut(text) : Log.printable(text);
    remark = remark.isEmpty() || more.isEmpty() ? remark + more : remark + "; " + more;
  }

  void write() {
    if (Log.isJson()) {
      writeJson();
      return;
    }
    if (client.fingerprint() != null) {
      String name = client.clientName();
      append("client " + client.fingerprint() + (name == null ? "" : " " + name));
    }
    if (drained > GOODBYE || drainMillis > SOON) {
      append("drained " + drained + " bytes in " + drainMillis + " ms");
    }
    StringBuilder line = new StringBuilder(200).append(client.peer()).append(' ');
    String protocol = client.protocol();
    line.append(protocol == null ? "plain" : protocol + " " + client.cipherSuite());
    line.append(' ').append(requestLine.isEmpty() ? "-" : Log.quote(requestLine)).append(' ');
    line.append(status == 0 ? "-" : Integer.toString(status)).append(' ').append(bytes);
    line.append(" bytes ").append(clock.millisSinceStart()).append(" ms");
    if (!remark.isEmpty()) {
      line.append(' ').append(remark);
    }
    Log.write(level, line.toString());
  }

  /** The same with the names that lunchd(8) lists; what is missing is left out. */
  private void writeJson() {
    JsonLine line = JsonLine.of(level);
    InetSocketAddress address = client.address();
    if (address == null) {
      line.add("client", client.peer());
    } else {
      line.add("client", Log.address(address.getAddress().getHostAddress()));
      line.add("port", address.getPort());
    }
    if (client.protocol() != null) {
      line.add("tls", client.protocol());
      line.add("suite", client.cipherSuite());
    }
    if (client.fingerprint() != null) {
      line.add("certificate", client.fingerprint());
      if (client.clientName() != null) {
        line.add("certificate_name", Log.cut(client.clientName()));
      }
    }
    if (!requestLine.isEmpty()) {
      line.add("request", Log.cut(requestLine));
    }
    if (status != 0) {
      line.add("status", status);
    }
    line.add("bytes", bytes).add("ms", clock.millisSinceStart());
    line.add("drained_bytes", drained).add("drained_ms", drainMillis);
    if (!remark.isEmpty()) {
      line.add("remark", remark);
    }
    Log.write(level, line.toString());
  }
}
