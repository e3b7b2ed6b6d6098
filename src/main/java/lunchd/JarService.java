package lunchd;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.zip.ZipFile;
import lunchd.http.Handler;
import lunchd.operator.Arguments;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import lunchd.operator.Service;

/**
 * A service of somebody else's: {@code --handler}, the name of a class in {@code --jar}. Its
 * classes have a loader of their own, which finds lunchd's API, the JDK, and then the jar; so a
 * library in the jar is the jar's, also where lunchd has one of the same name.
 */
public final class JarService implements Service {
  /** The name of the loader, by which its classes can be told in a stack trace. */
  static final String LOADER = "handler";

  private final Handler handler;

  private JarService(Handler handler) {
    this.handler = handler;
  }

  /**
   * Finds the service that the command line names.
   *
   * @param otherwise the one where it names none
   * @param args the command line, not yet parsed: which options there are depends on the service
   * @return it, not yet opened
   * @throws Misconfiguration 66 if the jar can't be read; 78 if the class is missing or of no use
   */
  public static Service find(Service otherwise, String... args) throws Misconfiguration {
    String handler = last("handler", args);
    String jar = last("jar", args);
    if (handler == null && jar == null) {
      return otherwise;
    }
    if (handler == null) {
      throw Arguments.usage("--jar goes with --handler, the class in it");
    }
    Object instance = instance(jar, handler);
    if (instance instanceof Service service) {
      return service;
    }
    if (instance instanceof Handler alone) {
      return new JarService(alone);
    }
    throw unusable(handler, "is neither a lunchd.http.Handler nor a lunchd.operator.Service");
  }

  private static String last(String option, String... args) {
    String value = null;
    for (int i = 0; i < args.length; i++) {
      String name = args[i].startsWith("--") ? args[i].substring(1) : args[i]; // Go's style too
      if (name.equals("-" + option) && i + 1 < args.length) {
        value = args[++i];
      } else if (name.startsWith("-" + option + "=")) {
        value = name.substring(option.length() + 2);
      }
    }
    return value;
  }

  private static Object instance(String jar, String handler) throws Misconfiguration {
    try {
      ClassLoader loader = JarService.class.getClassLoader();
      if (jar != null) {
        URL url = Path.of(jar).toUri().toURL();
        loader = new URLClassLoader(LOADER, new URL[] {url}, loader);
        Thread.currentThread().setContextClassLoader(loader); // for libraries that ask for it
      }
      return Class.forName(handler, true, loader).getConstructor().newInstance();
    } catch (ClassNotFoundException e) {
      check(jar);
      throw unusable(
          handler, "is not in " + (jar == null ? "lunchd; name its --jar" : "--jar " + jar));
    } catch (NoSuchMethodException | IllegalAccessException | InstantiationException e) {
      throw unusable(handler, "is not a public class with a public constructor without parameters");
    } catch (InvocationTargetException e) {
      throw unusable(handler, "can't be made: " + e.getCause());
    } catch (LinkageError | IOException | RuntimeException e) {
      throw unusable(handler, "can't be loaded: " + e);
    }
  }

  /** Finds out why a class is not there: a loader passes a jar over that it can't read. */
  private static void check(String jar) throws Misconfiguration {
    if (jar == null) {
      return;
    }
    try {
      new ZipFile(jar).close();
    } catch (IOException e) {
      throw new Misconfiguration(
          ExitStatus.NO_INPUT,
          "--jar " + jar + " can't be read (" + e.getMessage() + "); name a readable jar");
    }
  }

  private static Misconfiguration unusable(String handler, String what) {
    return new Misconfiguration(ExitStatus.CONFIG, "--handler " + handler + " " + what);
  }

  @Override
  public Handler open(Arguments arguments) {
    return handler;
  }
}
