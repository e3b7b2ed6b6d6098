package lunchd;

import lunchd.log.Log;
import lunchd.operator.Misconfiguration;
import lunchd.tls.TlsConnection;

/**
 * Loads the TLS library on a second thread, while the first one opens the connection and reads the
 * files. A thread that needs it waits for it there, so nothing depends on this thread but time: 4
 * ms of 48 where a second core is free.
 */
final class Preparation extends Thread {
  Preparation() {
    super("preparation");
    setDaemon(true);
  }

  @Override
  public void run() {
    try {
      TlsConnection.prepare();
    } catch (Misconfiguration | RuntimeException | Error e) {
      Log.debug("no TLS, as a handshake will find and say: " + e);
    }
  }
}
