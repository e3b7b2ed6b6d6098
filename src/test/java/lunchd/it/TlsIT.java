package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import lunchd.fixtures.Answer;
import lunchd.fixtures.PairCase;
import lunchd.it.support.Child;
import lunchd.it.support.Fixtures;
import lunchd.it.support.Handed;
import lunchd.it.support.JdkClient;
import lunchd.it.support.Lunchd;
import lunchd.it.support.SuperServer;
import lunchd.it.support.Tool;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS with real clients. */
class TlsIT {
  private static Stream<Arguments> pairs() {
    return Stream.of("rsa-2048", "p256", "p384", "ed25519")
        .flatMap(
            pair -> Stream.of("TLSv1.2", "TLSv1.3").map(version -> Arguments.of(pair, version)));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void servesEveryKindOfKey(String pair, String version) throws Exception {
    try (Handed handed = Lunchd.with(Fixtures.pair(pair)).tcp();
        SSLSocket client = JdkClient.over(handed.socket(), version)) {
      String response = JdkClient.exchange(client, Answer.GET);
      Answer.lunch(response);
      assertEquals(
          "max-age=31536000", Answer.parse(response).fields().get("strict-transport-security"));
      assertEquals("http/1.1", client.getApplicationProtocol());
      Child.Result result = handed.result();
      assertEquals(0, result.status());
      String line =
          version + " " + client.getSession().getCipherSuite() + " \"GET / HTTP/1.1\" 200";
      assertTrue(result.stderr().contains(" " + line + " "), result.stderr());
      assertEquals(1, result.stderr().lines().count(), result.stderr());
    }
  }

  @Test
  void hstsCanBeSetAndTurnedOff() throws Exception {
    for (String seconds : List.of("300", "0")) {
      String[] options = {"--hsts", seconds};
      try (Handed handed = Lunchd.with(Fixtures.pair("p256")).and(options).tcp();
          SSLSocket client = JdkClient.over(handed.socket())) {
        String field =
            Answer.parse(JdkClient.exchange(client, Answer.GET))
                .fields()
                .get("strict-transport-security");
        assertEquals(seconds.equals("0") ? null : "max-age=" + seconds, field);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("lunchd.fixtures.PairCase#all")
  void makesOfEachFixtureWhatItMust(PairCase row) throws Exception {
    Lunchd lunchd = Lunchd.with(Fixtures.pair(row.key(), row.chain()));
    if (!row.password().isEmpty()) {
      lunchd = lunchd.and("--key-password-file", Fixtures.file(row.password()));
    }
    try (Handed handed = lunchd.tcp();
        SSLSocket client =
            row.must().equals("served")
                ? JdkClient.over(handed.socket())
                : JdkClient.trustingAll(handed.socket())) {
      if (row.must().startsWith("served")) {
        Answer.lunch(JdkClient.exchange(client, Answer.GET));
        assertEquals(0, handed.result().status());
        return;
      }
      SSLException alert =
          assertThrows(SSLException.class, () -> JdkClient.exchange(client, Answer.GET));
      assertTrue(alert.getMessage().contains("internal_error"), alert.getMessage());
      Child.Result result = handed.result();
      assertEquals(Integer.parseInt(row.must()), result.status());
      List<String> errors = result.errors();
      assertEquals(1, errors.size(), result.stderr());
      assertTrue(errors.getFirst().contains("/" + row.atFault()), result.stderr());
      assertTrue(errors.getFirst().contains("; "), "and the fix: " + result.stderr());
      Child.Result check = lunchd.and("--check").pipe("");
      assertEquals(result.status(), check.status(), check.stderr());
      assertEquals("", check.stdout());
      assertEquals(errors, check.errors());
    }
  }

  @Test
  void anUntrustedChainIsTheClientsToRefuse() throws Exception {
    Lunchd lunchd = Lunchd.with(Fixtures.pair("p256-key.pem", "expired-chain.pem"));
    try (Handed handed = lunchd.tcp();
        SSLSocket client = JdkClient.over(handed.socket())) {
      SSLException refused =
          assertThrows(SSLException.class, () -> JdkClient.exchange(client, Answer.GET));
      assertTrue(refused.getMessage().contains("PKIX"), "by the client: " + refused);
      Child.Result result = handed.result();
      assertEquals(0, result.status());
      assertEquals(1, result.stderr().lines().count(), result.stderr());
      assertTrue(result.stderr().contains(" TLS: the client's alert "), result.stderr());
    }
  }

  @Test
  void aMismatchStrikesOnlyInATlsHandshake() throws Exception {
    Lunchd lunchd = Lunchd.with(Fixtures.pair("p256-other-key.pem", "p256-chain.pem"));
    try (Handed handed = lunchd.tcp()) {
      assertEquals(308, Answer.parse(handed.exchange(Answer.GET)).status());
      assertEquals(0, handed.result().status());
    }
  }

  /** Runs {@code openssl s_client} against one lunchd; the request is sent when it is connected. */
  private static Child.Result openssl(String... options) throws Exception {
    try (SuperServer server = SuperServer.activate(Lunchd.with(Fixtures.pair("rsa-2048")))) {
      List<String> command = new ArrayList<>(List.of(Tool.OPENSSL.path(), "s_client"));
      command.addAll(List.of("-connect", "127.0.0.1:" + server.port(), "-CAfile", Fixtures.CA));
      command.addAll(List.of("-verify_return_error", "-ign_eof"));
      command.addAll(Arrays.asList(options));
      try (Child client = Child.start(command.toArray(String[]::new))) {
        client.send(Answer.GET);
        Child.Result result = client.result();
        assertEquals(List.of(0), server.statuses(1), "the client's fault is no failure");
        return result;
      }
    }
  }

  private static int count(String text, String word) {
    return text.split(word, -1).length - 1;
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void handsOutNoTicketAsksForNoCertificateAndSaysGoodbye(String version) throws Exception {
    Child.Result result = openssl(version, "-msg", "-alpn", "h2,http/1.1");
    String messages = result.stdout();
    assertTrue(messages.contains("<h1>"), messages + result.stderr());
    assertEquals(0, count(messages, "NewSessionTicket"), messages);
    assertEquals(0, count(messages, "CertificateRequest"), messages);
    assertTrue(messages.contains("ALPN protocol: http/1.1"), messages);
    assertTrue(messages.contains("Verify return code: 0 (ok)"), messages);
    assertTrue(
        messages.lines().anyMatch(l -> l.startsWith("<<<") && l.contains("warning close_notify")),
        messages);
  }

  private static Stream<Arguments> refused() {
    String weak = "@SECLEVEL=0";
    return Stream.of(
        Arguments.of("-tls1_2 -alpn h2", 120),
        Arguments.of("-tls1_3 -alpn h2", 120),
        Arguments.of("-tls1_3 -alpn h2 -groups P-384:P-256", 120),
        Arguments.of("-tls1_1 -cipher DEFAULT" + weak, 70),
        Arguments.of("-tls1 -cipher DEFAULT" + weak, 70),
        // No AEAD, and no forward secrecy.
        Arguments.of("-tls1_2 -cipher ECDHE-RSA-AES128-SHA" + weak, 40),
        Arguments.of("-tls1_2 -cipher AES128-GCM-SHA256" + weak, 40));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void refusesByAnAlert(String options, int alert) throws Exception {
    Child.Result result = openssl(options.split(" "));
    assertTrue(result.stderr().contains("SSL alert number " + alert + "\n"), result.stderr());
    assertFalse(result.stdout().contains("<h1>"), result.stdout());
  }

  @Test
  void theServerChoosesTheSuite() throws Exception {
    String chosen = "ECDHE-RSA-AES128-GCM-SHA256";
    String offered = "ECDHE-RSA-CHACHA20-POLY1305:ECDHE-RSA-AES256-GCM-SHA384:" + chosen;
    Child.Result result = openssl("-tls1_2", "-cipher", offered);
    assertTrue(result.stdout().contains("Cipher is " + chosen), result.stdout());
  }

  /**
   * The post-quantum hybrid, which JDK 25 lacks, so Conscrypt's client asks for it, and only for
   * it.
   */
  @Test
  void aClientWithOnlyX25519MlKem768GetsItsLunch() throws Exception {
    SSLContext context = SSLContext.getInstance("TLS", Conscrypt.newProvider());
    context.init(
        null, JdkClient.trustAll(), null); // the JDK's would not know Conscrypt's key types
    try (Handed handed = Lunchd.with(Fixtures.pair("p256")).tcp();
        SSLSocket client =
            (SSLSocket)
                context.getSocketFactory().createSocket(handed.socket(), "localhost", 443, true)) {
      SSLParameters parameters = client.getSSLParameters();
      parameters.setNamedGroups(new String[] {"X25519MLKEM768"});
      client.setSSLParameters(parameters);
      Answer.lunch(JdkClient.exchange(client, Answer.GET));
      assertEquals(0, handed.result().status());
    }
  }
}
