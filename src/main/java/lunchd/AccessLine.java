package lunchd;

import lunchd.connection.Connection;
import lunchd.connection.Deadline;
import lunchd.log.JsonLine;
import lunchd.log.Log;

/**
 * The one line that the log gets of an exchange: client, TLS version and suite, request line,
 * status, bytes, milliseconds, and the lunch or what went wrong.
 */
final class AccessLine {
  /** A client that is answered may say goodbye: a close_notify has 24 octets in TLS 1.3. */
  private static final int GOODBYE = 64; // octets

  private static final int SOON = 500; // milliseconds

  private final String peer;
  private final Deadline clock;
  private String security = "plain";
  private String requestLine = "";
  private int status;
  private int bytes;
  private int drained;
  private long drainMillis;
  private String remark = "";
  private boolean isWarning;

  AccessLine(String peer, Deadline clock) {
    this.peer = peer;
    this.clock = clock;
  }

  void connection(Connection client) {
    security = client.security();
  }

  void request(String line) {
    requestLine = line;
  }

  void response(int code, int length, String about) {
    status = code;
    bytes = length;
    append(about);
  }

  /** Notes that the client went wrong. */
  void trouble(String what) {
    isWarning = true;
    append(what);
  }

  /** Notes that the client asked for nothing. */
  void nothing(String what) {
    append(what);
  }

  /** Notes what came after the answer, and for how long it was read. */
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
    if (drained > GOODBYE || drainMillis > SOON) {
      append("drained " + drained + " bytes in " + drainMillis + " ms");
    }
    StringBuilder line = new StringBuilder(200).append(peer).append(' ').append(security);
    line.append(' ').append(requestLine.isEmpty() ? "-" : Log.quote(requestLine)).append(' ');
    line.append(status == 0 ? "-" : Integer.toString(status)).append(' ').append(bytes);
    line.append(" bytes ").append(clock.millisSinceStart()).append(" ms");
    if (!remark.isEmpty()) {
      line.append(' ').append(remark);
    }
    if (isWarning) {
      Log.warn(line.toString());
    } else {
      Log.info(line.toString());
    }
  }

  /** The same by the names that lunchd(8) lists; what there is none of is left out. */
  private void writeJson() {
    JsonLine line = JsonLine.of(isWarning ? "warn" : "info");
    int colon = peer.lastIndexOf(':');
    if (colon < 0) {
      line.add("client", peer);
    } else {
      String host = peer.substring(0, colon);
      line.add("client", host.startsWith("[") ? host.substring(1, host.length() - 1) : host);
      line.add("port", Integer.parseInt(peer.substring(colon + 1)));
    }
    int blank = security.indexOf(' ');
    if (blank > 0) {
      line.add("tls", security.substring(0, blank));
      line.add("suite", security.substring(blank + 1));
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
    Log.write(line, isWarning);
  }
}
