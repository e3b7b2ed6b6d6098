package lunchd.it.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a test starts lunchd.
 *
 * @param dist the distribution
 * @param options its command line
 * @param environment variables to set
 */
public record Lunchd(Dist dist, List<String> options, Map<String, String> environment) {
  /** With a --timeout longer than any test takes on the busiest machine; options may shorten it. */
  public static Lunchd with(String... options) {
    return asIs("--timeout=600", "--first-timeout=600").and(options);
  }

  /** With these options and no others. */
  public static Lunchd asIs(String... options) {
    return new Lunchd(Dist.BUILT, List.of(options), Map.of());
  }

  public Lunchd from(Dist other) {
    return new Lunchd(other, options, environment);
  }

  public Lunchd and(String... more) {
    List<String> all = new ArrayList<>(options);
    all.addAll(List.of(more));
    return new Lunchd(dist, List.copyOf(all), environment);
  }

  public Lunchd set(String name, String value) {
    Map<String, String> more = new TreeMap<>(environment);
    more.put(name, value);
    return new Lunchd(dist, options, more);
  }

  public List<String> command() {
    List<String> command = new ArrayList<>(List.of(dist.launcher()));
    command.addAll(options);
    return command;
  }

  /** Runs it in a pipe. */
  public Child.Result pipe(String input) throws Exception {
    try (Child child = Child.start(environment, command())) {
      child.sendAll(input);
      return child.result();
    }
  }

  /** Starts it from a shell; {@code "$@"} in the script is lunchd and its options. */
  public Child shell(String script) throws IOException {
    List<String> command = new ArrayList<>(List.of(Tool.BASH.path(), "-c", script, "bash"));
    command.addAll(command());
    return Child.start(environment, command);
  }

  /** Starts it with a TCP socket as stdin and stdout. */
  public Handed tcp() throws IOException {
    return tcp("127.0.0.1", "0<&3 1>&3 3>&-");
  }

  /**
   * Starts it with a TCP socket, whose other end the test has. bash opens it as fd 3 and waits for
   * a line, so the client's end can be in any state before lunchd starts.
   *
   * @param address where the test listens
   * @param redirections what to do with fd 3, in bash's syntax
   */
  public Handed tcp(String address, String redirections) throws IOException {
    Handed handed = dialled(address, redirections);
    handed.go();
    return handed;
  }

  /** The same, but it starts only when the test says {@link Handed#go}. */
  public Handed dialled(String address, String redirections) throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getByName(address))) {
      listener.setSoTimeout((int) Await.PATIENCE.toMillis());
      Child child =
          shell(
              "exec 3<>/dev/tcp/%s/%d && read -r && exec \"$@\" %s"
                  .formatted(address, listener.getLocalPort(), redirections));
      try {
        return new Handed(child, listener.accept());
      } catch (IOException e) {
        child.stop();
        throw e;
      }
    }
  }
}
