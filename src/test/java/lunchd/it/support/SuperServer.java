package lunchd.it.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A real super-server, which starts lunchd for each connection.
 *
 * @param child its process
 * @param port where it listens on 127.0.0.1; 0 for a Unix socket
 */
public record SuperServer(Child child, int port) implements AutoCloseable {
  private static final Pattern DIED = Pattern.compile("Child \\d+ died with code (\\d+)");

  /** {@code systemd-socket-activate} on a port of 127.0.0.1. */
  public static SuperServer activate(Lunchd lunchd) throws Exception {
    int port = freePort();
    return activate(lunchd, "127.0.0.1:" + port, port);
  }

  /** {@code systemd-socket-activate} on an address or a path. */
  public static SuperServer activate(Lunchd lunchd, String address, int port) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(Tool.SYSTEMD_SOCKET_ACTIVATE.path(), "--accept", "--inetd", "-l", address));
    command.addAll(lunchd.command());
    return ready(new SuperServer(Child.start(lunchd.environment(), command), port), "Listening on");
  }

  /** {@code socat} on a port of 127.0.0.1. */
  public static SuperServer socat(Lunchd lunchd, String execOptions) throws Exception {
    int port = freePort();
    return socat(
        lunchd, "TCP-LISTEN:" + port + ",bind=127.0.0.1,fork,reuseaddr", execOptions, port);
  }

  /** {@code socat} on an address in its own syntax, with execOptions such as {@code ,pipes}. */
  public static SuperServer socat(Lunchd lunchd, String listen, String execOptions, int port)
      throws Exception {
    String exec = "EXEC:" + String.join(" ", lunchd.command()) + execOptions;
    Child child =
        Child.start(lunchd.environment(), List.of(Tool.SOCAT.path(), "-d", "-d", listen, exec));
    return ready(new SuperServer(child, port), "listening on");
  }

  private static SuperServer ready(SuperServer server, String word) throws Exception {
    try {
      server.child.awaitStderr(word);
      return server;
    } catch (Exception | AssertionError e) {
      server.close();
      throw e;
    }
  }

  /** Returns a port that nobody listens on. */
  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  /** Waits until that many children have ended; only systemd-socket-activate reports them. */
  public List<Integer> statuses(int count) throws Exception {
    Await.until(count + " children have ended", () -> statuses().size() >= count);
    return statuses();
  }

  private List<Integer> statuses() throws IOException {
    return DIED.matcher(child.stderr())
        .results()
        .map((MatchResult death) -> Integer.valueOf(death.group(1)))
        .toList();
  }

  @Override
  public void close() throws IOException {
    child.close();
  }
}
