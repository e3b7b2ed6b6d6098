package lunchd;

import lunchd.log.Log;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;

/** From arguments to exit status. */
public final class Main {
  private Main() {}

  /**
   * Serves the connection on stdin and stdout, and exits.
   *
   * @param args see {@code --help}
   * @throws Exception if the code in a changed jar can't be run
   */
  public static void main(String[] args) throws Exception {
    switch (Cache.state()) {
      case STALE -> {
        Log.warn("lunchd.jar is not the one that its AOT cache is of: slow; reinstall lunchd");
        Cache.runJar(args);
      }
      case MISSING -> {
        Log.warn("the AOT cache lunchd.aot is missing or broken: slow; reinstall lunchd");
        serve(args);
      }
      default -> serve(args);
    }
  }

  /**
   * Does the same, whatever has become of the cache.
   *
   * @param args see {@code --help}
   */
  public static void serve(String[] args) {
    int status = run(args).code();
    // Not exit(): that would first set up a logger of its own, 8 ms; there are no hooks to run.
    Runtime.getRuntime().halt(status);
  }

  /** Does it all but exit. */
  static ExitStatus run(String... args) {
    try {
      Settings settings = Settings.parse(args);
      Log.configure(settings.logLevel());
      switch (settings.action()) {
        case HELP -> System.out.print(Settings.help());
        case VERSION -> System.out.print(Version.text());
        default -> Exchange.run(settings);
      }
      return ExitStatus.OK;
    } catch (Misconfiguration e) {
      Log.error(e.getMessage());
      return e.status();
    } catch (RuntimeException | Error e) {
      StackTraceElement[] trace = e.getStackTrace();
      Log.error("a bug in lunchd: " + e + (trace.length > 0 ? " at " + trace[0] : ""));
      return ExitStatus.SOFTWARE;
    }
  }
}
