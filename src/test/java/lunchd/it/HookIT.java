package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import lunchd.it.support.Child;
import lunchd.it.support.Dist;
import lunchd.it.support.Fixtures;
import lunchd.it.support.Tool;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * certbot's deploy hook with several certificates, in temporary directories and with a fake
 * systemd.
 */
class HookIT {
  @TempDir private Path directory;
  private Path etc;
  private Path apart;
  private Path hook;

  @BeforeEach
  void host() throws Exception {
    etc = Files.createDirectory(directory.resolve("lunchd"));
    Path units = Files.createDirectories(directory.resolve("units/lunchd@.service.d"));
    apart = Files.createFile(units.resolve("01-key-apart.conf"));
    Files.createDirectory(directory.resolve("run"));
    String script = Files.readString(Dist.BUILT.file("bin/certbot-deploy-hook"));
    hook =
        Fixtures.write(
            directory.resolve("hook"),
            script
                .replace("/etc/lunchd", etc.toString())
                .replace("/etc/systemd/system", directory + "/units")
                .replace("/run/systemd/system", directory + "/run"));
    Path bin = Files.createDirectory(directory.resolve("bin"));
    Path systemctl =
        Fixtures.write(
            bin.resolve("systemctl"),
            """
            #!/bin/sh
            echo "$*" >>%1$s/said
            case $1 in
              cat) echo LoadCredential=chain.pem:%1$s/lunchd/chain.pem ;;
              start)
                status=$(head -n 1 %1$s/check 2>/dev/null) || exit 0
                sed -i 1d %1$s/check
                exit ${status:-0} ;;
            esac
            """
                .formatted(directory));
    Files.setPosixFilePermissions(systemctl, PosixFilePermissions.fromString("rwxr-xr-x"));
    lineage("first", "p256");
    lineage("second", "rsa-2048");
    assertEquals(0, run("first", "first.example").status());
    assertLinked();
  }

