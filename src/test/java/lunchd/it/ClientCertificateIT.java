package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;
import lunchd.fixtures.Answer;
import lunchd.it.support.Child;
import lunchd.it.support.Curl;
import lunchd.it.support.Dist;
import lunchd.it.support.Fixtures;
import lunchd.it.support.Handed;
import lunchd.it.support.JdkClient;
import lunchd.it.support.Lunchd;
import lunchd.it.support.SuperServer;
import lunchd.it.support.Tool;
import lunchd.tls.ClientPair;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** lunchd asking for client certificates, with each of the usual clients. */
class ClientCertificateIT {
  @TempDir private Path directory;

  private Lunchd with(String list) throws IOException {
    Path file = Files.writeString(directory.resolve("clients"), list);
    return Lunchd.with(Fixtures.pair("p256")).and("--client-certificates", file.toString());
  }

  private static String said(String... command) throws Exception {
    try (Child child = Child.start(command)) {
      Child.Result result = child.result();
      assertEquals(0, result.status(), result.stderr());
      return result.stdout();
    }
  }

  /** As in the manual. */
  private static String fingerprint(String pair) throws Exception {
    return said(
        (Tool.OPENSSL.path()
                + " x509 -noout -fingerprint -sha256 -in "
                + Fixtures.file(pair + "-chain.pem"))
            .split(" "));
  }

  private static String keyFingerprint(String pair) throws Exception {
    String script =
        "openssl x509 -in "
            + Fixtures.file(pair + "-chain.pem")
            + " -noout -pubkey | openssl pkey -pubin -outform DER | openssl dgst -sha256 -r";
    return said(Tool.BASH.path(), "-c", script).split(" ")[0];
  }

  private static String[] shown(String pair, String... more) {
    List<String> options = new ArrayList<>(List.of(more));
    options.addAll(List.of("--cert", Fixtures.file(pair + "-chain.pem")));
    options.addAll(List.of("--key", Fixtures.file(pair + "-key.pem")));
    return options.toArray(String[]::new);
  }

  @ParameterizedTest
  @CsvSource({
    "--tlsv1.3, p384",
    "--tls-max 1.2, p384",
    "--tlsv1.3, rsa-2048",
    "--tls-max 1.2, p256"
  })
  void curl(String version, String pair) throws Exception {
    String list = "# robots\n" + fingerprint(pair) + keyFingerprint("rsa-3072") + " other\n";
    try (SuperServer server = SuperServer.activate(with(list))) {
      Answer.lunch(Curl.https(server.port(), shown(pair, version.split(" "))));
      Answer.lunch(Curl.https(server.port(), shown("rsa-3072", version.split(" "))));
      assertEquals(List.of(0, 0), server.statuses(2));
      String log = server.child().stderr();
      String digits = ClientPair.of(pair).fingerprint();
      assertTrue(log.contains(" client " + digits + "\n"), log);
      assertTrue(log.contains(" client " + keyFingerprint("rsa-3072") + " other\n"), log);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "-tls1_3, '', certificate required", "-tls1_2, '', handshake failure",
    "-tls1_3, p256, certificate unknown", "-tls1_2, p256, certificate unknown",
  })
  void openssl(String version, String pair, String alert) throws Exception {
    Lunchd lunchd = with(fingerprint("p384"));
    try (SuperServer server = SuperServer.activate(lunchd)) {
      String served = openssl(server.port(), version, "p384");
      assertTrue(served.contains("HTTP/1.1 200 OK"), served);
      String refused = openssl(server.port(), version, pair);
      assertFalse(refused.contains("HTTP/1.1"), refused);
      assertTrue(refused.contains("alert " + alert), refused);
      assertEquals(List.of(0, 0), server.statuses(2));
    }
  }

  /** Returns its output on both streams. */
  private static String openssl(int port, String version, String pair) throws Exception {
    List<String> command = new ArrayList<>(List.of(Tool.OPENSSL.path(), "s_client", version));
    command.addAll(List.of("-connect", "127.0.0.1:" + port, "-ign_eof"));
    if (!pair.isEmpty()) {
      command.addAll(List.of("-cert", Fixtures.file(pair + "-chain.pem")));
      command.addAll(List.of("-key", Fixtures.file(pair + "-key.pem")));
    }
    try (Child child = Child.start(command.toArray(String[]::new))) {
      child.sendAll(Answer.GET);
      Child.Result result = child.result();
      return result.stdout() + result.stderr();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void theJdk(String version) throws Exception {
    Lunchd lunchd = with(keyFingerprint("p384") + " robot");
    try (Handed handed = lunchd.tcp();
        SSLSocket client =
            JdkClient.over(handed.socket(), ClientPair.of("p384").manager(), version)) {
      Answer.lunch(JdkClient.exchange(client, Answer.GET));
      Child.Result result = handed.result();
      assertEquals(0, result.status());
      String line = " client " + ClientPair.of("p384").keyFingerprint() + " robot\n";
      assertTrue(result.stderr().contains(line), result.stderr());
    }
    try (Handed handed = lunchd.tcp();
        SSLSocket client =
            JdkClient.over(handed.socket(), ClientPair.of("p256").manager(), version)) {
      assertThrows(IOException.class, () -> JdkClient.exchange(client, Answer.GET));
      Child.Result result = handed.result();
      assertEquals(0, result.status());
      assertEquals(1, result.stderr().lines().count(), result.stderr());
      String unknown = "not in --client-certificates: " + ClientPair.of("p256").fingerprint();
      assertTrue(result.stderr().contains(unknown), result.stderr());
    }
  }

  @Test
  void aPipeIsNotServed() throws Exception {
    Child.Result result = with(fingerprint("p384")).pipe(Answer.GET);
    assertEquals(0, result.status());
    assertTrue(result.stdout().startsWith("HTTP/1.1 403 Forbidden\r\n"), result.stdout());
  }

  /** A certificate is not parsed, since that would take longer than everything else. */
  @Test
  void theJdksParserIsNotLoaded() throws Exception {
    Path log = directory.resolve("classes.log");
    Dist dist =
        Dist.BUILT
            .copyTo(directory.resolve("dist"))
            .withJvmOption("-Xlog:class+init=info:file=" + log);
    try (Handed handed = with(fingerprint("p384")).from(dist).tcp();
        SSLSocket client = JdkClient.over(handed.socket(), ClientPair.of("p384").manager())) {
      Answer.lunch(JdkClient.exchange(client, Answer.GET));
      assertEquals(0, handed.result().status());
    }
    String classes = Files.readString(log);
    assertTrue(classes.contains("lunchd/tls/ClientVerifier"), "the log has what was initialised");
    assertFalse(classes.contains("sun/security/x509"), classes);
    assertFalse(classes.contains("sun/security/provider"), classes);
  }
}
