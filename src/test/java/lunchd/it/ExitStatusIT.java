package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import lunchd.fixtures.Answer;
import lunchd.it.support.Child;
import lunchd.it.support.Dist;
import lunchd.it.support.Fixtures;
import lunchd.it.support.Handed;
import lunchd.it.support.JdkClient;
import lunchd.it.support.Lunchd;
import lunchd.it.support.SuperServer;
import lunchd.it.support.Tool;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Exit statuses, each with one line that names the option or file, and the fix. A bad option or
 * file is a row of the table here. What needs more than a row is tested elsewhere, and not repeated
 * here: every bad key and chain by TlsIT, those of single names by NamesIT, bad handlers by
 * OwnHandlerIT, a signer's pair by SignerIT, what only a check finds by CheckIT, and what a client
 * behind a proxy is not told by ProxyIT.
 */
class ExitStatusIT {
  @TempDir static Path directory;

  @BeforeAll
  static void makeFiles() throws Exception {
    Files.writeString(directory.resolve("blank.txt"), "# nothing today\n\n  \n");
    Files.write(
        directory.resolve("latin1.txt"), "Soup\nRösti\n".getBytes(StandardCharsets.ISO_8859_1));
    Files.write(directory.resolve("large"), new byte[1 << 20]);
    Files.writeString(directory.resolve("empty.txt"), "");
    Files.writeString(directory.resolve("nobody.txt"), "# nobody\nrobot\n");
  }

  /** In the arguments, F is the directory of the fixtures, and T that of the files made above. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          64 | -key=F/p256-key.pem                                  | --key and --certificate go together
          64 | -certificate=F/p256-chain.pem                        | --key and --certificate go together
          64 | --key-password-file F/password.txt                   | --key-password-file goes with --key
          64 | --lunch                                              | --lunch
          64 | soup                                                 | Unexpected argument: soup
          64 | --menu                                               | menu
          64 | --timeout 0                                          | --timeout 0 is not a whole number from 1
          64 | --timeout soon                                       | --timeout soon is not a whole number
          64 | --hsts -1                                            | hsts
          64 | --log-level loud                                     | --log-level loud is not one of
          64 | --jar T/blank.txt                                    | --jar goes with --handler
          66 | -key=F/p256-key.pem -certificate=T/none.pem          | --certificate T/none.pem can't be read
          66 | -key=T/none.pem -certificate=F/p256-chain.pem        | --key T/none.pem can't be read
          66 | -key=F -certificate=F/p256-chain.pem                 | --key F can't be read
          66 | -key=F/p256-key.pem -certificate=F/p256-chain.pem --key-password-file T/none | --key-password-file T/none can't be read
          66 | -key=F/p256-key.pem -certificate=F                   | --certificate F can't be read
          66 | -key=F/p256-key.pem -certificate=F/p256-chain.pem --key-password-file F | --key-password-file F can't be read
          66 | --menu F                                             | --menu F can't be read
          66 | --menu T/none.txt                                    | --menu T/none.txt can't be read
          66 | --jar T/none.jar --handler tea.Tea                   | --jar T/none.jar can't be read (
          66 | --jar T/blank.txt --handler tea.Tea                  | --jar T/blank.txt can't be read (
          66 | -key=F/p256-key.pem -certificate=F/p256-chain.pem --client-certificates T/none | --client-certificates T/none can't be read
          78 | --menu T/empty.txt                                   | --menu T/empty.txt has no choices; write
          78 | --menu T/blank.txt                                   | --menu T/blank.txt has no choices; write
          78 | --menu T/latin1.txt                                  | --menu T/latin1.txt: line 2 is not UTF-8; save
          78 | --menu T/large                                       | --menu T/large is over 256 KiB
          78 | -key=F/p256-key.pem -certificate=F/p256-chain.pem --client-certificates T/nobody.txt | --client-certificates T/nobody.txt: line 2 does not begin with a SHA-256 fingerprint
          78 | -key=T/large -certificate=F/p256-chain.pem           | --key T/large is over 256 KiB
          78 | -key=F/p256-key.pem -certificate=T/large             | --certificate T/large is over 256 KiB
          78 | -key=F/p256-key.pem -certificate=F/p256-chain.pem --key-password-file T/large | --key-password-file T/large is over 256 KiB
          """)
  void tellsTheOperatorInOneLine(int status, String arguments, String message) throws Exception {
    Child.Result result = Lunchd.with(expand(arguments).split(" ")).pipe("\n");
    assertEquals(status, result.status(), result.stderr());
    assertEquals("", result.stdout());
    assertEquals(1, result.stderr().lines().count(), result.stderr());
    assertTrue(result.stderr().contains(" ERROR lunchd: "), result.stderr());
    assertTrue(result.stderr().contains(expand(message)), result.stderr());
    if (status == 64) {
      assertTrue(result.stderr().contains("--help"), "where to read more: " + result.stderr());
    } else {
      assertTrue(result.stderr().contains("; "), "the fix: " + result.stderr());
      checkSaysTheSame(Lunchd.with(expand(arguments).split(" ")), result);
    }
    tellsTheClient(Lunchd.with(expand(arguments).split(" ")), result);
  }

  private static void checkSaysTheSame(Lunchd lunchd, Child.Result start) throws Exception {
    Child.Result check = lunchd.and("--check").pipe("");
    assertEquals(start.status(), check.status());
    assertEquals("", check.stdout());
    assertEquals(start.errors(), check.errors());
    assertEquals(1, check.stderr().lines().count(), check.stderr());
  }

  /** A 500, or the alert internal_error (80), tells the client that the server is at fault. */
  static void tellsTheClient(Lunchd lunchd, Child.Result inPipe) throws Exception {
    for (boolean tls : new boolean[] {false, true}) {
      try (Handed handed = lunchd.tcp()) {
        String response = handed.exchange(tls ? "\u0016\3\1\0\1\1" : Answer.GET);
        if (tls) {
          assertEquals("\u0015\3\3\0\2\2P", response);
        } else {
          assertEquals(500, Answer.parse(response).status());
          assertFalse(response.contains("--"), "the client must not see an option: " + response);
        }
        Child.Result result = handed.result();
        assertEquals(inPipe.status(), result.status());
        assertEquals(inPipe.errors(), result.errors());
      }
    }
  }

