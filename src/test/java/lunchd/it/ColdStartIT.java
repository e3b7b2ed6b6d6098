package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import lunchd.fixtures.Answer;
import lunchd.it.support.Dist;
import lunchd.it.support.Fixtures;
import lunchd.it.support.Handed;
import lunchd.it.support.JdkClient;
import lunchd.it.support.Lunchd;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No cold surprises: what an ordinary HTTPS request needs comes from the AOT cache. */
class ColdStartIT {
  /** Exceptions that can't be avoided, and why. */
  private static final List<Pattern> NEVER_CACHED =
      List.of(
          // JFR may rewrite these when it starts.
          Pattern.compile("jdk\\.internal\\.event\\.\\w+"));

  /**
   * A limit on the cache, since all of its classes are linked before {@code main}, needed or not.
   */
  private static final int MOST_CLASSES = 1_400;

  private static final Path MENU = Path.of("units/examples/menu").toAbsolutePath();

  /** {@code [0.012s][info][class,load] java.lang.Object source: shared objects file}. */
  private static final Pattern LOADED = Pattern.compile("(?:\\[.*\\] )?(\\S+) source: (.+)");

  /** A service may be started without a locale. */
  @ParameterizedTest
  @ValueSource(strings = {"C.UTF-8", "C"})
  void loadsNoClassFromAnywhereElse(String locale, @TempDir Path directory) throws Exception {
    for (String answer : loadsNone(locale, directory, Answer.GET)) {
      Answer.lunch(answer);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/, text/html; */*;q=0.8",
    "/, text/plain",
    "/today, text/html",
    "/today, application/json",
    "/menu, text/html",
    "/menu, text/plain",
  })
  void norForAnyOfThePages(String path, String accept, @TempDir Path directory) throws Exception {
    String get = Answer.GET.replace(" / ", " " + path + " ");
    String request = get.replace("Host:", "Accept: " + accept.replace("; *", ", *") + "\r\nHost:");
    for (String option : List.of("--time-zone=Asia/Tokyo", "--menu=" + MENU)) {
      for (String answer :
          loadsNone("C.UTF-8", directory.resolve(option.substring(2, 6)), request, option)) {
        assertEquals(200, Answer.parse(answer).status());
      }
    }
  }

  /** Asserts it, with two kinds of key; returns what was answered. */
  private static List<String> loadsNone(
      String locale, Path directory, String request, String... options) throws Exception {
    Files.createDirectories(directory);
    List<String> answers = new ArrayList<>();
    Path log = directory.resolve("classes.log");
    Dist dist =
        Dist.BUILT.copyTo(directory.resolve("dist")).withJvmOption("-Xlog:class+load:file=" + log);
    for (String pair : List.of("p256", "rsa-2048")) {
      try (Handed handed =
              Lunchd.asIs(Fixtures.pair(pair)).and(options).from(dist).set("LC_ALL", locale).tcp();
          SSLSocket client = JdkClient.over(handed.socket())) {
        SSLParameters parameters = client.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName("localhost"))); // as every client does
        client.setSSLParameters(parameters);
        answers.add(JdkClient.exchange(client, request));
        assertEquals(0, handed.result().status());
      }
      List<String> lines = Files.readAllLines(log);
      assertTrue(lines.size() > 500, "too few classes to be all: " + lines.size());
      assertTrue(lines.size() <= MOST_CLASSES, "each costs time in every start: " + lines.size());
      List<String> cold = new ArrayList<>();
      for (String line : lines) {
        var loaded = LOADED.matcher(line);
        assertTrue(loaded.matches(), line);
        if (!loaded.group(2).startsWith("shared objects file")
            && NEVER_CACHED.stream().noneMatch(name -> name.matcher(loaded.group(1)).matches())) {
          cold.add(line); // a LambdaForm or hidden class that is spun at run time too
        }
      }
      assertEquals(List.of(), cold);
    }
    return answers;
  }
}
