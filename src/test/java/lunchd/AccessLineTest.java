package lunchd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lunchd.connection.Connection;
import lunchd.connection.Deadline;
import lunchd.connection.DelegatingConnection;
import lunchd.connection.FakeConnection;
import lunchd.connection.FakeConnection.End;
import lunchd.connection.FakeConnection.Kind;
import lunchd.fixtures.LogCapture;
import lunchd.log.Log;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the log line of an exchange contains and what it omits, in both formats. */
final class AccessLineTest {
  private static final String FINGERPRINT = "ab".repeat(32);

  private static AccessLine line(Connection client) {
    return new AccessLine(client, Deadline.after(60_000));
  }

  private static Connection plain(Kind kind) {
    return FakeConnection.of(kind, End.END_OF_INPUT, "");
  }

  /** A client that has shown a certificate. */
  private static Connection known(String name) {
    return new DelegatingConnection(plain(Kind.TCP)) {
      @Override
      public String protocol() {
        return "TLSv1.3";
      }

      @Override
      public String cipherSuite() {
        return "TLS_AES_128_GCM_SHA256";
      }

      @Override
      public String fingerprint() {
        return FINGERPRINT;
      }

      @Override
      public String clientName() {
        return name;
      }
    };
  }

  /** Writes the line, and returns it without what depends on the time. */
  private static String written(AccessLine line) {
    line.write();
    return LogCapture.takeOne()
        .replaceFirst("\"time\":\"[^\"]+\"", "TIME")
        .replaceFirst(" \\d+ ms", " N ms")
        .replaceFirst("\"ms\":\\d+", "\"ms\":N");
  }

  @Test
  void ofAClientThatHasSaidNothingThereIsLittleToSay() {
    assertEquals("INFO pipe plain - - 0 bytes N ms", written(line(plain(Kind.PIPE))));
    Log.configure("info", true);
    assertEquals(
        "INFO {TIME,\"level\":\"info\",\"client\":\"unix\",\"bytes\":0,\"ms\":N,"
            + "\"drained_bytes\":0,\"drained_ms\":0}",
        written(line(plain(Kind.UNIX))));
  }

  @Test
  void allThatThereIs() {
    for (boolean isJson : new boolean[] {false, true}) {
      Log.configure("info", isJson);
      AccessLine line = line(plain(Kind.TCP));
      line.connection(known("robot"));
      line.request("GET / HTTP/1.1");
      line.response(200, 660, "Soup");
      line.drained(65, 501);
      assertEquals(
          isJson
              ? "INFO {TIME,\"level\":\"info\",\"client\":\"192.0.2.7\",\"port\":49152,"
                  + "\"tls\":\"TLSv1.3\",\"suite\":\"TLS_AES_128_GCM_SHA256\",\"certificate\":\""
                  + FINGERPRINT
                  + "\",\"certificate_name\":\"robot\",\"request\":\"GET / HTTP/1.1\","
                  + "\"status\":200,\"bytes\":660,\"ms\":N,\"drained_bytes\":65,\"drained_ms\":501,"
                  + "\"remark\":\"Soup\"}"
              : "INFO 192.0.2.7:49152 TLSv1.3 TLS_AES_128_GCM_SHA256 \"GET / HTTP/1.1\" 200 660"
                  + " bytes N ms Soup; client "
                  + FINGERPRINT
                  + " robot; drained 65 bytes in 501 ms",
          written(line));
    }
  }

  @Test
  void aCertificateMayHaveNoName() {
    assertTrue(written(line(known(null))).endsWith(" N ms client " + FINGERPRINT));
    Log.configure("info", true);
    String json = written(line(known(null)));
    assertTrue(json.contains("\"certificate\":\"" + FINGERPRINT + "\",\"bytes\":"), json);
  }

  /** Up to 64 octets are a close_notify, unless draining them took more than half a second. */
  @ParameterizedTest
  @CsvSource({"0, 0, false", "64, 500, false", "65, 0, true", "0, 501, true"})
  void whatWasDrainedIsSaidUnlessItWasAGoodbye(int octets, long millis, boolean isSaid) {
    AccessLine line = line(plain(Kind.TCP));
    line.drained(octets, millis);
    String end = isSaid ? " drained " + octets + " bytes in " + millis + " ms" : "";
    assertEquals("INFO 192.0.2.7:49152 plain - - 0 bytes N ms" + end, written(line));
  }

  @Test
  void theLevelSaysWhoseFaultItIs() {
    AccessLine clients = line(plain(Kind.TCP));
    clients.trouble("late");
    assertTrue(written(clients).startsWith("WARN "));
    AccessLine handlers = line(plain(Kind.TCP));
    handlers.failure("broken");
    assertTrue(written(handlers).startsWith("ERROR "));
    AccessLine nobodys = line(plain(Kind.TCP));
    nobodys.nothing("left");
    assertEquals("INFO 192.0.2.7:49152 plain - - 0 bytes N ms left", written(nobodys));
  }

  @Test
  void remarksFollowOneAnother() {
    AccessLine line = line(plain(Kind.TCP));
    line.response(400, 7, "");
    line.trouble("first\n");
    line.trouble("");
    line.trouble("second");
    assertEquals("WARN 192.0.2.7:49152 plain - 400 7 bytes N ms first\\x0a; second", written(line));
    Log.configure("info", true);
    AccessLine json = line(plain(Kind.TCP));
    json.trouble("x".repeat(501) + "\n");
    String written = written(json);
    assertTrue(written.endsWith("\"remark\":\"" + "x".repeat(500) + "...\"}"), written);
  }
}
