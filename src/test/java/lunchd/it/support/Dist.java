package lunchd.it.support;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.spi.ToolProvider;

/**
 * The distribution that Maven has built, or a copy of it.
 *
 * @param home its directory
 */
public record Dist(Path home) {
  public static final Dist BUILT = built();

  private static Dist built() {
    String home = System.getProperty("lunchd.dist");
    if (home == null || !Files.isExecutable(Path.of(home, "bin", "lunchd"))) {
      throw new AssertionError("-Dlunchd.dist=" + home + " is no distribution; run: mvn verify");
    }
    return new Dist(Path.of(home));
  }

  public Path file(String name) {
    return home.resolve(name);
  }

  public String launcher() {
    return file("bin/lunchd").toString();
  }

  public Path cache() {
    return file("lib/lunchd.aot");
  }

  public Path nativeTls() {
    return file("runtime/lib/libconscrypt_openjdk_jni.so");
  }

  public Path image() {
    return file("runtime/lib/modules");
  }

  public Dist copyTo(Path directory) throws Exception {
    Trees.copy(home, directory);
    return new Dist(directory);
  }

  /** Adds an option to those that the JVM is started with. */
  public Dist withJvmOption(String option) throws IOException {
    Files.writeString(file("lib/jvm.args"), "\n" + option + "\n", StandardOpenOption.APPEND);
    return this;
  }

  /** Makes the image another one of the same size: to judge by its end, which is a digest. */
  public void withOtherDigest() throws IOException {
    try (RandomAccessFile image = new RandomAccessFile(image().toFile(), "rw")) {
      image.seek(image.length() - 1);
      int last = image.read();
      image.seek(image.length() - 1);
      image.write(~last);
    }
  }

  /** Makes the image longer, before the digest at its end. */
  public void withImageOf(long size) throws IOException {
    byte[] image = Files.readAllBytes(image());
    int end = image.length - Long.BYTES;
    byte[] longer = Arrays.copyOf(image, Math.toIntExact(size));
    Arrays.fill(longer, end, longer.length, (byte) 0);
    System.arraycopy(image, end, longer, longer.length - Long.BYTES, Long.BYTES);
    Files.write(image(), longer);
  }

  /** Makes the runtime again, with some classes of the module replaced. */
  public Dist withClasses(Path classes) throws Exception {
    Path target = BUILT.home.getParent();
    Path jar = home.resolveSibling(home.getFileName() + ".jar");
    Files.copy(target.resolve("module/lunchd.jar"), jar);
    int status =
        ToolProvider.findFirst("jar")
            .orElseThrow()
            .run(System.out, System.err, "uf", jar.toString(), "-C", classes.toString(), ".");
    assertEquals(0, status, "jar uf");
    Path source = Path.of("src/build/java/Distribution.java");
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Process build =
        new ProcessBuilder(
                java.toString(),
                source.toString(),
                home.toString(),
                jar.toString(),
                target.resolve("native").toString(),
                "runtime")
            .inheritIO()
            .start();
    assertEquals(0, build.waitFor(), source.toString());
    return this;
  }
}
