package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import lunchd.it.support.Child;
import lunchd.it.support.Handed;
import lunchd.it.support.Lunchd;
import org.junit.jupiter.api.Test;

/** Nobody can look into a running lunchd, which has the key. */
final class AttachIT {
  @Test
  void jcmdIsRefusedAndTheClientServed() throws Exception {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    try (Handed handed = Lunchd.with().tcp()) {
      handed.send("GET /");
      handed.awaitWaiting();
      String pid = Long.toString(handed.child().pid());
      // How long jcmd waits for a JVM that does not answer.
      String patience = "-J-Dsun.tools.attach.attachTimeout=500";
      try (Child attach = Child.start(jcmd, patience, pid, "VM.version")) {
        Child.Result result = attach.result();
        assertNotEquals(0, result.status(), "attached");
        assertTrue(result.stderr().contains("AttachNotSupportedException"), result.stderr());
      }
      String answer = handed.exchange(" HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
      assertEquals(0, handed.result().status());
    }
  }
}
