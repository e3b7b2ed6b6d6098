package webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import lunchd.http.Handler;
import lunchd.http.Request;
import lunchd.http.Response;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** By the values that GitHub's documentation has for testing a receiver. */
class WebhookTest {
  private static final String SIGNATURE =
      "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

  @TempDir private Path directory;

  private Handler receiver(String secret) throws Exception {
    return Webhook.open(Files.writeString(directory.resolve("secret"), secret));
  }

  private Response answer(String content, String signature) throws Exception {
    return receiver("It's a Secret to Everybody\n")
        .handle(
            Request.builder("POST", "/")
                .field("X-Hub-Signature-256", signature)
                .field("X-GitHub-Event", "push")
                .content(content.getBytes(StandardCharsets.UTF_8))
                .build());
  }

  @Test
  void takesWhatIsSigned() throws Exception {
    Response response = answer("Hello, World!", SIGNATURE);
    assertEquals(204, response.status());
    assertEquals("push", response.remark());
  }

  @Test
  void takesNothingElse() throws Exception {
    assertEquals(401, answer("Hello, World?", SIGNATURE).status());
    assertEquals(401, answer("Hello, World!", SIGNATURE.replace("e17", "e18")).status());
    assertEquals(401, answer("Hello, World!", SIGNATURE.replace("sha256=", "")).status());
    Request unsigned = Request.builder("POST", "/").build();
    Response response = receiver("secret").handle(unsigned);
    assertEquals(401, response.status());
    assertEquals("X-Hub-Signature-256", response.field("WWW-Authenticate"));
    assertEquals(405, receiver("secret").handle(Request.builder("GET", "/").build()).status());
  }

  @Test
  void theSecretMustBeThere() {
    Misconfiguration empty = assertThrows(Misconfiguration.class, () -> receiver("\r\n"));
    assertEquals(ExitStatus.CONFIG, empty.status());
    assertTrue(empty.getMessage().contains(" is empty; write"), empty.getMessage());
    Path none = directory.resolve("none");
    Misconfiguration missing = assertThrows(Misconfiguration.class, () -> Webhook.open(none));
    assertEquals(ExitStatus.NO_INPUT, missing.status());
  }
}
