package lunchd.jar;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import lunchd.http.Handler;
import lunchd.operator.Arguments;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import lunchd.operator.NamedFile;
import lunchd.operator.Service;

/**
 * A service from a jar: {@code --handler} names a class in {@code --jar}. Its classes have a loader
 * of their own, which looks in lunchd's API, the JDK, and then the jar; so the service gets the
 * libraries in its jar, even if lunchd has another version of them.
 */
public final class JarService implements Service {
  /** The name of the loader of the jar's classes, which identifies them in a stack trace. */
  public static final String LOADER = "handler";

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
    ClassLoader loader = JarService.class.getClassLoader();
    if (jar != null) {
      loader = loader(jar, loader);
      Thread.currentThread().setContextClassLoader(loader); // for libraries that ask for it
    }
    try {
      return Class.forName(handler, true, loader).getConstructor().newInstance();
    } catch (ClassNotFoundException e) {
      throw unusable(
          handler, "is not in " + (jar == null ? "lunchd; name its --jar" : "--jar " + jar));
    } catch (NoSuchMethodException | IllegalAccessException | InstantiationException e) {
      throw unusable(handler, "is not a public class with a public constructor without parameters");
    } catch (InvocationTargetException e) {
      throw unusable(handler, "can't be made: " + e.getCause());
    } catch (LinkageError | RuntimeException e) {
      throw unusable(handler, "can't be loaded: " + e);
    }
  }

  private static ClassLoader loader(String jar, ClassLoader parent) throws Misconfiguration {
    try {
      return new JarLoader(new File(jar), parent);
    } catch (IOException e) {
      throw new Misconfiguration(
          ExitStatus.NO_INPUT,
          "--jar "
              + jar
              + " can't be read ("
              + NamedFile.reason(jar, e)
              + "); name a readable jar");
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
