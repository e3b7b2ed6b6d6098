package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import lunchd.fixtures.Answer;
import lunchd.it.support.Child;
import lunchd.it.support.Curl;
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

/** Several names, with clients that verify the certificate. */
class NamesIT {
  @TempDir private static Path directory;
  private static Path names;
  private static Lunchd lunchd;

  @BeforeAll
  static void certificates() throws Exception {
    names = Files.createDirectory(directory.resolve("names"));
    selfSigned("a.example", "a.example", "EC");
    selfSigned("b.example", "b.example", "RSA");
    selfSigned("_.c.example", "*.c.example", "RSA");
    Files.createDirectory(names.resolve(".empty"));
    for (int i = 0; i < 1_000; i++) {
      String pair = i == 0 || i == 999 ? "b.example" : ".empty";
      Files.createSymbolicLink(names.resolve("n" + i + ".test"), Path.of(pair));
    }
    lunchd = Lunchd.with(Fixtures.pair("p256")).and("--certificates", names.toString());
  }

  private static void selfSigned(String entry, String dnsName, String kind) throws Exception {
    Path own = Files.createDirectory(names.resolve(entry));
    String key =
        kind.equals("EC")
            ? "ec -pkeyopt ec_paramgen_curve:P-256"
            : "rsa -pkeyopt rsa_keygen_bits:2048";
    String request = " req -x509 -nodes -days 10 -newkey " + key + " -subj /CN=x -addext";
    List<String> openssl = new ArrayList<>(List.of((Tool.OPENSSL.path() + request).split(" ")));
    openssl.addAll(List.of("subjectAltName=DNS:" + dnsName, "-keyout", own + "/key.pem"));
    openssl.addAll(List.of("-out", own + "/chain.pem"));
    try (Child child = Child.start(openssl.toArray(String[]::new))) {
      Child.Result result = child.result();
      assertEquals(0, result.status(), result.stderr());
    }
  }

  private static String trust(String entry) {
    return entry.isEmpty() ? Fixtures.CA : names.resolve(entry).resolve("chain.pem").toString();
  }

  /** The last is the pair of --certificate, which is valid for this name too. */
  @ParameterizedTest
  @CsvSource({
    "a.example, a.example",
    "b.example, b.example",
    "a.c.example, _.c.example",
    "lunch.c.example, _.c.example",
    "localhost, ''",
  })
  void curlIsShownTheCertificateOfTheNameItAsksFor(String name, String entry) throws Exception {
    try (SuperServer server = SuperServer.activate(lunchd)) {
      String response =
          Curl.get(
              "https://" + name + ":" + server.port() + "/",
              "--resolve",
              name + ":" + server.port() + ":127.0.0.1",
              "--cacert",
              trust(entry));
      Answer.lunch(response);
      assertEquals(List.of(0), server.statuses(1));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "-servername a.example -verify_hostname a.example, a.example, id-ecPublicKey",
    "-servername A.EXAMPLE -verify_hostname a.example, a.example, id-ecPublicKey",
    "-servername b.example -verify_hostname b.example, b.example, rsaEncryption",
    "-servername x.c.example -verify_hostname x.c.example -tls1_2, _.c.example, rsaEncryption",
    "-servername a.b.example -verify_hostname localhost, '', id-ecPublicKey",
    "-servername _.c.example -verify_hostname localhost, '', id-ecPublicKey",
    "-servername ../names/a.example -verify_hostname localhost, '', id-ecPublicKey",
    "-noservername -verify_hostname localhost -tls1_2, '', id-ecPublicKey",
  })
  void openssl(String options, String entry, String algorithm) throws Exception {
    try (SuperServer server = SuperServer.activate(lunchd)) {
      List<String> command = new ArrayList<>(List.of(Tool.OPENSSL.path(), "s_client"));
      command.addAll(List.of("-connect", "127.0.0.1:" + server.port(), "-CAfile", trust(entry)));
      command.addAll(List.of("-verify_return_error", "-ign_eof"));
      command.addAll(List.of(options.split(" ")));
      try (Child client = Child.start(command.toArray(String[]::new))) {
        client.send(Answer.GET);
        Child.Result result = client.result();
        assertTrue(result.stdout().contains("<h1>"), result.stdout() + result.stderr());
        assertTrue(result.stdout().contains("PKEY: " + algorithm), result.stdout());
      }
      assertEquals(List.of(0), server.statuses(1));
    }
  }

