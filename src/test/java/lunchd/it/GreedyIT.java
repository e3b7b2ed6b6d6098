package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import lunchd.fixtures.Answer;
import lunchd.it.support.Fixtures;
import lunchd.it.support.Handed;
import lunchd.it.support.JdkClient;
import lunchd.it.support.Lunchd;
import lunchd.it.support.Measured;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that are greedy or rude. Whatever they do, lunchd ends with status 0, has logged one line
 * and never taken much memory, and a complete request has had its complete answer.
 * BrokenHandshakeIT tests clients that leave after each byte of a handshake, and DeadlineIT slow
 * ones.
 */
@Timeout(300)
class GreedyIT {
  private static final int MEGABYTE = 1 << 20;

  private Measured measured;

  @BeforeEach
  void measure(@TempDir Path directory) throws IOException {
    measured = Measured.in(directory);
  }

  private Lunchd plain() {
    return Lunchd.with().from(measured.dist());
  }

  private Lunchd tls() {
    return plain().and(Fixtures.pair("p256"));
  }

  private void assertEndsWell(Handed handed) throws Exception {
    measured.endedWell(handed.result().stderr());
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] clientHello() throws Exception {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine("localhost", 443);
    engine.setUseClientMode(true);
    ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), record);
    byte[] hello = new byte[record.flip().remaining()];
    record.get(hello);
    return hello;
  }

  // --- Greedy ---------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theFirstOfManyRequestsIsAnswered(boolean isTls) throws Exception {
    String other = "GET /other HTTP/1.1\r\nHost: lunch.example\r\n\r\n";
    String requests = Answer.GET + other.repeat(64 * 1024 / other.length());
    try (Handed handed = (isTls ? tls() : plain()).tcp()) {
      Socket socket = isTls ? JdkClient.over(handed.socket()) : handed.socket();
      Answer.lunch(JdkClient.exchange(socket, requests));
      assertEndsWell(handed);
    }
  }

  /** The client reads its answer only after it has sent everything; lunchd reads that much. */
  @ParameterizedTest
  @CsvSource({"HEAD, false", "POST, false", "HEAD, true", "POST, true"})
  void aBodyOfALittle(String method, boolean isTls) throws Exception {
    byte[] body = new byte[200_000];
    String request = method + " / HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length;
    try (Handed handed = (isTls ? tls() : plain()).tcp()) {
      handed.socket().setSendBufferSize(8 * 1024); // what is not read is not sent
      Socket socket = isTls ? JdkClient.over(handed.socket()) : handed.socket();
      OutputStream out = socket.getOutputStream();
      out.write(ascii(request + "\r\n\r\n"));
      out.write(body);
      assertAnswered(method, JdkClient.exchange(socket, ""));
      assertEndsWell(handed);
    }
  }

  /** The process ends no later, and the log line says how much was drained. */
  @ParameterizedTest
  @CsvSource({"HEAD, false", "POST, false", "HEAD, true", "POST, true"})
  void aBodyThatNeverEnds(String method, boolean isTls) throws Exception {
    String request = method + " / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    try (Handed handed = (isTls ? tls() : plain()).tcp()) {
      Socket socket = isTls ? JdkClient.over(handed.socket()) : handed.socket();
      OutputStream out = socket.getOutputStream();
      out.write(ascii(request));
      byte[] chunk = ascii("100000\r\n" + "x".repeat(MEGABYTE) + "\r\n");
      assertThrows(
          IOException.class,
          () -> {
            while (true) {
              out.write(chunk);
            }
          });
      String log = handed.child().result().stderr();
      measured.endedWell(log);
      assertTrue(log.contains("drained 262144 bytes in "), log);
    }
  }

  private static void assertAnswered(String method, String response) {
    if (method.equals("HEAD")) {
      assertTrue(response.startsWith("HTTP/1.1 200 OK\r\n"), response);
      assertEquals(response.length() - 4, response.indexOf("\r\n\r\n"), response);
    } else {
      assertEquals(405, Answer.parse(response).status());
    }
  }

  // --- Rude -----------------------------------------------------------------------------------

  /** What a client has done before it resets the connection. */
  enum Stage {
    NOTHING,
    HALF_A_REQUEST {
      @Override
      void play(Socket socket) throws Exception {
        socket.getOutputStream().write(ascii("GET / HTTP/1.1\r\nHo"));
      }
    },
    A_REQUEST {
      @Override
      void play(Socket socket) throws Exception {
        socket.getOutputStream().write(ascii(Answer.GET));
      }
    },
    A_REQUEST_AND_BEGUN_TO_READ {
      @Override
      void play(Socket socket) throws Exception {
        A_REQUEST.play(socket);
        assertEquals('H', socket.getInputStream().read());
      }
    },
    HALF_A_CLIENT_HELLO {
      @Override
      void play(Socket socket) throws Exception {
        byte[] hello = clientHello();
        socket.getOutputStream().write(hello, 0, hello.length / 2);
      }
    },
    A_CLIENT_HELLO {
      @Override
      void play(Socket socket) throws Exception {
        socket.getOutputStream().write(clientHello());
        assertEquals(0x16, socket.getInputStream().read(), "the ServerHello begins");
      }
    },
    A_HANDSHAKE {
      @Override
      void play(Socket socket) throws Exception {
        JdkClient.over(socket).startHandshake();
      }
    },
    HALF_A_REQUEST_OVER_TLS {
      @Override
      void play(Socket socket) throws Exception {
        HALF_A_REQUEST.play(JdkClient.over(socket));
      }
    },
    A_REQUEST_OVER_TLS {
      @Override
      void play(Socket socket) throws Exception {
        A_REQUEST.play(JdkClient.over(socket));
      }
    },
    A_REQUEST_AND_BEGUN_TO_READ_OVER_TLS {
      @Override
      void play(Socket socket) throws Exception {
        A_REQUEST_AND_BEGUN_TO_READ.play(JdkClient.over(socket));
      }
    };

    void play(Socket socket) throws Exception {
      // a client that does nothing
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClientThatResets(Stage stage) throws Exception {
    try (Handed handed = tls().tcp()) {
      handed.awaitWaiting();
      stage.play(handed.socket());
      handed.socket().setSoLinger(true, 0);
      handed.socket().close();
      assertEndsWell(handed);
    }
  }

  /** The close is a reset if there is an answer that the client has not read. */
  @ParameterizedTest
  @EnumSource
  void aClientThatLeaves(Stage stage) throws Exception {
    try (Handed handed = tls().tcp()) {
      stage.play(handed.socket());
      handed.socket().close();
      assertEndsWell(handed);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void aClientThatEndsItsOutputBeforeItsRequest(String version) throws Exception {
    try (Handed handed = tls().tcp();
        SSLSocket client = JdkClient.over(handed.socket(), version)) {
      client.startHandshake();
      client.shutdownOutput();
      assertEquals(-1, client.getInputStream().read());
      String log = handed.result().stderr();
      measured.endedWell(log);
      assertTrue(log.contains(" 0 bytes ") && log.contains(" the client left "), log);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void aClientThatEndsItsOutputAfterItsRequestIsAnswered(String version) throws Exception {
    try (Handed handed = tls().tcp();
        SSLSocket client = JdkClient.over(handed.socket(), version)) {
      client.getOutputStream().write(ascii(Answer.GET));
      client.shutdownOutput();
      Answer.lunch(new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1));
      assertEndsWell(handed);
    }
  }
}
