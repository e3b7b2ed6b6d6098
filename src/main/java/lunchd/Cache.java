package lunchd;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.CRC32;

/**
 * The AOT cache, {@code lunchd.aot} beside {@code lunchd.jar}. The JVM takes it whatever has become
 * of the jar since, and would go on running the old classes (before JDK 25.0.4; later ones compare
 * size and time, and the time is always the same here); so the cache ends in a digest of the jar
 * that it was made of, and that is compared at every start.
 */
final class Cache {
  /** The end of central directory record without a comment: section 4.3.16 of APPNOTE.TXT. */
  private static final int END_RECORD = 22;

  private static final int SIZE_OF_DIRECTORY = 12;
  private static final int START_OF_DIRECTORY = 16;

  private Cache() {}

  /** What has become of the cache. */
  enum State {
    /** The classes come from it, and it is the jar's. */
    IN_USE(null),
    /** The classes come from it, but the jar has changed. */
    STALE("lunchd.jar is not the one that its AOT cache is of"),
    /** The JVM has refused it, or there is none. */
    MISSING(
        "the AOT cache lunchd.aot is missing or broken, or lunchd.jar has lost its time (cp -a"
            + " keeps it)"),
    /** There is nothing to say: lunchd does not run from its distribution. */
    UNKNOWN(null);

    private final String complaint;

    State(String complaint) {
      this.complaint = complaint;
    }

    /** Returns the state in words. */
    String text() {
      return this == IN_USE
          ? "in use"
          : complaint == null ? "not in use" : "not in use: " + complaint;
    }

    /** Returns what the operator should mend, or null. */
    String complaint() {
      return complaint;
    }
  }

  /** Tells the cache's state, from how this JVM was started. */
  static State state() {
    String jar = System.getProperty("java.class.path");
    if (!jar.endsWith("lunchd.jar")) {
      return State.UNKNOWN;
    }
    if (!System.getProperty("java.vm.info").contains("sharing")) {
      return State.MISSING;
    }
    try {
      return recorded(jar) == digest(jar) ? State.IN_USE : State.STALE;
    } catch (IOException | NegativeArraySizeException | IndexOutOfBoundsException e) {
      return State.STALE; // what can't be compared is not trusted
    }
  }

  /** Runs what is in the jar now, past the cache: in a class loader that the cache knows not of. */
  static void runJar(String[] args) throws ReflectiveOperationException, IOException {
    URL jar = Path.of(System.getProperty("java.class.path")).toUri().toURL();
    ClassLoader loader = new URLClassLoader(new URL[] {jar}, ClassLoader.getPlatformClassLoader());
    Thread.currentThread().setContextClassLoader(loader);
    Class<?> main = Class.forName("lunchd.Main", true, loader);
    main.getMethod("serve", String[].class).invoke(null, (Object) args);
  }

  /** Appends the digest to a new cache; called by the build. */
  static void seal(String jar) throws IOException {
    try (RandomAccessFile cache = new RandomAccessFile(cache(jar), "rw")) {
      cache.seek(cache.length());
      cache.writeLong(digest(jar));
    }
  }

  private static String cache(String jar) {
    return jar.substring(0, jar.length() - "jar".length()) + "aot";
  }

  private static long recorded(String jar) throws IOException {
    try (RandomAccessFile cache = new RandomAccessFile(cache(jar), "r")) {
      return read(cache, cache.length() - Long.BYTES, Long.BYTES).getLong();
    }
  }

  /**
   * Returns a digest of all that is in the jar. Its directory is enough: that holds the name, size
   * and CRC-32 of each file, and is 20 times smaller. CRC-32 again, because nothing stronger is
   * native code in a JVM that has just started, and no enemy is meant: who can write the jar can
   * write the cache.
   */
  static long digest(String jar) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(jar, "r")) {
      ByteBuffer end = read(file, file.length() - END_RECORD, END_RECORD);
      end.order(ByteOrder.LITTLE_ENDIAN);
      CRC32 crc = new CRC32();
      crc.update(read(file, end.getInt(START_OF_DIRECTORY), end.getInt(SIZE_OF_DIRECTORY)));
      return file.length() << Integer.SIZE | crc.getValue();
    }
  }

  private static ByteBuffer read(RandomAccessFile file, long start, int size) throws IOException {
    byte[] octets = new byte[size];
    file.seek(start);
    file.readFully(octets);
    return ByteBuffer.wrap(octets);
  }
}
