package lunchd.aot;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;

/**
 * The AOT cache, {@code lunchd.aot}. The JVM accepts it with any runtime image of the same size
 * (JDK 25), and could run the code of another build. So the build appends a digest of the image to
 * both the image and the cache, and the two are compared at every start.
 */
public final class AotCache {
  private static final String HOME = System.getProperty("java.home");

  /** The runtime image, which holds the code. */
  public static final String IMAGE = HOME + "/lib/modules";

  private static final String CACHE = HOME + "/../lib/lunchd.aot";

  private AotCache() {}

  /** The state of the cache. */
  public enum State {
    /** The classes come from it, and it was made from this image. */
    IN_USE(null),
    /** The classes come from it, but it was made from another image. */
    STALE("the AOT cache lunchd.aot was made from another runtime/lib/modules"),
    /** The JVM has rejected it, or it does not exist. */
    MISSING("the AOT cache lunchd.aot is missing, broken or for another runtime/lib/modules"),
    /** Unknown: lunchd does not run from its distribution. */
    UNKNOWN(null);

    private final String complaint;

    State(String complaint) {
      this.complaint = complaint;
    }

    /** {@return the state in words} */
    public String text() {
      return this == IN_USE
          ? "in use"
          : complaint == null ? "not in use" : "not in use: " + complaint;
    }

    /** {@return what the operator should fix, or null} */
    public String complaint() {
      return complaint;
    }
  }

  /** {@return the cache's state, told from how this JVM was started} */
  public static State state() {
    if (!AotCache.class.getModule().isNamed()) {
      return State.UNKNOWN;
    }
    if (!System.getProperty("java.vm.info").contains("sharing")) {
      return State.MISSING;
    }
    try {
      return Arrays.equals(digest(IMAGE), digest(CACHE)) ? State.IN_USE : State.STALE;
    } catch (IOException e) {
      return State.STALE; // what can't be compared is not trusted
    }
  }

  /**
   * Runs the code in the image instead of the cache's, in a class loader of its own.
   *
   * @param args lunchd's
   * @throws ReflectiveOperationException if the image has no lunchd
   * @throws IOException never: the image's name is a URL
   */
  public static void runImage(String[] args) throws ReflectiveOperationException, IOException {
    URL image = URI.create("jrt:/lunchd/").toURL();
    // No parent: the platform's loader would ask the module's, which has the cache's classes.
    ClassLoader loader = new URLClassLoader(new URL[] {image}, null);
    Thread.currentThread().setContextClassLoader(loader);
    Class<?> main = Class.forName("lunchd.Main", true, loader);
    main.getMethod("serve", String[].class).invoke(null, (Object) args);
  }

  /**
   * Reads the digest at the end of a file.
   *
   * @param name the file's name: the image or the cache
   * @return the first 8 octets of the image's SHA-256, as it was without them
   * @throws IOException if the file can't be read, or is shorter
   */
  public static byte[] digest(String name) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(name, "r")) {
      byte[] digest = new byte[8]; // not a long: a VarHandle reads it, of 15 classes
      file.seek(Math.max(0, file.length() - digest.length));
      file.readFully(digest);
      return digest;
    }
  }
}
