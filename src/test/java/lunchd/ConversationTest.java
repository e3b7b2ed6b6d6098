package lunchd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SNIHostName;
import lunchd.connection.Connection;
import lunchd.connection.Deadline;
import lunchd.connection.FakeConnection;
import lunchd.connection.FakeConnection.End;
import lunchd.connection.FakeConnection.Kind;
import lunchd.fixtures.Answer;
import lunchd.fixtures.LogCapture;
import lunchd.http.Client;
import lunchd.http.Handler;
import lunchd.http.Rejection;
import lunchd.http.Response;
import lunchd.operator.Arguments;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import lunchd.operator.Service;
import lunchd.settings.Settings;
import lunchd.tls.TlsClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a handler gets, and what happens with what it returns or throws. */
final class ConversationTest {
  private static final int LIMIT = 10;
  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
  private static final String[] IDENTITY = {
    "-key=test-fixtures/tls/p256-key.pem", "-certificate=test-fixtures/tls/p256-chain.pem"
  };

  /** Echoes the content. */
  private static final Handler ECHO =
      request -> Response.of(200).content("application/octet-stream", request.content(LIMIT));

  private ExitStatus status;

  private static Service service(Handler handler) {
    return new Service() {
      @Override
      public Handler open(Arguments arguments) {
        return handler;
      }
    };
  }

  private <C extends Connection> C run(Handler handler, C client, String... options)
      throws Misconfiguration {
    Service service = service(handler);
    status =
        Exchange.run(Settings.parse(service, options), service, client, Deadline.after(60_000));
    return client;
  }

  private static FakeConnection client(Kind kind, End end, String... pieces) {
    byte[][] octets = new byte[pieces.length][];
    for (int i = 0; i < pieces.length; i++) {
      octets[i] = pieces[i].getBytes(StandardCharsets.ISO_8859_1);
    }
    return new FakeConnection(kind, end, octets);
  }

  private static String post(String fields) {
    return "POST /tea?cups=2 HTTP/1.1\r\nHost: Tea.Example:80\r\n" + fields + "\r\n\r\n";
  }

  private static Answer answer(FakeConnection client) {
    return Answer.parse(client.written());
  }

  // --- Content --------------------------------------------------------------------------------

  @ParameterizedTest
  @EnumSource
  void contentOfAKnownLength(Kind kind) throws Misconfiguration {
    String head = post("Content-Length: 5");
    for (String[] pieces :
        List.of(
            new String[] {head + "green and more"},
            new String[] {head, "green"},
            new String[] {head + "gr", "e", "en"})) {
      assertEquals("green", answer(run(ECHO, client(kind, End.SILENCE, pieces))).content());
      assertEquals(ExitStatus.OK, status);
    }
  }

  @ParameterizedTest
  @EnumSource
  void contentInChunks(Kind kind) throws Misconfiguration {
    String sent =
        post("Transfer-Encoding: chunked") + "3;x=y\r\ngre\r\n2\r\nen\r\n0\r\nX: y\r\n\r\n";
    FakeConnection byOctet =
        FakeConnection.octetByOctet(kind, End.SILENCE, sent.getBytes(StandardCharsets.ISO_8859_1));
    assertEquals("green", answer(run(ECHO, client(kind, End.SILENCE, sent))).content());
    assertEquals("green", answer(run(ECHO, byOctet)).content());
  }

  /** As in the head: what a person types has no CR. */
  @ParameterizedTest
  @CsvSource({"TCP, 400", "UNIX, 400", "PIPE, 200"})
  void aBareLfEndsALineInAPipeOnly(Kind kind, int expected) throws Misconfiguration {
    String sent = post("Transfer-Encoding: chunked") + "5\ngreen\n0\n\n";
    assertEquals(expected, answer(run(ECHO, client(kind, End.SILENCE, sent))).status());
  }

  @Test
  void contentOverTls() throws IOException, Misconfiguration {
    for (String sent :
        List.of(
            post("Content-Length: 5") + "green",
            post("Transfer-Encoding: chunked") + "5\r\ngreen\r\n0\r\n\r\n")) {
      TlsClient client = run(ECHO, TlsClient.of(sent, parameters -> {}), IDENTITY);
      assertEquals("green", Answer.parse(client.content()).content());
    }
  }

