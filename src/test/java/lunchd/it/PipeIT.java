package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import lunchd.fixtures.Answer;
import lunchd.it.support.Child;
import lunchd.it.support.Curl;
import lunchd.it.support.Dist;
import lunchd.it.support.Fixtures;
import lunchd.it.support.Lunchd;
import lunchd.it.support.SuperServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** lunchd in a shell, where stdin and stdout are not sockets. */
class PipeIT {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo | \"$@\"",
        "echo | \"$@\" | cat",
        "printf 'GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n' | \"$@\"",
        "printf 'GET / HTTP/1.1\\nHost: x\\n\\n' | \"$@\"",
        "\"$@\" < /dev/null",
        "printf '\\r\\n\\n' > in && \"$@\" < in > out && cat out",
        "cd / && echo | \"$@\"",
        // The default java is an old one, is missing, or can't be found.
        "echo 'exit 1' > java && chmod +x java && echo | PATH=$PWD:$PATH \"$@\"",
        "echo | PATH=/nowhere \"$@\"",
        "echo | JAVA_HOME=/nowhere \"$@\"",
        "echo | env -i \"$@\"",
        // By other names.
        "ln -s \"$1\" lunch && ln -s lunch link && echo | ./link",
        "ln -s \"$1\" lunch && echo | PATH=$PWD:$PATH lunch",
        "cd \"${1%/*}\" && echo | ./lunchd",
        "cd \"${1%/*}\" && echo | PATH=.:$PATH lunchd",
        "cd \"${1%/*}\" && echo | sh lunchd",
      })
  void printsOneResponseAndNothingElse(String script) throws Exception {
    try (Child child = Lunchd.with().shell(script)) {
      Child.Result result = child.result();
      Answer.lunch(result.stdout());
      assertEquals(0, result.status());
      assertEquals(1, result.stderr().lines().count(), result.stderr());
      assertTrue(result.stderr().contains(" INFO lunchd: pipe plain \"GET / HTTP/1.1\" 200 "));
    }
  }

  @Test
  void worksFromThroughALinkedDirectory(@TempDir Path directory) throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), Dist.BUILT.home());
    Child.Result result = Lunchd.with().from(new Dist(link)).pipe("\n");
    Answer.lunch(result.stdout());
  }

  @Test
  void servesPlaintextWithAKeyToo() throws Exception {
    Answer.lunch(Lunchd.with(Fixtures.pair("p256")).pipe(Answer.GET).stdout());
  }

  @Test
  void speaksTls() throws Exception {
    try (SuperServer socat = SuperServer.socat(Lunchd.with(Fixtures.pair("p256")), ",pipes")) {
      Answer.lunch(Curl.https(socat.port()));
    }
  }

  @Test
  void tenInARowDoNotAllAgree() throws Exception {
    Set<String> lunches = new HashSet<>();
    for (int i = 0; i < 10; i++) {
      lunches.add(Answer.lunch(Lunchd.with().pipe("\n").stdout()));
    }
    assertTrue(
        lunches.size() > 1, "ten times " + lunches); // fails by chance once in 2 million runs
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "--version"})
  void saysOnStdout(String option) throws Exception {
    Child.Result result = Lunchd.with(option).pipe("");
    assertEquals(0, result.status());
    assertEquals("", result.stderr());
    assertTrue(result.stdout().contains("lunchd"), result.stdout());
  }

  @Test
  void aReaderThatLeavesIsNobodysError() throws Exception {
    String writer = "(read -r go; echo | \"$@\"; echo status $? >&2)";
    try (Child child = Lunchd.with().shell(writer + " | (exec 0<&-; echo gone >&2)")) {
      child.awaitStderr("gone");
      child.send("\n");
      child.awaitStderr("status 0");
    }
  }
}
