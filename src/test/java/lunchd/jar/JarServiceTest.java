package lunchd.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import lunchd.fixtures.Jars;
import lunchd.http.Handler;
import lunchd.http.Request;
import lunchd.http.Response;
import lunchd.operator.Arguments;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import lunchd.operator.Service;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code --handler} and {@code --jar} bring in. */
final class JarServiceTest {
  private static final Service LUNCH =
      new Service() {
        @Override
        public Handler open(Arguments arguments) {
          return null;
        }
      };

  @TempDir private static Path directory;
  private static Path jar;
  private static ClassLoader before;

  /** A handler, on lunchd's own class path. */
  public static class Tea implements Handler {
    @Override
    public Response handle(Request request) {
      return Response.of(204);
    }
  }

  /** Another. */
  public static final class Coffee extends Tea {}

  @BeforeAll
  static void makeAJar() throws IOException {
    before = Thread.currentThread().getContextClassLoader();
    String handler =
        " implements lunchd.http.Handler {"
            + " public lunchd.http.Response handle(lunchd.http.Request r) { return null; }";
    jar =
        Jars.jar(
            directory,
            "odd",
            "package odd; public final class Odd" + handler + "}",
            "package odd; public final class Whole implements lunchd.operator.Service {"
                + " public lunchd.http.Handler open(lunchd.operator.Arguments a) { return null; }}",
            "package odd; public final class Nothing {}",
            "package odd; final class Hidden" + handler + "}",
            "package odd; public final class Broken"
                + handler
                + " public Broken() { throw new IllegalStateException(\"no water\"); }}",
            "package odd; public final class Static"
                + handler
                + " static int cups = Integer.parseInt(\"many\"); }");
  }

  @AfterEach
  void restoreTheLoader() {
    Thread.currentThread().setContextClassLoader(before);
  }

  private static String tea(String type) {
    return JarServiceTest.class.getName() + "$" + type;
  }

  private static Service find(String... args) throws Misconfiguration {
    return JarService.find(LUNCH, args);
  }

  private static Handler handler(String... args) throws Misconfiguration {
    return find(args).open(null);
  }

  private static void refused(ExitStatus status, String what, String... args) {
    Misconfiguration error = assertThrows(Misconfiguration.class, () -> find(args));
    assertEquals(status, error.status());
    assertTrue(error.getMessage().startsWith(what), error.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--menu m -key=k", "--handler", "--handlers=x --jars x", "handler x"})
  void withoutEitherItIsLunchdsOwn(String args) throws Misconfiguration {
    assertSame(LUNCH, find(args.split(" ")));
  }

  @Test
  void aHandlerIsOpenedAsItIs() throws Misconfiguration {
    assertEquals(Tea.class, handler("--handler", tea("Tea")).getClass());
  }

  /** As for every other option: both styles, and the last counts. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "--handler COFFEE",
        "-handler COFFEE",
        "--handler=COFFEE",
        "-handler=COFFEE",
        "--handler TEA --menu m -handler=COFFEE --check",
        "--handler=odd.None --handler COFFEE",
        "--handler COFFEE --handler",
      })
  void everyStyleOfOptionAndTheLastWins(String args) throws Misconfiguration {
    String line = args.replace("TEA", tea("Tea")).replace("COFFEE", tea("Coffee"));
    assertEquals(Coffee.class, handler(line.split(" ")).getClass());
  }

  @Test
  void aClassOfTheJarHasALoaderOfItsOwnThatLibrariesFind() throws Exception {
    Handler odd = handler("--jar", jar.toString(), "--handler", "odd.Odd");
    ClassLoader loader = odd.getClass().getClassLoader();
    assertEquals("handler", loader.getName());
    assertSame(loader, Thread.currentThread().getContextClassLoader());
    assertSame(Handler.class, loader.loadClass("lunchd.http.Handler"), "lunchd's API is lunchd's");
    Service whole = find("--jar", jar.toString(), "--handler", "odd.Whole");
    assertEquals("odd.Whole", whole.getClass().getName());
  }

  @Test
  void theResourcesOfTheJarAreFound() throws Exception {
    Handler odd = handler("--jar", jar.toString(), "--handler", "odd.Odd");
    URL resource = odd.getClass().getResource("Odd.class");
    assertNotNull(resource);
    try (var in = resource.openStream()) {
      assertEquals(
          Files.size(jar.resolveSibling("classes/odd/Odd.class")), in.readAllBytes().length);
    }
    ClassLoader loader = odd.getClass().getClassLoader();
    assertEquals(1, Collections.list(loader.getResources("odd/Odd.class")).size());
    assertNull(loader.getResource("odd/None.class"));
  }

  @ParameterizedTest
  @CsvSource({
    "odd.None,    is not in --jar ",
    "odd.Nothing, is neither a lunchd.http.Handler nor a lunchd.operator.Service",
    "odd.Hidden,  is not a public class with a public constructor without parameters",
    "odd.Broken,  can't be made: java.lang.IllegalStateException: no water",
    "odd.Static,  can't be loaded: java.lang.ExceptionInInitializerError",
  })
  void aClassOfNoUseIs78(String type, String what) {
    refused(
        ExitStatus.CONFIG,
        "--handler " + type + " " + what,
        "--jar",
        jar.toString(),
        "--handler",
        type);
  }

  @Test
  void withoutAJarItIsSoughtInLunchdAlone() {
    refused(
        ExitStatus.CONFIG,
        "--handler odd.Odd is not in lunchd; name its --jar",
        "--handler",
        "odd.Odd");
  }

  @Test
  void aJarWithoutAHandlerIs64() {
    refused(ExitStatus.USAGE, "--jar goes with --handler", "--jar", jar.toString());
  }

  @Test
  void aJarThatCantBeReadIs66() throws IOException {
    String none = directory.resolve("none.jar").toString();
    String missing = "--jar " + none + " can't be read (No such file or directory); name a";
    refused(ExitStatus.NO_INPUT, missing, "--jar=" + none, "--handler=odd.Odd");
    Path garbage = Files.writeString(directory.resolve("garbage.jar"), "no jar");
    String broken = "--jar " + garbage + " can't be read (it is no jar); name a readable jar";
    refused(ExitStatus.NO_INPUT, broken, "--jar=" + garbage, "--handler=odd.Odd");
  }

  /** The archive is intact, but the compressed data in it is not. */
  @Test
  void aClassThatCantBeReadIs78() throws IOException {
    byte[] octets = Files.readAllBytes(jar);
    String text = new String(octets, StandardCharsets.ISO_8859_1);
    int name = text.indexOf("odd/Odd.class");
    assertEquals(8, octets[name - 22], "deflated");
    octets[name + "odd/Odd.class".length()] = 7; // a block type that does not exist
    Path broken = Files.write(directory.resolve("broken.jar"), octets);
    refused(
        ExitStatus.CONFIG,
        "--handler odd.Odd can't be loaded: java.lang.ClassFormatError: odd.Odd can't be read: the"
            + " jar is broken: ",
        "--jar=" + broken,
        "--handler=odd.Odd");
  }
}