  @Test
  void noContentIsEmpty() throws Misconfiguration {
    FakeConnection client = client(Kind.TCP, End.SILENCE, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    assertEquals("", answer(run(ECHO, client)).content());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "413 | Content-Length: 11             | SILENCE      | ''",
        "413 | Transfer-Encoding: chunked     | SILENCE      | B_",
        "413 | Transfer-Encoding: chunked     | SILENCE      | 5_green_6_",
        "400 | Content-Length: 5              | END_OF_INPUT | gree",
        "400 | Transfer-Encoding: chunked     | END_OF_INPUT | 5_green_",
        "400 | Transfer-Encoding: chunked     | SILENCE      | five_",
        "400 | Transfer-Encoding: chunked     | SILENCE      | 5_greens",
        "408 | Content-Length: 5              | SILENCE      | gree",
        "408 | Transfer-Encoding: chunked     | SILENCE      | 5_gr",
      })
  void whatIsWrongWithContentIsLunchdsToSayWhateverTheHandlerDoes(
      int expected, String field, End end, String content) throws Misconfiguration {
    Handler catching =
        request -> {
          try {
            return Response.of(200).content("text/plain", request.content(LIMIT));
          } catch (IOException e) {
            return Response.of(204);
          }
        };
    Handler wrapping =
        request -> {
          try {
            return ECHO.handle(request);
          } catch (IOException e) {
            throw new IllegalStateException("wrapped", e);
          }
        };
    String sent = post(field) + content.replace("_", "\r\n");
    for (Handler handler : List.of(ECHO, catching, wrapping)) {
      FakeConnection client = run(handler, client(Kind.TCP, end, sent));
      assertEquals(expected, answer(client).status());
      assertEquals(ExitStatus.OK, status);
      String line = LogCapture.takeOne();
      assertTrue(line.startsWith("WARN ") && line.contains("\"POST /tea?cups=2 "), line);
    }
  }

  @Test
  void aResetWhileContentIsReadIsTheClientsFaultAndNotAnswered() throws Misconfiguration {
    FakeConnection client =
        run(ECHO, client(Kind.TCP, End.RESET, post("Content-Length: 5") + "gr"));
    assertEquals(0, client.written().length);
    assertTrue(LogCapture.takeOne().startsWith("WARN "));
    assertEquals(ExitStatus.OK, status);
  }

  @Test
  void askedTwiceItIsTheSameFailure() throws Misconfiguration {
    List<IOException> failures = new ArrayList<>();
    Handler stubborn =
        request -> {
          for (int i = 0; i < 2; i++) {
            failures.add(assertThrows(IOException.class, () -> request.content(LIMIT)));
          }
          return Response.of(204);
        };
    String sent = post("Transfer-Encoding: chunked") + "five\r\n";
    assertEquals(400, answer(run(stubborn, client(Kind.TCP, End.SILENCE, sent))).status());
    assertSame(failures.get(0), failures.get(1));
  }

  @Test
  void askedTwiceItIsTheSameContent() throws Misconfiguration {
    Handler handler =
        request -> {
          byte[] first = request.content(LIMIT);
          assertSame(first, request.content(LIMIT));
          return Response.of(200).content("text/plain", request.content(5));
        };
    String sent = post("Content-Length: 5") + "green";
    assertEquals("green", answer(run(handler, client(Kind.TCP, End.SILENCE, sent))).content());
    Handler stingy =
        request -> {
          request.content(LIMIT);
          return Response.of(200).content("text/plain", request.content(4));
        };
    assertEquals(413, answer(run(stingy, client(Kind.TCP, End.SILENCE, sent))).status());
  }

  @Test
  void aFormIsReadFromTheContent() throws Misconfiguration {
    Handler handler = request -> Response.of(200).text(request.form("name") + request.form("no"));
    String sent =
        post("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 12")
            + "name=A%2BB+C";
    assertEquals("A+B Cnull", answer(run(handler, client(Kind.TCP, End.SILENCE, sent))).content());
  }

