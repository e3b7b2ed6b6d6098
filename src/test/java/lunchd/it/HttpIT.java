package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import lunchd.it.support.Answer;
import lunchd.it.support.Child;
import lunchd.it.support.Fixtures;
import lunchd.it.support.Handed;
import lunchd.it.support.Lunchd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP as clients speak it, by the whole program; RequestTableTest has the rest. */
class HttpIT {
  private static final Lunchd TLS = Lunchd.with(Fixtures.pair("p256"));
  private static final String HOST = "\r\nHost: lunch.example\r\n\r\n";

  private static String exchange(Lunchd lunchd, String request) throws Exception {
    try (Handed handed = lunchd.tcp()) {
      String response = handed.exchange(request);
      Child.Result result = handed.result();
      assertEquals(0, result.status(), result.stderr());
      assertEquals(1, result.stderr().lines().count(), result.stderr());
      return response;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HEAD / HTTP/1.1\r\n\r\n", "HEAD / HTTP/2.0\r\n", "HEAD /\0"})
  void aRejectedHeadHasNoContent(String request) throws Exception {
    String response = exchange(Lunchd.with(), request);
    assertTrue(response.matches("(?s)HTTP/1.1 (400|505) .*\r\n\r\n"), response);
    assertTrue(response.matches("(?s).*\r\nContent-Length: [1-9].*"), response);
    assertEquals(response.length() - 4, response.indexOf("\r\n\r\n"), response);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /?ids[]=1&ids[]=2 | lunch.example | https://lunch.example:8443/?ids%5B%5D=1&ids%5B%5D=2
          /%74oday | lunch.example:080 | https://lunch.example:8443/%74oday
          http://lunch.example:80 | other.example | https://lunch.example:8443/
          """)
  void plaintextIsSentToThePortOfTheOption(String target, String host, String location)
      throws Exception {
    String request = "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    Answer answer = Answer.parse(exchange(TLS.and("--https-port", "8443"), request));
    assertEquals(308, answer.status());
    assertEquals(location, answer.fields().get("location"));
  }

  @Test
  void anHttpsTargetInPlaintextIsMisdirected() throws Exception {
    String request = "GET https://other.example/ HTTP/1.1" + HOST;
    Answer answer = Answer.parse(exchange(TLS, request));
    assertEquals(421, answer.status());
    assertEquals(null, answer.fields().get("location"));
  }

  @Test
  void theMenuSaysHowOftenAndWhen(@TempDir Path directory) throws Exception {
    Path menu = Files.writeString(directory.resolve("menu"), "Soup x3\n# no\nFish [fri]\n");
    Lunchd lunchd = Lunchd.with("--menu", menu.toString());
    String get = "GET /%6Denu HTTP/1.1\r\nAccept: ";
    assertEquals(
        "{\"menu\":[{\"name\":\"Soup\",\"weight\":3},{\"name\":\"Fish\",\"days\":[\"fri\"]}]}",
        Answer.parse(exchange(lunchd, get + "application/json; indent=2" + HOST)).content());
    assertEquals(
        "Soup x3\nFish [fri]\n",
        Answer.parse(exchange(lunchd, get + "text/plain" + HOST)).content());
  }
}