  private static String expand(String text) {
    return text.replaceAll("\\bF(?=/|\\b)", Fixtures.DIRECTORY.toString())
        .replaceAll("\\bT(?=/)", directory.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "not HTTP at all\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost",
        "\0",
        "\u0016\3\1",
        "\u0016\3\1\0\5hello",
        ""
      })
  void theClientsFaultIsNoFailure(String bytes) throws Exception {
    try (Handed handed = Lunchd.with(Fixtures.pair("p256")).tcp()) {
      handed.send(bytes);
      handed.socket().shutdownOutput();
      handed.receive();
      Child.Result result = handed.result();
      assertEquals(0, result.status());
      assertEquals(1, result.stderr().lines().count(), result.stderr());
    }
  }

  @Test
  void aListeningSocketIsTheOperatorsError() throws Exception {
    int port = SuperServer.freePort();
    String[] command = {Tool.SYSTEMD_SOCKET_ACTIVATE.path(), "--inetd", "-l", "127.0.0.1:" + port};
    String[] all = Arrays.copyOf(command, command.length + 1);
    all[command.length] = Dist.BUILT.launcher();
    try (Child child = Child.start(all)) {
      child.awaitStderr("Listening on");
      new java.net.Socket("127.0.0.1", port).close();
      Child.Result result = child.result();
      assertEquals(78, result.status(), result.stderr());
      assertTrue(result.stderr().contains("Accept=yes"), result.stderr());
    }
  }

  @Test
  void aSignerWithoutAListeningSocketIsTheOperatorsError() throws Exception {
    Child.Result result = Lunchd.with("--sign").and(Fixtures.pair("p256")).pipe("");
    assertEquals(78, result.status(), result.stderr());
    assertTrue(result.errors().getFirst().contains("set Accept=no"), result.stderr());
  }

  @Test
  void aDatagramSocketIsTheOperatorsError() throws Exception {
    try (Child child = Lunchd.with().shell("exec \"$@\" 0<>/dev/udp/127.0.0.1/9 1>&0")) {
      Child.Result result = child.result();
      assertEquals(78, result.status(), result.stderr());
      assertTrue(result.stderr().contains("ListenStream="), result.stderr());
    }
  }

  /** There is no other TLS to fall back on: the library is missing, or is not a library. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aTlsLibraryThatCannotBeLoadedIs78(boolean isMissing, @TempDir Path directory)
      throws Exception {
    Dist dist = Dist.BUILT.copyTo(directory.resolve("dist"));
    Files.delete(dist.nativeTls());
    if (!isMissing) {
      Files.writeString(dist.nativeTls(), "no library");
    }
    Lunchd lunchd = Lunchd.with(Fixtures.pair("p256")).from(dist);
    try (Handed handed = lunchd.tcp();
        SSLSocket client = JdkClient.over(handed.socket())) {
      SSLException alert =
          assertThrows(SSLException.class, () -> JdkClient.exchange(client, Answer.GET));
      assertTrue(alert.getMessage().contains("internal_error"), alert.getMessage());
      assertUnloadable(dist, handed.result());
    }
    assertUnloadable(dist, lunchd.and("--check").pipe(""));
    try (Handed handed = lunchd.tcp()) {
      assertEquals(
          308,
          Answer.parse(handed.exchange(Answer.GET)).status(),
          "plaintext needs no TLS library");
      assertEquals(0, handed.result().status());
    }
  }

  private static void assertUnloadable(Dist dist, Child.Result result) {
    assertEquals(78, result.status(), result.stderr());
    assertEquals("", result.stdout());
    assertEquals(1, result.errors().size(), result.stderr());
    String error = result.errors().getFirst();
    assertTrue(error.contains(dist.nativeTls() + " is missing or can't be loaded"), error);
    assertTrue(error.contains("; reinstall lunchd"), error);
  }
}