  @Test
  void whoExpectsIt100IsToldToGoOnWhenTheContentIsAskedFor() throws Misconfiguration {
    String head = post("Expect: 100-continue\r\nContent-Length: 5");
    FakeConnection waiting = run(ECHO, client(Kind.TCP, End.SILENCE, head, "green"));
    String written = new String(waiting.written(), StandardCharsets.ISO_8859_1);
    assertTrue(written.startsWith(CONTINUE + "HTTP/1.1 200 "), written);
    FakeConnection hasty = run(ECHO, client(Kind.TCP, End.SILENCE, head + "green"));
    assertEquals("green", answer(hasty).content(), "no 100 where content has come already");
    String chunked = post("Expect: 100-continue\r\nTransfer-Encoding: chunked");
    waiting = run(ECHO, client(Kind.TCP, End.SILENCE, chunked, "5\r\ngreen\r\n0\r\n\r\n"));
    written = new String(waiting.written(), StandardCharsets.ISO_8859_1);
    assertTrue(written.startsWith(CONTINUE + "HTTP/1.1 200 "), written);
    // RFC 9110 section 10.1.1: not in HTTP/1.0, not without content.
    for (String unasked :
        List.of(
            post("Content-Length: 5"),
            post("Expect: 100-continue"),
            post("Expect: ,\r\nContent-Length: 5"),
            head.replace("HTTP/1.1", "HTTP/1.0"))) {
      FakeConnection client = run(ECHO, client(Kind.TCP, End.SILENCE, unasked, "green"));
      assertEquals(unasked.contains("Length") ? "green" : "", answer(client).content());
    }
  }

  @Test
  void contentThatNobodyAsksForIsDrained() throws Misconfiguration {
    Handler indifferent = request -> Response.of(200).text("tea");
    String head = post("Expect: 100-continue\r\nContent-Length: 5");
    FakeConnection client = run(indifferent, client(Kind.TCP, End.SILENCE, head, "green"));
    assertEquals("tea", answer(client).content());
    assertEquals(List.of("write", "shutdownOutput"), client.events().subList(0, 2));
    assertEquals("drain", client.events().getLast());
  }

  @Test
  void contentOverTheLimitIsRefusedBeforeAnyOfItIsAskedFor() throws Misconfiguration {
    String head = post("Expect: 100-continue\r\nContent-Length: 11");
    FakeConnection client = run(ECHO, client(Kind.TCP, End.SILENCE, head));
    assertEquals(413, answer(client).status(), "and no 100");
  }

  // --- Who asks -------------------------------------------------------------------------------

  private static Handler noting(AtomicReference<Client> seen) {
    return request -> {
      seen.set(request.client());
      return Response.of(204);
    };
  }

  @Test
  void theClientInPlaintext() throws Misconfiguration {
    AtomicReference<Client> seen = new AtomicReference<>();
    Handler handler = noting(seen);
    run(handler, client(Kind.TCP, End.SILENCE, GET));
    assertEquals(new InetSocketAddress("192.0.2.7", 49152), seen.get().address());
    assertFalse(seen.get().isTls());
    for (Kind kind : List.of(Kind.UNIX, Kind.PIPE)) {
      run(handler, client(kind, End.SILENCE, GET));
      assertEquals(new Client(null, null, null, null), seen.get());
    }
  }

  @Test
  void theClientOverTls() throws Misconfiguration {
    AtomicReference<Client> seen = new AtomicReference<>();
    Handler handler = noting(seen);
    for (String version : List.of("TLSv1.3", "TLSv1.2")) {
      TlsClient named =
          TlsClient.of(
              GET,
              parameters -> {
                parameters.setProtocols(new String[] {version});
                parameters.setServerNames(List.of(new SNIHostName("Lunch.Example")));
                parameters.setEndpointIdentificationAlgorithm(null);
              });
      run(handler, named, IDENTITY);
      assertEquals(version, seen.get().protocol());
      assertTrue(seen.get().isTls());
      assertTrue(seen.get().cipherSuite().startsWith("TLS_"), seen.get().cipherSuite());
      assertEquals("lunch.example", seen.get().serverName());
      assertEquals(new InetSocketAddress("192.0.2.7", 49152), seen.get().address());
    }
    run(handler, TlsClient.of(GET, parameters -> parameters.setServerNames(List.of())), IDENTITY);
    assertNull(seen.get().serverName());
  }

