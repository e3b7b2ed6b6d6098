package lunchd;

import lunchd.connection.Connection;
import lunchd.connection.Deadline;
import lunchd.log.Log;

/**
 * The one line that the log gets of an exchange: client, TLS version and suite, request line,
 * status, bytes, milliseconds, and the lunch or what went wrong.
 */
final class AccessLine {
  private final String peer;
  private final Deadline clock;
  private String security = "plain";
  private String requestLine = "-";
  private int status;
  private int bytes;
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
    if (!line.isEmpty()) {
      requestLine = Log.quote(line);
    }
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

  private void append(String text) {
    String more = Log.printable(text);
    remark = remark.isEmpty() || more.isEmpty() ? remark + more : remark + "; " + more;
  }

  void write() {
    StringBuilder line = new StringBuilder(200).append(peer).append(' ').append(security);
    line.append(' ').append(requestLine).append(' ');
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
}