  private void lineage(String name, String pair) throws IOException {
    Path live = Files.createDirectories(directory.resolve("live").resolve(name));
    for (String[] names : new String[][] {{"-key", "privkey"}, {"-chain", "fullchain"}}) {
      Files.copy(
          Fixtures.DIRECTORY.resolve(pair + names[0] + ".pem"),
          live.resolve(names[1] + ".pem"),
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private Child.Result run(String lineage, String domains) throws Exception {
    Map<String, String> certbots =
        Map.of(
            "PATH",
            directory.resolve("bin") + ":" + System.getenv("PATH"),
            "RENEWED_LINEAGE",
            directory.resolve("live").resolve(lineage).toString(),
            "RENEWED_DOMAINS",
            domains);
    try (Child child =
        Child.start(certbots, List.of(Tool.BASH.path(), "--posix", hook.toString()))) {
      return child.result();
    }
  }

  private void assertLinked() throws IOException {
    Path live = directory.resolve("live/first");
    assertEquals(live.resolve("privkey.pem"), Files.readSymbolicLink(etc.resolve("key.pem")));
    assertEquals(live.resolve("fullchain.pem"), Files.readSymbolicLink(etc.resolve("chain.pem")));
  }

  private void assertFiled(String entry, String pair) throws IOException {
    assertFile("keys/" + entry, "rwx------", "key.pem", "rw-------", pair + "-key.pem");
    assertFile("names/" + entry, "rwxr-xr-x", "chain.pem", "rw-r--r--", pair + "-chain.pem");
  }

  private void assertFile(String own, String mode, String name, String fileMode, String fixture)
      throws IOException {
    Path file = etc.resolve(own).resolve(name);
    assertEquals(-1, Files.mismatch(Fixtures.DIRECTORY.resolve(fixture), file));
    assertTrue(Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS));
    assertEquals(mode, mode(file.getParent()));
    assertEquals(fileMode, mode(file));
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  /** Returns what is filed, which includes any file that the hook leaves behind. */
  private List<String> filed() throws IOException {
    List<String> filed = new ArrayList<>();
    try (Stream<Path> all = Files.walk(etc, 2)) {
      all.filter(path -> !path.equals(etc))
          .map(path -> etc.relativize(path).toString())
          .filter(path -> !List.of("key.pem", "chain.pem", "names", "keys").contains(path))
          .sorted()
          .forEach(filed::add);
    }
    return filed;
  }

  private void assertRefused(Child.Result result, int status, String why) {
    assertEquals(status, result.status(), result.stderr());
    assertEquals(1, result.stderr().lines().count(), result.stderr());
    assertTrue(result.stderr().startsWith("certbot-deploy-hook: "), result.stderr());
    assertTrue(result.stderr().contains(why), result.stderr());
  }

  private static String both(String... entries) {
    return Stream.of("keys/", "names/")
        .flatMap(kind -> Stream.of(entries).map(entry -> kind + entry))
        .toList()
        .toString();
  }

  @Test
  void aFurtherOneIsFiledByItsNamesAndAgainWhenItIsRenewed() throws Exception {
    Child.Result result = run("second", "b.example *.c.example");
    assertEquals(0, result.status(), result.stderr());
    assertFiled("b.example", "rsa-2048");
    assertFiled("_.c.example", "rsa-2048");
    assertEquals("rwx------", mode(etc.resolve("keys")));
    assertLinked();
    assertEquals(both("_.c.example", "b.example"), filed().toString());
    List<String> said = Files.readAllLines(directory.resolve("said"));
    assertEquals(
        List.of("stop lunchd-signer.service", "start lunchd@check.service"),
        said.subList(said.size() - 2, said.size()),
        "the check has a signer that has read it");

    lineage("second", "p384");
    assertEquals(0, run("second", "b.example *.c.example").status());
    assertFiled("b.example", "p384");
    assertFiled("_.c.example", "p384");
    lineage("first", "rsa-3072");
    assertEquals(0, run("first", "first.example").status());
    assertFiled("b.example", "p384");
    assertLinked();
    assertEquals(both("_.c.example", "b.example"), filed().toString());
  }

  /**
   * When the first is deleted, the other serves all names; its filed copies must stay up to date.
   */
  @Test
  void whatTakesTheFirstOnesPlaceStaysFiledToo() throws Exception {
    assertEquals(0, run("second", "b.example").status());
    Files.delete(directory.resolve("live/first/privkey.pem"));
    lineage("second", "p384");
    assertEquals(0, run("second", "b.example more.example").status());
    assertFiled("b.example", "p384");
    assertEquals(both("b.example"), filed().toString());
    assertEquals(
        directory.resolve("live/second/privkey.pem"),
        Files.readSymbolicLink(etc.resolve("key.pem")));
  }

  @Test
  void withoutASignerThereIsOne() throws Exception {
    Files.delete(apart);
    assertRefused(
        run("second", "b.example"),
        78,
        "serve several with `lunchd-service key-apart on` (systemd ");
    assertEquals("[]", filed().toString());
    assertLinked();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../b.example",
        "b.example/..",
        "..",
        ".b.example",
        "b..example",
        "b.example.",
        "-b.example",
        "b-.example",
        "b_c.example",
        "B.example",
        "*",
        "k*", // key.pem, if the shell expanded it
        "*.*.example",
        "b.*.example",
        "b\u00fc.example",
        "$(id).example",
        "good.example b/c",
      })
  void onlyHostNamesBecomePaths(String domains) throws Exception {
    assertRefused(run("second", domains), 78, "is not a host name, or too long");
    assertEquals("[]", filed().toString());
  }

  @Test
  void aNameThatWouldMakeACredentialsNameTooLongIsNone() throws Exception {
    String label = "a".repeat(60) + ".";
    String longest = label.repeat(4).substring(0, 242);
    assertRefused(run("second", longest + "a"), 78, "is not a host name, or too long");
    assertEquals(0, run("second", longest).status());
    assertFiled(longest, "rsa-2048");
  }

  @Test
  void certbotSaysWhichNames() throws Exception {
    assertRefused(run("second", ""), 64, "RENEWED_DOMAINS is not set");
  }

  @Test
  void whatWasThereBeforeIsPutBack() throws Exception {
    Fixtures.write(directory.resolve("check"), "0\n1\n");
    assertRefused(run("second", "b.example"), 78, "before is back");
    assertEquals("[]", filed().toString());
    assertEquals(0, run("second", "b.example").status());
    lineage("second", "p384");
    Fixtures.write(directory.resolve("check"), "0\n1\n");
    assertRefused(run("second", "b.example d.example"), 78, "before is back");
    assertFiled("b.example", "rsa-2048");
    assertEquals(both("b.example"), filed().toString());
  }

  /** The failure may be another name's, or only a warning that a certificate expires soon. */
  @Test
  void whatFailedBeforeKeepsNoRenewalOut() throws Exception {
    Fixtures.write(directory.resolve("check"), "1\n1\n");
    assertRefused(
        run("second", "b.example"), 78, "is filed, but lunchd@check.service fails as it did");
    assertFiled("b.example", "rsa-2048");
  }

  @Test
  void aLinkOfTheOperatorsIsNotWrittenThrough() throws Exception {
    assertEquals(0, run("second", "b.example").status());
    Path names = etc.resolve("names");
    Files.move(names.resolve("b.example"), names.resolve(".mine"));
    Files.createSymbolicLink(names.resolve("b.example"), Path.of(".mine"));
    lineage("second", "p384");
    assertRefused(run("second", "b.example"), 78, "names/b.example is a link");
    assertEquals(
        -1,
        Files.mismatch(
            Fixtures.DIRECTORY.resolve("rsa-2048-chain.pem"), names.resolve(".mine/chain.pem")));
  }

  /** A service's credentials may take 1 MB in all, in whole pages of memory. */
  @Test
  void moreThanSystemdGivesASignerAreRefused() throws Exception {
    assertEquals(0, run("second", "n.example").status());
    Path key = etc.resolve("keys/n.example/key.pem");
    int room = room() - 3; // the first one's key and chain, and the placeholder for missing keys
    for (int i = 0; i < room - 2; i++) {
      Path own = Files.createDirectory(etc.resolve("keys/n" + i + ".example"));
      Files.copy(key, own.resolve("key.pem"));
    }
    assertEquals(0, run("second", "last.example").status());
    assertEquals(0, run("second", "last.example").status(), "it is there already");
    Child.Result result = run("second", "more.example");
    assertRefused(result, 78, " would need " + (room() + 1) + ": no signer could start");
    assertTrue(result.stderr().contains("at most 1 MB of credentials, " + room() + " files of "));
    assertFalse(Files.exists(etc.resolve("keys/more.example")));
    assertFalse(Files.exists(etc.resolve("names/more.example")));
    assertEquals(0, run("first", "first.example").status(), "the first is renewed all the same");
  }

  private static int room() throws Exception {
    try (Child child = Child.start("getconf", "PAGE_SIZE")) {
      return 1024 * 1024 / Integer.parseInt(child.result().stdout().strip());
    }
  }
}