  @Test
  void whatARequestSays() throws Misconfiguration {
    List<String> seen = new ArrayList<>();
    Handler handler =
        request -> {
          seen.addAll(
              List.of(
                  request.method(),
                  request.path(),
                  request.query(),
                  request.parameter("cups"),
                  request.host(),
                  request.field("host")));
          assertTrue(request.timeLeft().compareTo(Duration.ofSeconds(60)) <= 0);
          assertTrue(request.timeLeft().compareTo(Duration.ofSeconds(1)) > 0);
          return Response.of(303).with("Location", "/done").remark("seat\n7");
        };
    FakeConnection client = run(handler, client(Kind.TCP, End.SILENCE, post("X: y")));
    assertEquals(List.of("POST", "/tea", "cups=2", "2", "tea.example", "Tea.Example:80"), seen);
    assertEquals(303, answer(client).status());
    assertEquals("/done", answer(client).field("Location"));
    assertTrue(LogCapture.takeOne().endsWith(" ms seat\\x0a7"));
  }

  @Test
  void noTimeIsLeftAfterTheDeadline() throws Misconfiguration {
    AtomicReference<Duration> seen = new AtomicReference<>();
    Handler handler =
        request -> {
          seen.set(request.timeLeft());
          return Response.of(204);
        };
    Exchange.run(
        Settings.parse(service(handler)),
        service(handler),
        client(Kind.PIPE, End.SILENCE, GET),
        Deadline.after(-1000));
    assertEquals(Duration.ZERO, seen.get());
  }

  // --- A handler's errors ---------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"exception", "checked", "error", "null", "missing class", "bad field"})
  void aFailureIsA500WithoutDetailsAndOneLineForTheOperator(String kind) throws Misconfiguration {
    Handler handler =
        request ->
            switch (kind) {
              case "exception" -> throw new IllegalStateException("secret");
              case "checked" -> throw new Exception("secret");
              case "error" -> throw new StackOverflowError("secret");
              case "missing class" -> throw new NoClassDefFoundError("java/sql/Driver");
              case "bad field" -> Response.of(200).with("X-Lunch", "a\r\nb");
              default -> null;
            };
    FakeConnection client = run(handler, client(Kind.TCP, End.SILENCE, post("X: y")));
    assertEquals(500, answer(client).status());
    assertFalse(answer(client).content().contains("secret"));
    assertEquals(ExitStatus.SOFTWARE, status);
    String line = LogCapture.takeOne();
    assertTrue(line.startsWith("ERROR "), line);
    assertTrue(line.contains("\"POST /tea?cups=2 HTTP/1.1\" 500 "), line);
    assertTrue(line.contains("the handler failed: java.lang."), line);
    if (!kind.equals("null")) {
      assertTrue(line.contains(" at lunchd.ConversationTest."), line);
      assertTrue(line.contains("(ConversationTest.java:"), line);
    }
    if (kind.equals("missing class")) {
      assertTrue(line.contains("the class is not in the jar"), line);
    }
  }

  @Test
  void aRejectionIsTheAnswerThatItNames() throws Misconfiguration {
    Handler handler =
        request -> {
          throw new Rejection(403, "No <tea> for you.");
        };
    FakeConnection client = run(handler, client(Kind.TCP, End.SILENCE, post("X: y")));
    assertEquals(403, answer(client).status());
    assertTrue(answer(client).content().contains("No &lt;tea&gt; for you."));
    assertEquals(ExitStatus.OK, status);
    assertTrue(LogCapture.takeOne().startsWith("WARN "));
  }

  @Test
  void headWorksWithoutTheHandlersDoing() throws Misconfiguration {
    Handler handler = request -> Response.of(200).text("tea");
    FakeConnection client =
        run(handler, client(Kind.TCP, End.SILENCE, "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n"));
    Answer head = Answer.parseHead(client.written());
    assertEquals("3", head.field("Content-Length"));
    assertEquals("", head.content());
  }

  @Test
  void binaryContentIsSentAsItIs() throws Misconfiguration {
    byte[] octets = {0, (byte) 0xff, '\r', '\n', (byte) 0x80};
    Handler handler = request -> Response.of(200).content("image/png", octets);
    byte[] written = run(handler, client(Kind.TCP, End.SILENCE, post("X: y"))).written();
    byte[] end = new byte[octets.length];
    System.arraycopy(written, written.length - end.length, end, 0, end.length);
    assertArrayEquals(octets, end);
  }
}
