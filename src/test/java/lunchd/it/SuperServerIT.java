package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import lunchd.fixtures.Answer;
import lunchd.it.support.Curl;
import lunchd.it.support.Fixtures;
import lunchd.it.support.Lunchd;
import lunchd.it.support.SuperServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The main job: a real super-server starts lunchd, and curl gets its lunch. */
class SuperServerIT {
  private static final String KEY = Fixtures.file("p256-key.pem");
  private static final String CHAIN = Fixtures.file("p256-chain.pem");

  /** Options in Go's style, as in the original, and in GNU's. */
  @ParameterizedTest
  @ValueSource(strings = {"-key=KEY -certificate=CHAIN", "--key KEY --certificate CHAIN"})
  void curlGetsItsLunchFromSystemd(String options) throws Exception {
    String[] arguments = options.replace("KEY", KEY).replace("CHAIN", CHAIN).split(" ");
    try (SuperServer systemd = SuperServer.activate(Lunchd.with(arguments))) {
      Answer.lunch(Curl.https(systemd.port()));
      Answer.lunch(Curl.https(systemd.port(), "--tls-max", "1.2"));
      assertEquals(308, Answer.parse(Curl.get("http://localhost:" + systemd.port())).status());
      assertEquals(List.of(0, 0, 0), systemd.statuses(3));
    }
  }

  /** The redirect that curl follows works, since one socket serves both. */
  @Test
  void curlFollowsTheRedirect() throws Exception {
    try (SuperServer systemd = SuperServer.activate(Lunchd.with(Fixtures.pair("p256")))) {
      String responses = Curl.get("http://localhost:" + systemd.port(), "--location");
      Answer.lunch(responses.substring(responses.lastIndexOf("HTTP/1.1")));
    }
  }

  @Test
  void curlGetsItsLunchFromSocat() throws Exception {
    try (SuperServer socat = SuperServer.socat(Lunchd.with(), "")) {
      Answer.lunch(Curl.get("http://127.0.0.1:" + socat.port() + "/"));
    }
    try (SuperServer socat = SuperServer.socat(Lunchd.with(Fixtures.pair("p256")), "")) {
      Answer.lunch(Curl.https(socat.port()));
    }
  }

  /**
   * Otherwise socat is in between, and ends lunchd when the client leaves, sometimes before its
   * line is logged.
   */
  @Test
  void socatThatDoesNotForkHandsOverTheClientsOwnSocket() throws Exception {
    try (SuperServer socat = SuperServer.socat(Lunchd.with(), ",nofork")) {
      Answer.lunch(Curl.get("http://127.0.0.1:" + socat.port() + "/"));
      socat.child().awaitStderr(" INFO lunchd: 127.0.0.1:");
    }
  }
}
