package lunchd.it.support;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A child process in its own directory. Neither it nor its children outlive the test. */
public final class Child implements AutoCloseable {
  /**
   * The result of a process.
   *
   * @param status its exit status
   * @param stdout its output, each byte a char
   * @param stderr its output there
   */
  public record Result(int status, String stdout, String stderr) {
    /** Returns the errors in the log, without the times. */
    public List<String> errors() {
      return stderr
          .lines()
          .filter(line -> line.contains(" ERROR "))
          .map(line -> line.substring(line.indexOf(" ERROR ")))
          .toList();
    }
  }

  private final Path directory;
  private final Process process;
  private final CompletableFuture<byte[]> stdout;

  private Child(Path directory, Process process) {
    this.directory = directory;
    this.process = process;
    this.stdout = CompletableFuture.supplyAsync(this::readStdout, task -> new Thread(task).start());
  }

  public static Child start(String... command) throws IOException {
    return start(Map.of(), List.of(command));
  }

  /**
   * Starts a command; {@code STDERR_ID} in a variable's value stands for fd 2's device and inode.
   */
  public static Child start(Map<String, String> environment, List<String> command)
      throws IOException {
    Path directory = Files.createTempDirectory("lunchd-it");
    Path stderr = Files.createFile(directory.resolve("stderr"));
    String id =
        Files.getAttribute(stderr, "unix:dev") + ":" + Files.getAttribute(stderr, "unix:ino");
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectError(stderr.toFile());
    builder.environment().remove("JOURNAL_STREAM");
    environment.forEach(
        (name, value) -> builder.environment().put(name, value.replace("STDERR_ID", id)));
    return new Child(directory, builder.start());
  }

  private byte[] readStdout() {
    try {
      return process.getInputStream().readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public long pid() {
    return process.pid();
  }

  /** Returns the process's own working directory. */
  public Path directory() {
    return directory;
  }

  /** Sends a part of the input; each char is a byte. */
  public void send(String input) throws IOException {
    OutputStream stdin = process.getOutputStream();
    stdin.write(input.getBytes(StandardCharsets.ISO_8859_1));
    stdin.flush();
  }

  /** Sends the whole input; after an error the process may end before it has read all of it. */
  public void sendAll(String input) throws Exception {
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      if (!process.waitFor(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw e;
      }
    }
  }

  public String stderr() throws IOException {
    return Files.readString(directory.resolve("stderr"));
  }

  /** Waits until the process has written something to stderr. */
  public void awaitStderr(String text) throws Exception {
    Await.until(
        "\"" + text + "\" is in: " + stderr(),
        () -> {
          String soFar = stderr();
          if (!soFar.contains(text) && !process.isAlive() && soFar.equals(stderr())) {
            throw new AssertionError("ended without \"" + text + "\": " + soFar);
          }
          return soFar.contains(text);
        });
  }

  /** Waits for the end of the process and of its output. */
  public Result result() throws Exception {
    return result(Await.PATIENCE);
  }

  /** The same for a process that takes long. */
  public Result result(Duration patience) throws Exception {
    try {
      byte[] bytes = stdout.get(patience.toSeconds(), TimeUnit.SECONDS);
      if (process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
        return new Result(
            process.exitValue(), new String(bytes, StandardCharsets.ISO_8859_1), stderr());
      }
    } catch (TimeoutException e) {
      // reported below
    } catch (ExecutionException e) {
      throw new IOException(e);
    }
    throw new AssertionError("process " + pid() + " does not end; it said: " + stderr());
  }

  /** Ends the process and its children, each by its id. */
  public void stop() {
    List<ProcessHandle> family = process.descendants().toList();
    process.destroyForcibly();
    family.forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public void close() throws IOException {
    stop();
    process.onExit().join();
    Trees.delete(directory);
  }
}
