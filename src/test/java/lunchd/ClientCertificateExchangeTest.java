package lunchd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lunchd.connection.Connection;
import lunchd.connection.Deadline;
import lunchd.connection.FakeConnection;
import lunchd.connection.FakeConnection.End;
import lunchd.connection.FakeConnection.Kind;
import lunchd.fixtures.Answer;
import lunchd.fixtures.LogCapture;
import lunchd.http.Client;
import lunchd.http.ClientCertificate;
import lunchd.http.Handler;
import lunchd.http.Response;
import lunchd.log.Log;
import lunchd.operator.Arguments;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import lunchd.operator.Service;
import lunchd.settings.Settings;
import lunchd.tls.ClientPair;
import lunchd.tls.TlsClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server that asks its clients for certificates, from the first byte to the last. */
final class ClientCertificateExchangeTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: lunch.example\r\n\r\n";
  private static final ClientPair ROBOT = ClientPair.of("p384");

  @TempDir private Path directory;

  private final List<Client> seen = new ArrayList<>();

  private final Service service =
      new Service() {
        @Override
        public Handler open(Arguments arguments) {
          return request -> {
            seen.add(request.client());
            return Response.of(200).text("soup");
          };
        }
      };

  private <C extends Connection> C run(C client, String list, String... more) throws Exception {
    Path file = Files.writeString(directory.resolve("clients"), list);
    List<String> options = new ArrayList<>(List.of(more));
    options.add("-key=test-fixtures/tls/p256-key.pem");
    options.add("-certificate=test-fixtures/tls/p256-chain.pem");
    options.add("-client-certificates=" + file);
    Settings settings = Settings.parse(service, options.toArray(String[]::new));
    assertEquals(ExitStatus.OK, Exchange.run(settings, service, client, Deadline.after(60_000)));
    return client;
  }

  private static TlsClient robot() {
    return TlsClient.of(GET, parameters -> {}, ROBOT.manager());
  }

  @Test
  void handlerAndLogHaveNameAndFingerprint() throws Exception {
    String fingerprint = ROBOT.fingerprint();
    TlsClient client = run(robot(), fingerprint + " Zo\u00eb's \"robot\"");
    assertEquals("soup", Answer.parse(client.content()).content());
    assertEquals(
        new ClientCertificate("Zo\u00eb's \"robot\"", fingerprint),
        seen.removeFirst().certificate());
    String line = LogCapture.takeOne();
    assertTrue(
        line.endsWith(" ms client " + fingerprint + " Zo\\xebs \"robot\"".replace("s ", "'s ")),
        line);

    Log.configure("info", true);
    run(robot(), ROBOT.keyFingerprint() + " robot");
    line = LogCapture.takeOne();
    String members =
        ",\"certificate\":\"" + ROBOT.keyFingerprint() + "\",\"certificate_name\":\"robot\",";
    assertTrue(line.contains(members), line);
    assertEquals(ROBOT.keyFingerprint(), seen.removeFirst().certificate().fingerprint());

    run(robot(), fingerprint);
    line = LogCapture.takeOne();
    assertTrue(line.contains(",\"certificate\":\"" + fingerprint + "\",\"request\""), line);
    assertNull(seen.removeFirst().certificate().name());
  }

  @Test
  void nobodyElseIsServed() throws Exception {
    String list = ROBOT.fingerprint();
    TlsClient other = TlsClient.of(GET, parameters -> {}, ClientPair.of("p256").manager());
    for (TlsClient client : List.of(other, TlsClient.of(GET, parameters -> {}))) {
      run(client, list);
      assertEquals(0, client.content().length);
      assertTrue(LogCapture.takeOne().startsWith("WARN 192.0.2.7:49152 plain - - 0 bytes "));
    }
    assertEquals(List.of(), seen);
  }

  /** A client from the network is redirected to HTTPS as usual, which asks for its certificate. */
  @ParameterizedTest
  @CsvSource({"TCP, 308", "UNIX, 403", "PIPE, 403"})
  void nobodyIsServedInPlaintext(Kind kind, int status) throws Exception {
    FakeConnection client = FakeConnection.of(kind, End.END_OF_INPUT, GET);
    run(client, ROBOT.fingerprint());
    assertEquals(status, Answer.parse(client.written()).status());
    assertEquals(List.of(), seen);
  }

  @ParameterizedTest
  @CsvSource({"TCP", "UNIX"})
  void challengesAreAnsweredToAnybody(Kind kind) throws Exception {
    Path challenges = Files.createDirectories(directory.resolve(".well-known/acme-challenge"));
    Files.writeString(challenges.resolve("token"), "token.thumbprint");
    String get = GET.replace("/ ", "/.well-known/acme-challenge/token ");
    FakeConnection client = FakeConnection.of(kind, End.END_OF_INPUT, get);
    run(client, ROBOT.fingerprint(), "--acme-webroot=" + directory);
    assertEquals("token.thumbprint", Answer.parse(client.written()).content());
  }

  /** Read at every start, like the key. */
  @Test
  void aListThatCannotBeUsedIsTheOperatorsFault() {
    FakeConnection client = FakeConnection.of(Kind.TCP, End.END_OF_INPUT, GET);
    Misconfiguration error = assertThrows(Misconfiguration.class, () -> run(client, "robot"));
    assertEquals(ExitStatus.CONFIG, error.status());
    assertTrue(error.getMessage().contains("clients: line 1 "), error.getMessage());
    assertEquals(500, Answer.parse(client.written()).status());
  }
}
