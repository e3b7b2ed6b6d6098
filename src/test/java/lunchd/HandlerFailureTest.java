package lunchd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import lunchd.http.Handler;
import org.junit.jupiter.api.Test;

/** The log of an exception names the first stack frame that is the handler's own. */
final class HandlerFailureTest {
  private static final StackTraceElement JDKS = frame(null, "java.util.List", "List.java", 7);
  private static final StackTraceElement LUNCHDS = frame("app", "lunchd.Main", "Main.java", 8);

  private static StackTraceElement frame(String loader, String type, String file, int line) {
    return new StackTraceElement(loader, null, null, type, "pour", file, line);
  }

  private static <T extends Throwable> T thrown(T failure, StackTraceElement... frames) {
    failure.setStackTrace(frames);
    return failure;
  }

  /** A handler whose class comes from a loader with that name. */
  private static Handler handlerOf(String loader) {
    ClassLoader own = new URLClassLoader(loader, new URL[0], Handler.class.getClassLoader());
    return (Handler) // one that is never asked
        Proxy.newProxyInstance(own, new Class<?>[] {Handler.class}, (proxy, method, of) -> null);
  }

  private static String inJar(StackTraceElement... frames) {
    return HandlerFailure.inJar(thrown(new Exception(), frames));
  }

  @Test
  void inAJarItIsTheFirstFrameOfTheJarsLoader() {
    StackTraceElement first = frame("handler", "tea.Tea", "Tea.java", 18);
    StackTraceElement second = frame("handler", "tea.Cup", "Cup.java", 2);
    assertEquals(" at tea.Tea.pour(Tea.java:18)", inJar(JDKS, LUNCHDS, first, second));
    assertEquals("", inJar(JDKS, LUNCHDS));
    assertEquals("", inJar());
  }

  /** Obfuscated, or compiled without debug information. */
  @Test
  void whereItIsMayBeUnknown() {
    assertEquals(" at a.a.pour(unknown source)", inJar(frame("handler", "a.a", null, -1)));
    assertEquals(" at a.a.pour(a.java)", inJar(frame("handler", "a.a", "a.java", -1)));
    assertEquals(" at a.a.pour(a.java)", inJar(frame("handler", "a.a", "a.java", 0)));
    assertEquals(" at a.a.pour(a.java:1)", inJar(frame("handler", "a.a", "a.java", 1)));
  }

  @Test
  void aHandlerOfAJarIsToldByItsLoaderAndLunchdsByItsPackage() {
    StackTraceElement tea = frame("handler", "tea.Tea", "Tea.java", 18);
    StackTraceElement unnamed = frame("app", "Unnamed", "Unnamed.java", 1);
    StackTraceElement below = frame("app", "lunchd.lunch.Menu", "Menu.java", 2);
    Exception failure = thrown(new IllegalStateException("cold"), unnamed, below, LUNCHDS, tea);
    String said = "the handler failed: java.lang.IllegalStateException: cold at ";
    assertEquals(
        said + "tea.Tea.pour(Tea.java:18)",
        new HandlerFailure(handlerOf("handler"), failure).getMessage());
    Handler lunchds = request -> null; // in the package of Main
    assertEquals(
        said + "lunchd.Main.pour(Main.java:8)", new HandlerFailure(lunchds, failure).getMessage());
  }

  @Test
  void aClassThatIsMissingIsTheJarsToBringOrTheRuntimes() {
    String fix = "; the class is not in the jar, or its module is not in lunchd's runtime";
    Handler handler = handlerOf("handler");
    assertEquals(
        "the handler failed: java.lang.NoClassDefFoundError: tea/Cup" + fix,
        new HandlerFailure(handler, thrown(new NoClassDefFoundError("tea/Cup"))).getMessage());
    assertEquals(
        "the handler failed: java.lang.ClassNotFoundException: tea.Cup" + fix,
        new HandlerFailure(handler, thrown(new ClassNotFoundException("tea.Cup"))).getMessage());
  }
}
