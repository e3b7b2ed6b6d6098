package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.spi.ToolProvider;

/**
 * The distribution that Maven has built, or a copy of it.
 *
 * @param home its directory
 */
record Dist(Path home) {
  static final Dist BUILT = built();

  private static final String NATIVE_TLS = "runtime/lib/libconscrypt_openjdk_jni.so";
  private static Dist withoutNativeTls;

  private static Dist built() {
    String home = System.getProperty("lunchd.dist");
    if (home == null || !Files.isExecutable(Path.of(home, "bin", "lunchd"))) {
      throw new AssertionError("-Dlunchd.dist=" + home + " is no distribution; run: mvn verify");
    }
    return new Dist(Path.of(home));
  }

  /** Returns a copy in which the JDK's own TLS must do. */
  static synchronized Dist withoutNativeTls() throws Exception {
    if (withoutNativeTls == null) {
      Path home = BUILT.home.resolveSibling("lunchd-without-native-tls");
      Trees.delete(home);
      Dist copy = BUILT.copyTo(home);
      Files.delete(copy.file(NATIVE_TLS));
      withoutNativeTls = copy;
    }
    return withoutNativeTls;
  }

  Path file(String name) {
    return home.resolve(name);
  }

  String launcher() {
    return file("bin/lunchd").toString();
  }

  Path cache() {
    return file("lib/lunchd.aot");
  }

  Dist copyTo(Path directory) throws Exception {
    Trees.copy(home, directory);
    return new Dist(directory);
  }

  /** Adds an option to those that the JVM is started with. */
  Dist withJvmOption(String option) throws IOException {
    Files.writeString(file("lib/jvm.args"), "\n" + option + "\n", StandardOpenOption.APPEND);
    return this;
  }

  /** Puts classes into the jar, in place of those that are there. */
  Dist withClasses(Path classes) {
    int status =
        ToolProvider.findFirst("jar")
            .orElseThrow()
            .run(
                System.out,
                System.err,
                "uf",
                file("lib/lunchd.jar").toString(),
                "-C",
                classes.toString(),
                ".");
    assertEquals(0, status, "jar uf");
    return this;
  }
}
