package lunchd;

import java.util.Arrays;
import java.util.List;
import lunchd.aot.AotCache;
import lunchd.check.Check;
import lunchd.jar.JarService;
import lunchd.log.Log;
import lunchd.lunch.Lunch;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import lunchd.operator.Service;
import lunchd.settings.Settings;

/** From arguments to exit status. */
public final class Main {
  private static final Service SERVICE = new Lunch(); // what is served, unless --handler says so

  private Main() {}

  /**
   * Serves the connection on stdin and stdout, and exits.
   *
   * @param args see {@code --help}
   * @throws Exception if the code in a changed image can't be run
   */
  public static void main(String[] args) throws Exception {
    AotCache.State cache = AotCache.state();
    if (cache == AotCache.State.STALE) {
      AotCache.runImage(args);
    } else {
      exit(run(cache, args));
    }
  }

  /**
   * Does the same with the classes of an image that the cache was not made from; called in its own
   * class loader.
   *
   * @param args see {@code --help}
   */
  public static void serve(String[] args) {
    exit(run(AotCache.State.STALE, args));
  }

  /** Not with exit(), which would first set up a logger, in 8 ms; there are no hooks to run. */
  private static void exit(ExitStatus status) {
    Runtime.getRuntime().halt(status.code());
  }

  /**
   * Does everything except exit.
   *
   * @param cache the AOT cache's state
   * @param args see {@code --help}
   * @return what the process is to exit with
   */
  public static ExitStatus run(AotCache.State cache, String... args) {
    Settings settings = null;
    try {
      Service service = JarService.find(SERVICE, args);
      settings = Settings.parse(service, args);
      Log.configure(settings.logLevel(), settings.logsJson());
      if (cache.complaint() != null) {
        Log.warn(cache.complaint() + ", so lunchd is slow; reinstall it");
      }
      switch (settings.action()) {
        case HELP -> System.out.print(Settings.help(service));
        case CHECK -> Check.run(settings, service, cache);
        case VERSION -> System.out.print(Version.text(cache));
        case SIGN -> {
          return SignerProcess.run(settings);
        }
        default -> {
          return Exchange.run(settings, service);
        }
      }
      return ExitStatus.OK;
    } catch (Misconfiguration e) {
      if (settings == null) {
        refuse(args);
      }
      Log.error(Log.printable(e.getMessage())); // the names of files and options in it
      return e.status();
    } catch (RuntimeException | Error e) {
      if (settings == null) {
        refuse(args);
      }
      String inJar =
          HandlerFailure.inJar(e); // where a service was opened, checked, or asked for options
      StackTraceElement[] trace = e.getStackTrace();
      Log.error(
          Log.printable(
              !inJar.isEmpty()
                  ? "the service failed: " + e + inJar
                  : "a bug in lunchd: " + e + (trace.length > 0 ? " at " + trace[0] : "")));
      return ExitStatus.SOFTWARE;
    }
  }

  /** Tells the client, if there is one, when the command line can't be understood. */
  private static void refuse(String... args) {
    List<String> words = Arrays.asList(args);
    Log.configure("info", words.contains("--log-format=json")); // as far as it can be recognised
    for (String action : new String[] {"check", "help", "version"}) {
      if (words.contains("--" + action) || words.contains("-" + action)) {
        return; // stdin, a socket perhaps, has no client at its other end
      }
    }
    for (String word : args) {
      if (word.startsWith("--proxy-protocol") || word.startsWith("-proxy-protocol")) {
        return; // its header comes before what tells TLS from plaintext
      }
    }
    Exchange.refuse(SERVICE);
  }
}
