package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import lunchd.it.support.Dist;
import lunchd.it.support.Lunchd;
import lunchd.it.support.Tool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What bash offers on a tab after some words, for lunchd and lunchd-service. */
class CompletionIT {
  private static final Path COMPLETIONS = Path.of("src/main/completion").toAbsolutePath();

  /** As bash does it: the function gets the words, and the last is the one to complete. */
  private static final String COMPLETE =
      """
      . "$0"
      program=${0##*/} function=_${program/-/_}
      [[ $(complete -p $program) == *" -F $function $program" ]] || exit
      COMP_WORDS=($program "$@") COMP_CWORD=$#
      $function $program "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """;

  @TempDir static Path directory;

  private static Set<String> offered(String... words) throws Exception {
    return offeredBy("lunchd", Map.of(), words);
  }

  private static Set<String> service(String... words) throws Exception {
    return offeredBy("lunchd-service", Map.of(), words);
  }

  private static Set<String> offeredBy(
      String program, Map<String, String> environment, String... words) throws Exception {
    String completion = COMPLETIONS.resolve(program).toString();
    List<String> bash = List.of(Tool.BASH.path(), "-c", COMPLETE, completion);
    List<String> command = Stream.concat(bash.stream(), Arrays.stream(words)).toList();
    try (Child child = Child.start(environment, command)) {
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
    assertEquals(Set.of("--key", "--keys", "--key-password-file"), offered("--k"));
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

  @Test
  void theCommandsOfLunchdServiceAreItsOwn() throws Exception {
    String usage;
    try (Child child = Child.start(Dist.BUILT.file("bin/lunchd-service").toString(), "--help")) {
      usage = child.result().stdout();
    }
    Set<String> commands =
        Pattern.compile("lunchd-service ([a-z-]+)")
            .matcher(usage)
            .results()
            .map(match -> match.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    commands.add("--help");
    assertEquals(commands, new TreeSet<>(service("")));
    Set<String> options =
        Pattern.compile("--(?!help)[a-z-]+")
            .matcher(usage)
            .results()
            .map(match -> match.group())
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> offered = new TreeSet<>(service("add", "tea", ""));
    offered.addAll(service("remove", "tea", ""));
    options.add("--");
    assertEquals(options, offered);
    assertEquals(Set.of("--jar"), service("add", "tea", "--j"));
    assertEquals(Set.of("--purge"), service("remove", "tea", "--"));
    assertEquals(Set.of(), service("list", ""));
    assertEquals(Set.of("on", "off"), service("key-apart", ""));
  }

  @Test
  void theArgumentsOfLunchdServiceAreAJarAPortAServiceOrLunchdsOptions(@TempDir Path own)
      throws Exception {
    Path jars = Files.createDirectory(own.resolve("jars"));
    String jar = Files.createFile(jars.resolve("tea.jar")).toString();
    assertEquals(Set.of(jar), service("add", "tea", "--jar", jars + "/"));
    assertEquals(Set.of(jar), service("add", "tea", "--jar", "=", jars + "/t"));
    assertEquals(Set.of(), service("add", "tea", "--handler", ""));
    assertEquals(Set.of("443", "80", "8443"), ports(service("add", "tea", "--listen", "")));
    assertEquals(
        Set.of("--hsts", "--handler", "--help", "--https-port"),
        service("add", "tea", "--jar", "tea.jar", "--", "--h"));
    assertEquals(Set.of("error"), service("add", "tea", "--", "--log-level", "e"));

    Path program = Files.createDirectory(own.resolve("bin")).resolve("lunchd-service");
    Files.writeString(program, "#!/bin/sh\nprintf 'tea\\tx\\ncoffee\\tx\\n'\n");
    assertTrue(program.toFile().setExecutable(true));
    Map<String, String> path = Map.of("PATH", program.getParent() + ":" + System.getenv("PATH"));
    assertEquals(Set.of("tea", "coffee"), offeredBy("lunchd-service", path, "remove", ""));
    assertEquals(Set.of("tea"), offeredBy("lunchd-service", path, "add", "t"));
  }

  private static Set<String> ports(Set<String> listens) {
    return listens.stream()
        .map(listen -> listen.replaceFirst(".*:", ""))
        .collect(Collectors.toSet());
  }
}
