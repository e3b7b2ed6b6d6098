package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import lunchd.it.support.Child;
import lunchd.it.support.Lunchd;
import lunchd.it.support.Tool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What bash offers after some words and a tab. */
class CompletionIT {
  private static final Path COMPLETION = Path.of("src/main/completion/lunchd").toAbsolutePath();

  /** As bash does it: the function is told the words, the last of which is the one to complete. */
  private static final String COMPLETE =
      """
      . "$0"
      [[ $(complete -p lunchd) == *' -F _lunchd lunchd' ]] || exit
      COMP_WORDS=(lunchd "$@") COMP_CWORD=$#
      _lunchd lunchd "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """;

  @TempDir static Path directory;

  private static Set<String> offered(String... words) throws Exception {
    List<String> bash = List.of(Tool.BASH.path(), "-c", COMPLETE, COMPLETION.toString());
    List<String> command = Stream.concat(bash.stream(), Arrays.stream(words)).toList();
    try (Child child = Child.start(Map.of(), command)) {
      Child.Result result = child.result();
      assertEquals("", result.stderr());
      assertEquals(0, result.status());
      return result.stdout().lines().filter(line -> !line.isEmpty()).collect(Collectors.toSet());
    }
  }

  @Test
  void theOptionsAreTheProgramsOwn() throws Exception {
    Set<String> own =
        Pattern.compile("(?m)^ (--[a-z-]+)")
            .matcher(Lunchd.with("--help").pipe("").stdout())
            .results()
            .map(match -> match.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(own, new TreeSet<>(offered("")));
    assertEquals(Set.of("--key", "--key-password-file"), offered("--k"));
    assertEquals(
        Set.of("--handler", "--help", "--hsts", "--https-port"), offered("--key", "k.pem", "--h"));
  }

  @Test
  void anArgumentIsAFileALevelOrANumber() throws Exception {
    Files.createFile(directory.resolve("key one.pem"));
    Files.createFile(directory.resolve("chain.pem"));
    String start = directory + "/";
    for (String option :
        List.of("--key", "-key", "--certificate", "--key-password-file", "-menu")) {
      assertEquals(
          Set.of(start + "key one.pem", start + "chain.pem"), offered(option, start), option);
      assertEquals(Set.of(start + "key one.pem"), offered(option, "=", start + "k"), option);
    }
    Files.createDirectory(directory.resolve("acme"));
    assertEquals(Set.of(start + "acme"), offered("--acme-webroot", start));
    assertEquals(Set.of(), offered("--expiry-days", ""));
    assertEquals(Set.of("error"), offered("--log-level", "e"));
    assertEquals(6, offered("--log-level", "=").size());
    assertEquals(Set.of(), offered("--timeout", ""));
    assertEquals(Set.of(), offered("--https-port", ""));
    assertEquals(Set.of(), offered("-hsts", "=", ""));
  }
}
