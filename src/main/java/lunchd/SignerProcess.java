package lunchd;

import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import lunchd.log.Log;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import lunchd.settings.Settings;
import lunchd.signer.Keyring;
import lunchd.signer.Signer;
import lunchd.tls.HeldPairs;

/** What {@code --sign} does: the life of a signer, from its socket to its end. */
final class SignerProcess {
  /** How long a signer without a usable key waits for handlers to tell them so, in milliseconds. */
  private static final long WITHOUT_KEY = 1_000;

  private SignerProcess() {}

  /**
   * Signs until no handler has been connected for a while, or until a SIGTERM.
   *
   * @return the exit status of the process
   * @throws Misconfiguration if stdin is not a listening socket
   */
  static ExitStatus run(Settings settings) throws Misconfiguration {
    try {
      ServerSocketChannel listener = listener();
      Keyring keys;
      ExitStatus status = ExitStatus.OK;
      long idle = 1_000L * settings.idleSeconds();
      try {
        keys =
            HeldPairs.read(
                settings.key(),
                settings.certificate(),
                settings.keyPasswordFile(),
                settings.certificates(),
                settings.keys());
      } catch (Misconfiguration e) {
        // Handlers that have connected must be told, or systemd would start one signer after
        // another for the connections that wait.
        Log.error(Log.printable(e.getMessage()));
        keys = name -> null;
        status = e.status();
        idle = WITHOUT_KEY;
      }
      Signer signer = new Signer(listener, keys, idle);
      Runtime.getRuntime().addShutdownHook(new Farewell(signer));
      signer.serve();
      return status;
    } catch (IOException e) {
      throw new Misconfiguration(
          ExitStatus.CONFIG,
          "can't wait for handlers (" + e.getMessage() + "); raise LimitNOFILE= or ulimit -n");
    }
  }

  private static ServerSocketChannel listener() throws IOException, Misconfiguration {
    Channel channel = System.inheritedChannel();
    if (channel instanceof ServerSocketChannel listener) {
      return listener;
    }
    throw new Misconfiguration(
        ExitStatus.CONFIG,
        "stdin is not a listening socket, which --sign needs; set Accept=no in the .socket unit");
  }

  /** Ends a signer as if it had ended by itself, with the same status. */
  private static final class Farewell extends Thread {
    private final Signer signer;

    Farewell(Signer signer) {
      super("farewell");
      this.signer = signer;
    }

    @Override
    public void run() {
      signer.end();
      try {
        signer.awaitEnd();
      } catch (InterruptedException e) {
        Log.debug("interrupted: " + e); // nothing does that
      }
      Runtime.getRuntime().halt(ExitStatus.OK.code());
    }
  }
}
