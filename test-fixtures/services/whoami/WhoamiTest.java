package whoami;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import lunchd.http.Request;
import lunchd.http.Response;
import org.junit.jupiter.api.Test;

class WhoamiTest {
  private static String text(Response response) {
    return new String(response.content(), StandardCharsets.UTF_8);
  }

  @Test
  void tellsWhatIsSeen() {
    InetSocketAddress address = new InetSocketAddress("192.0.2.7", 49152);
    Request request = Request.builder("GET", "/").from(address).build();
    assertEquals(
        "address: 192.0.2.7\nprotocol: none\ncipher-suite: none\nserver-name: none\n",
        text(new Whoami().handle(request)));
    Request nobody = Request.builder("HEAD", "/").build();
    assertEquals("address: none", text(new Whoami().handle(nobody)).lines().findFirst().get());
    assertEquals(405, new Whoami().handle(Request.builder("POST", "/").build()).status());
  }
}