  @Test
  void ofAThousandNamesOnlyTheOneThatIsAskedForIsRead() throws Exception {
    for (String name : List.of("n0.test", "n999.test")) {
      try (Handed handed = lunchd.tcp();
          SSLSocket client = JdkClient.asking(handed.socket(), name)) {
        Answer.lunch(JdkClient.exchange(client, Answer.GET));
        assertEquals(
            "RSA", client.getSession().getPeerCertificates()[0].getPublicKey().getAlgorithm());
        assertEquals(0, handed.result().status());
      }
    }
  }

  /** The operator's error affects only the clients of that name. */
  @Test
  void aNameThatCannotBeServedGetsAnAlertAndALineInTheLog(@TempDir Path other) throws Exception {
    Path own = Files.createDirectory(other.resolve("a.example"));
    Path key = own.resolve("key.pem");
    Files.copy(names.resolve("a.example/chain.pem"), own.resolve("chain.pem"));
    Files.copy(Path.of(Fixtures.file("p256-other-key.pem")), key);
    Lunchd several = Lunchd.with(Fixtures.pair("p256")).and("--certificates", other.toString());
    assertRefused(several, 78, "--key " + key + " is not the key of the first ");
    Files.delete(key);
    assertRefused(several, 66, "--key " + key + " can't be read (No such file");
    try (Handed handed = several.tcp();
        SSLSocket client = JdkClient.over(handed.socket())) {
      Answer.lunch(JdkClient.exchange(client, Answer.GET));
      assertEquals(0, handed.result().status());
    }
    Files.copy(names.resolve("a.example/key.pem"), key, StandardCopyOption.REPLACE_EXISTING);
    try (Handed handed = several.tcp();
        SSLSocket client = JdkClient.asking(handed.socket(), "a.example")) {
      Answer.lunch(JdkClient.exchange(client, Answer.GET));
      assertEquals(0, handed.result().status());
    }
  }

  private static void assertRefused(Lunchd several, int status, String why) throws Exception {
    try (Handed handed = several.tcp();
        SSLSocket client = JdkClient.asking(handed.socket(), "a.example")) {
      SSLException alert =
          assertThrows(SSLException.class, () -> JdkClient.exchange(client, Answer.GET));
      assertTrue(alert.getMessage().contains("internal_error"), alert.getMessage());
      Child.Result result = handed.result();
      assertEquals(status, result.status());
      assertEquals(1, result.errors().size(), result.stderr());
      assertTrue(result.errors().getFirst().contains(" ERROR lunchd: " + why), result.stderr());
    }
  }

  @Test
  void checkReportsEach(@TempDir Path few) throws Exception {
    for (String entry : List.of("a.example", "_.c.example")) {
      Files.createSymbolicLink(few.resolve(entry), names.resolve(entry));
    }
    Lunchd check =
        Lunchd.with(Fixtures.pair("p256")).and("--certificates", few.toString(), "--check");
    Child.Result result = check.pipe("");
    assertEquals(0, result.status(), result.stderr());
    List<String> own = result.stdout().lines().filter(line -> line.startsWith("name: ")).toList();
    assertEquals(2, own.size(), result.stdout());
    String rest = ", days-left: (9|10), key: %s, chain: 1 certificate";
    assertTrue(own.get(0).matches("name: \\*.c.example" + rest.formatted("RSA 2048")), own.get(0));
    assertTrue(own.get(1).matches("name: a.example" + rest.formatted("EC P-256")), own.get(1));
    Child.Result expiring = check.and("--expiry-days", "14").pipe("");
    assertEquals(1, expiring.status(), expiring.stderr());
    assertEquals(2, expiring.errors().size(), expiring.stderr());
    Files.delete(few.resolve("a.example"));
    Files.createDirectory(few.resolve("a.example"));
    Child.Result broken = check.pipe("");
    assertEquals(66, broken.status(), broken.stderr());
    assertTrue(broken.stdout().contains("\nname: a.example, unusable\n"), broken.stdout());
    assertEquals(1, broken.errors().size(), broken.stderr());
  }
}
