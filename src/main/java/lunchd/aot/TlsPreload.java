package lunchd.aot;

import lunchd.log.Log;
import lunchd.operator.Misconfiguration;
import lunchd.tls.TlsConnection;

/**
 * Loads the TLS library on a second thread, while the first one opens the connection and reads the
 * files. A thread that needs it waits for it there, so nothing depends on this thread but time: 4
 * ms of 48 where a second core is free.
 */
public final class TlsPreload extends Thread {
  /** Makes it; the JVM does not wait for it. */
  public TlsPreload() {
    super("TLS preload");
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
