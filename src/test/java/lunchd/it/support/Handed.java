package lunchd.it.support;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A lunchd with a TCP socket as its stdin and stdout, and the test as its client.
 *
 * @param child the process
 * @param socket the client's end
 */
public record Handed(Child child, Socket socket) implements AutoCloseable {
  public Handed {
    try {
      socket.setSoTimeout((int) Await.PATIENCE.toMillis());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void go() throws IOException {
    child.send("\n");
  }

  /** Sends bytes, one for each char. */
  public void send(String bytes) throws IOException {
    socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Receives everything up to the end. */
  public String receive() throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  /** Sends a request and receives everything up to the end. */
  public String exchange(String request) throws IOException {
    send(request);
    return receive();
  }

  /** Waits until lunchd is up and waits for its client: by then its selector has a pipe. */
  public void awaitWaiting() throws Exception {
    ProcessHandle started = ProcessHandle.of(child.pid()).orElseThrow();
    Await.until(
        "lunchd waits for its client",
        () -> {
          for (ProcessHandle process :
              Stream.concat(Stream.of(started), started.children()).toList()) {
            boolean isJvm = process.info().command().orElse("").endsWith("/java");
            for (int fd = 3; fd < 64 && isJvm; fd++) { // a shell's $(...) has pipes as well
              if (isPipe(Path.of("/proc/" + process.pid() + "/fd/" + fd))) {
                return true;
              }
            }
          }
          return false;
        });
  }

  private static boolean isPipe(Path descriptor) throws IOException {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("pipe:");
    } catch (NoSuchFileException e) {
      return false; // no such descriptor, or closed while we look
    }
  }

  /** Closes the client's side, for which lunchd would wait, and waits for lunchd to end. */
  public Child.Result result() throws Exception {
    try {
      socket.shutdownOutput();
    } catch (IOException e) {
      assertTrue(socket.isClosed() || socket.isOutputShutdown(), "ended already");
    }
    return child.result();
  }

  @Override
  public void close() throws IOException {
    socket.close();
    child.close();
  }
}
