package lunchd.lunch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import lunchd.Exchange;
import lunchd.connection.Deadline;
import lunchd.connection.FakeConnection;
import lunchd.connection.FakeConnection.End;
import lunchd.connection.FakeConnection.Kind;
import lunchd.fixtures.Answer;
import lunchd.fixtures.LogCapture;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import lunchd.settings.Settings;
import org.junit.jupiter.api.io.TempDir;

/** Any file as the menu gives an answer, or an error that names the file and the fix. */
final class MenuFuzzTest {
  @TempDir private Path directory;

  @FuzzTest
  void anyFile(byte[] octets) throws IOException {
    Path menu = Files.write(directory.resolve("menu"), octets);
    FakeConnection client =
        FakeConnection.of(
            Kind.TCP, End.END_OF_INPUT, "GET / HTTP/1.1\r\nHost: lunch.example\r\n\r\n");
    LogCapture.take();
    boolean isUsable = true;
    try {
      Exchange.run(
          Settings.parse(new Lunch(), "--menu=" + menu, "--timeout=60"),
          new Lunch(),
          client,
          Deadline.after(60_000));
    } catch (Misconfiguration e) {
      isUsable = false;
      assertEquals(ExitStatus.CONFIG, e.status());
      assertTrue(e.getMessage().startsWith("--menu " + menu), e.getMessage());
      assertTrue(e.getMessage().contains("; "), () -> "no fix: " + e.getMessage());
    }
    Answer answer = Answer.parse(client.written());
    assertEquals(isUsable ? 200 : 500, answer.status());
    List<String> log = LogCapture.take();
    assertEquals(1, log.size(), log::toString);
    assertTrue(log.get(0).matches("(INFO|WARN) [ -~]+"), log::toString);
  }
}
