package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import lunchd.fixtures.Answer;
import lunchd.it.support.Child;
import lunchd.it.support.Dist;
import lunchd.it.support.Fixtures;
import lunchd.it.support.Handed;
import lunchd.it.support.JdkClient;
import lunchd.it.support.Lunchd;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Hardly any file may be opened (RLIMIT_NOFILE), so something fails; what it is depends on the
 * limit. Below 7 the JVM itself can't start, so no class of lunchd has run.
 */
@Timeout(300)
class FewFilesIT {
  @TempDir private Path directory;

  enum Case {
    PLAIN,
    TLS,
    NO_MENU;

    String[] options() {
      return switch (this) {
        case PLAIN -> new String[0];
        case TLS -> Fixtures.pair("p256");
        case NO_MENU -> new String[] {"--menu", "/none"};
      };
    }
  }

  static Stream<Arguments> limits() {
    return IntStream.rangeClosed(7, 16)
        .boxed()
        .flatMap(limit -> Stream.of(Case.values()).map(which -> Arguments.of(limit, which)));
  }

  /** lunchd without its launcher, whose shell needs ten descriptors itself. */
  private Dist limited(int files) throws IOException {
    Dist limited = new Dist(directory);
    Files.createDirectory(limited.file("bin"));
    Path home = Path.of(Dist.BUILT.launcher()).getParent().getParent();
    Files.writeString(
        limited.file("bin/lunchd"),
        """
        #!/bin/sh
        home='%s'
        ulimit -n %d
        exec "$home/runtime/bin/java" "@$home/lib/jvm.args" -XX:AOTCache="$home/lib/lunchd.aot" \\
          -m lunchd/lunchd.Main "$@"
        """
            .formatted(home, files));
    assertTrue(limited.file("bin/lunchd").toFile().setExecutable(true));
    return limited;
  }

  @ParameterizedTest
  @MethodSource("limits")
  void whateverFailsIsSaidInALineOrNotAtAll(int limit, Case which) throws Exception {
    try (Handed handed = Lunchd.with(which.options()).from(limited(limit)).tcp()) {
      String answer = answer(handed.socket(), which == Case.TLS);
      assertTrue(answer.isEmpty() || answer.startsWith("HTTP/1.1 "), answer);
      Child.Result result = handed.result();
      assertTrue(List.of(0, 66, 70).contains(result.status()), result.toString());
      assertFalse(
          result.status() == 0 && result.stderr().contains("Too many open files"),
          () -> "taken for the client's fault: " + result);
      assertFalse(result.stderr().contains("\tat "), result.stderr());
      assertFalse(result.stderr().contains("Exception in thread"), result.stderr());
    }
  }

  /** Proves that it is the limit that makes the others fail. */
  @ParameterizedTest
  @CsvSource({"PLAIN, 0, 200", "TLS, 0, 200", "NO_MENU, 66, 500"})
  void withEnoughFilesAllIsWell(Case which, int status, String answered) throws Exception {
    try (Handed handed = Lunchd.with(which.options()).from(limited(64)).tcp()) {
      String answer = answer(handed.socket(), which == Case.TLS);
      assertTrue(answer.startsWith("HTTP/1.1 " + answered + " "), answer);
      assertEquals(status, handed.result().status());
    }
  }

  /** Returns what was received, or "" if lunchd gave up. */
  private static String answer(Socket socket, boolean isTls) throws Exception {
    try {
      return JdkClient.exchange(isTls ? JdkClient.over(socket) : socket, Answer.GET);
    } catch (IOException e) {
      assertFalse(
          String.valueOf(e.getMessage()).contains("unrecognized"),
          "the server sent something other than TLS");
      return "";
    }
  }
}
