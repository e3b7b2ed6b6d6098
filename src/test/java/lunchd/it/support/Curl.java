package lunchd.it.support;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;

/** curl, as users have it. */
public final class Curl {
  private Curl() {}

  /** Returns the whole response of https://localhost:PORT/. */
  public static String https(int port, String... options) throws Exception {
    return get("https://localhost:" + port + "/", options);
  }

  public static String get(String url, String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of(Tool.CURL.path(), "-sSi", "--cacert"));
    command.add(Fixtures.CA);
    command.addAll(List.of("--noproxy", "*", "--max-time", "30"));
    command.addAll(List.of(options));
    command.add(url);
    try (Child curl = Child.start(command.toArray(String[]::new))) {
      Child.Result result = curl.result();
      assertEquals(0, result.status(), result.stderr());
      return result.stdout();
    }
  }
}
