package lunchd.training;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.CharBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import lunchd.Exchange;
import lunchd.Main;
import lunchd.aot.AotCache;
import lunchd.connection.Connections;
import lunchd.connection.Deadline;
import lunchd.jar.JarService;
import lunchd.log.Log;
import lunchd.lunch.Lunch;
import lunchd.operator.Misconfiguration;
import lunchd.operator.Service;
import lunchd.settings.Settings;

/**
 * The training run for the AOT cache: does in one JVM what production does in many. Only the build
 * starts it. It doesn't listen, but connects to the build's own clients.
 */
public final class TrainingRun {
  private TrainingRun() {}

  /**
   * Plays one scene after the other.
   *
   * @param args a port of the loopback interface, then for each scene {@code --}, how the client
   *     comes ({@code inherited}, {@code called}, {@code piped}) and lunchd's own options
   * @throws IOException if a client of the build's is not there
   * @throws Misconfiguration if a scene names a file that can't be used
   */
  public static void main(String[] args) throws IOException, Misconfiguration {
    AotCache.digest(AotCache.IMAGE); // as state() does where there is a cache
    // The build's locale is one, a server's may be another: names of files are encoded by it, and
    // it has its encoding's name in an old form.
    Charset.forName("ANSI_X3.4-1968");
    StandardCharsets.US_ASCII.newEncoder().encode(CharBuffer.wrap("C"));
    StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap("C.UTF-8"));
    int port = Integer.parseInt(args[0]);
    for (int start = 2, end; start < args.length; start = end + 1) {
      end = start;
      while (end < args.length && !args[end].equals("--")) {
        end++;
      }
      scene(port, args[start], Arrays.copyOfRange(args, start + 1, end));
    }
  }

  private static void scene(int port, String how, String... options)
      throws IOException, Misconfiguration {
    if (how.equals("inherited")) {
      Main.run(AotCache.State.IN_USE, options);
      return;
    }
    Service service = JarService.find(new Lunch(), options);
    Settings settings = Settings.parse(service, options);
    Log.configure(settings.logLevel(), settings.logsJson());
    Deadline deadline = Deadline.after(1_000L * settings.timeoutSeconds());
    switch (how) {
      case "called" -> {
        InetSocketAddress client = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try (SocketChannel channel = SocketChannel.open(client)) {
          Exchange.run(settings, service, Connections.of(channel, deadline), deadline);
        }
      }
      case "piped" -> {
        try (FileInputStream in = new FileInputStream("/dev/null")) {
          OutputStream out = OutputStream.nullOutputStream();
          Exchange.run(settings, service, Connections.of(in, out, deadline), deadline);
        }
      }
      default -> throw new IllegalArgumentException(how);
    }
  }
}
