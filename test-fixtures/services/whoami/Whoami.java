package whoami;

import java.net.InetSocketAddress;
import lunchd.http.Client;
import lunchd.http.Handler;
import lunchd.http.Request;
import lunchd.http.Response;

/** Tells clients what is seen of them, a line each: address, TLS version and suite, and SNI. */
public final class Whoami implements Handler {
  @Override
  public Response handle(Request request) {
    if (!request.method().equals("GET") && !request.isHead()) {
      return Response.methodNotAllowed("GET, HEAD");
    }
    Client client = request.client();
    InetSocketAddress address = client.address();
    return Response.of(200)
        .text(
            line("address", address == null ? null : address.getAddress().getHostAddress())
                + line("protocol", client.protocol())
                + line("cipher-suite", client.cipherSuite())
                + line("server-name", client.serverName()));
  }

  private static String line(String name, String value) {
    return name + ": " + (value == null ? "none" : value) + "\n";
  }
}
