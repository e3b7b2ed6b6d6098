package lunchd.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import lunchd.fixtures.LogCapture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tinylog.Level;
import org.tinylog.core.LogEntry;

final class LogTest {
  static Stream<Arguments> quoted() {
    return Stream.of(
        Arguments.of("GET / HTTP/1.1", "\"GET / HTTP/1.1\""),
        Arguments.of("", "\"\""),
        Arguments.of("a\r\nINFO forged", "\"a\\x0d\\x0aINFO forged\""),
        Arguments.of("\0\t\u001b[31m\u007f", "\"\\x00\\x09\\x1b[31m\\x7f\""),
        Arguments.of("\u0085\u009b\u00e9\u00ff", "\"\\x85\\x9b\\xe9\\xff\""),
        Arguments.of("\u2028\u2029\u202e\ufeff", "\"\\u2028\\u2029\\u202e\\ufeff\""),
        Arguments.of("\ud83c\udf63 \ud800", "\"\\ud83c\\udf63 \\ud800\""),
        Arguments.of("a\" 200 \"b", "\"a\\\" 200 \\\"b\""),
        Arguments.of("a\\x0d\\", "\"a\\x5cx0d\\x5c\""),
        Arguments.of("a".repeat(500), "\"" + "a".repeat(500) + "\""),
        Arguments.of("a".repeat(501), "\"" + "a".repeat(500) + "\"..."));
  }

  @ParameterizedTest
  @MethodSource("quoted")
  void quote(String sent, String logged) {
    assertEquals(logged, Log.quote(sent));
  }

  @Test
  void printableIsCutToo() {
    assertEquals("\\u2028".repeat(500), Log.printable("\u2028".repeat(500)));
    assertEquals("\\u2028".repeat(500) + "...", Log.printable("\u2028".repeat(501)));
  }

  /** Every octet, alone and next to every other, as the parser passes them on. */
  @Test
  void whateverIsSentItIsOnePrintableLine() {
    byte[] octets = new byte[2];
    for (int i = 0; i < 0x10000; i++) {
      octets[0] = (byte) (i >> 8);
      octets[1] = (byte) i;
      String logged = Log.quote(new String(octets, StandardCharsets.ISO_8859_1));
      assertTrue(logged.matches("\"(?:[ !#-~]|\\\\\")*\""), logged);
      String unit = Log.printable(String.valueOf((char) i));
      assertTrue(unit.matches("[ -\\[\\]-~]|\\\\x[0-9a-f]{2}|\\\\u[0-9a-f]{4}"), unit);
    }
  }

  /** RFC 8259 section 7, and no more than printable ASCII. */
  @Test
  void aStringOfJson() {
    String line =
        JsonLine.of(Level.INFO).add("a", "\"\\/ ~\0\n\u001f\u007f\u00e9\u2028\ud83c").toString();
    String escaped = "\\\"\\\\/ ~\\u0000\\u000a\\u001f\\u007f\\u00e9\\u2028\\ud83c";
    assertTrue(line.endsWith(",\"level\":\"info\",\"a\":\"" + escaped + "\"}"), line);
  }

  /** The examples of RFC 5952 section 4, a zone, and runs of zeros in every place. */
  @ParameterizedTest
  @CsvSource({
    "192.0.2.7,                              192.0.2.7",
    "2001:0db8::0001,                        2001:db8::1",
    "2001:db8:0:0:0:0:2:1,                   2001:db8::2:1",
    "2001:db8:0:1:1:1:1:1,                   2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1,                     2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1,                   2001:db8::1:0:0:1",
    "2001:DB8:10:0:0:f00:0:a0,               2001:db8:10::f00:0:a0",
    "0:0:0:0:0:0:0:0,                        ::",
    "0:0:0:0:0:0:0:1,                        ::1",
    "1:0:0:0:0:0:0:0,                        1::",
    "0:1:2:3:4:5:6:7,                        0:1:2:3:4:5:6:7",
    "fe80:0:0:0:0:0:0:0%1,                   fe80::%1",
    "fe80:0:0:0:0:0:0:1%1,                   fe80::1%1",
  })
  void address(String given, String logged) throws IOException {
    assertEquals(logged, Log.address(InetAddress.getByName(given).getHostAddress()));
  }

  /** In the order of severity: what each level keeps. */
  @ParameterizedTest
  @CsvSource({"trace, 5", "debug, 4", "info, 3", "warn, 2", "error, 1", "off, 0"})
  void aLevelLeavesOutWhatIsLessSevere(String level, int lines) {
    Log.configure(level, false);
    Log.log(Level.TRACE, "a trace");
    Log.debug("a detail");
    Log.info("a lunch");
    Log.warn("a client");
    Log.error("an operator");
    List<String> all =
        List.of(
            "TRACE a trace",
            "DEBUG a detail",
            "INFO a lunch",
            "WARN a client",
            "ERROR an operator");
    assertEquals(all.subList(5 - lines, 5), LogCapture.take());
  }

  /** As when no file can be opened: this may change neither an answer nor an exit status. */
  @Test
  void aLogThatCannotBeWrittenChangesNothing() {
    List<String> lines = new ArrayList<>();
    LogCapture broken =
        new LogCapture() {
          @Override
          public void write(LogEntry entry) {
            lines.add(entry.getMessage());
            throw new UncheckedIOException(new IOException("No space left on device"));
          }
        };
    Log.writeTo(broken);
    try {
      Log.error("for nobody");
    } finally {
      Log.writeTo(new LogCapture());
    }
    assertEquals(List.of("for nobody"), lines);
  }

  @Test
  void cutLeavesTextAsItIsUpToItsLimit() {
    assertEquals("\u2028".repeat(500), Log.cut("\u2028".repeat(500)));
    assertEquals("\u2028".repeat(500) + "...", Log.cut("\u2028".repeat(501)));
  }
}
