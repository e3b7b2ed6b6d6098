package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import lunchd.fixtures.Answer;
import lunchd.it.support.Await;
import lunchd.it.support.Child;
import lunchd.it.support.Fixtures;
import lunchd.it.support.Handed;
import lunchd.it.support.JdkClient;
import lunchd.it.support.Lunchd;
import lunchd.it.support.SuperServer;
import lunchd.it.support.Tool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A signer and handlers without a key, each in its own process. */
class SignerIT {
  /** In bash: fd 0 and 1 are the client, and fd 3 is the signer. */
  private static final String HANDED = "0<&3 1>&3 3<>/dev/tcp/127.0.0.1/";

  private static final byte[] CHAIN = {'C', 0}; // without a server name
  private static final byte[] REFUSED = {1, 0, 0, 0};

  @TempDir static Path directory;

  /**
   * A signer, which the super-server starts when the first handler connects, to a port or a path.
   */
  private static Child signer(String address, String... options) throws Exception {
    List<String> command =
        new ArrayList<>(List.of(Tool.SYSTEMD_SOCKET_ACTIVATE.path(), "--inetd", "-l", address));
    command.addAll(Lunchd.with("--sign").and(options).command());
    Child signer = Child.start(command.toArray(String[]::new));
    signer.awaitStderr("Listening on");
    return signer;
  }

  private static Lunchd handler(String where, String chain) {
    return Lunchd.with("--signer=" + where, "--certificate=" + Fixtures.file(chain));
  }

  private static void assertServed(Handed handed, String... protocols) throws Exception {
    try (handed;
        SSLSocket client = JdkClient.over(handed.socket(), protocols)) {
      Answer.lunch(JdkClient.exchange(client, Answer.GET));
      Child.Result result = handed.result();
      assertEquals(0, result.status(), result.stderr());
      assertEquals(1, result.stderr().lines().count(), result.stderr());
    }
  }

  /** Asserts an alert, one line and status 78, as for any failure on this side. */
  private static void assertFails(Lunchd lunchd, String redirections, String why) throws Exception {
    try (Handed handed = lunchd.tcp("127.0.0.1", redirections);
        SSLSocket client = JdkClient.over(handed.socket())) {
      SSLException alert =
          assertThrows(SSLException.class, () -> JdkClient.exchange(client, Answer.GET));
      assertTrue(alert.getMessage().contains("internal_error"), alert.getMessage());
      Child.Result result = handed.result();
      assertEquals(78, result.status(), result.stderr());
      assertEquals(1, result.errors().size(), result.stderr());
      assertTrue(result.errors().getFirst().contains(why), result.stderr());
      assertTrue(result.errors().getFirst().contains("--signer "), result.stderr());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"p256", "p384", "rsa-2048", "rsa-3072"})
  void servesWithEachKindOfKey(String pair) throws Exception {
    int port = SuperServer.freePort();
    Path path = directory.resolve(pair);
    try (Child byDescriptor = signer("127.0.0.1:" + port, Fixtures.pair(pair));
        Child byPath = signer(path.toString(), Fixtures.pair(pair))) {
      for (String version : new String[] {"TLSv1.3", "TLSv1.2"}) {
        assertServed(handler("3", pair + "-chain.pem").tcp("127.0.0.1", HANDED + port), version);
        assertServed(handler(path.toString(), pair + "-chain.pem").tcp(), version);
      }
      assertEquals("", errors(byDescriptor) + errors(byPath));
    }
  }

  private static String errors(Child signer) throws IOException {
    return String.join("\n", signer.stderr().lines().filter(l -> l.contains("ERROR")).toList());
  }

  /** Redirects, challenges and requests through a proxy work without the signer. */
  @Test
  void plaintextNeedsNone() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Handed handed =
            handler("3", "p256-chain.pem").tcp("127.0.0.1", HANDED + silent.getLocalPort())) {
      assertEquals(308, Answer.parse(handed.exchange(Answer.GET)).status());
      assertEquals(0, handed.result().status());
    }
  }

  /** One that answers nothing, nonsense, or without end. */
  @ParameterizedTest
  @CsvSource({
    "'', does not answer",
    "'\0\0\0\3abc', sent an invalid answer",
    "'\0\0\0\0', sent an invalid answer",
    "'\0\377\377\377', sent an invalid answer",
    "'HTTP/1.1 200 OK', sent an invalid answer",
    "'\1\0\0\0', refused to sign",
    "'\2\0\0\0', has no usable key",
    "close, ended the connection"
  })
  void aSignerThatIsNone(String answer, String why) throws Exception {
    try (ServerSocket signer = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread thread =
          new Thread(
              () -> {
                try (Socket handler = signer.accept()) {
                  if (!answer.equals("close")) {
                    handler.getOutputStream().write(octets(answer));
                    handler.getInputStream().readAllBytes(); // until it ends
                  }
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      thread.start();
      Lunchd lunchd = handler("3", "p256-chain.pem").and("--timeout=2", "--first-timeout=2");
      assertFails(lunchd, HANDED + signer.getLocalPort(), why);
      thread.join();
    }
  }

  private static byte[] octets(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  @Test
  void aSignerThatIsNotThere() throws Exception {
    String nowhere = directory.resolve("nowhere").toString();
    assertFails(handler(nowhere, "p256-chain.pem"), "0<&3 1>&3 3>&-", "can't be reached");
    assertFails(handler("3", "p256-chain.pem"), "0<&3 1>&3 3>&-", "ended the connection");
  }

  /** It logs the reason, tells the handler, and exits with the same status as any lunchd. */
  @ParameterizedTest
  @CsvSource({
    "66, none.pem, p256-chain.pem, can't be read",
    "78, p256-other-key.pem, p256-chain.pem, is not the key of the first certificate",
    "78, rsa-2048-key.pem, p256-chain.pem, is not the key of the first certificate",
    "78, ed25519-key.pem, ed25519-chain.pem, is an Ed25519 key",
    "78, empty.pem, p256-chain.pem, is empty"
  })
  void aSignerWithoutAUsablePair(int status, String key, String chain, String why)
      throws Exception {
    int port = SuperServer.freePort();
    String[] pair = {
      "--key=" + Fixtures.DIRECTORY.resolve(key), "--certificate=" + Fixtures.file(chain)
    };
    try (Child signer = signer("127.0.0.1:" + port, pair)) {
      assertFails(handler("3", "p256-chain.pem"), HANDED + port, "has no usable key");
      Child.Result result = signer.result();
      assertEquals(status, result.status(), result.stderr());
      assertEquals(1, result.errors().size(), result.stderr());
      assertTrue(result.errors().getFirst().contains(why), result.stderr());
    }
  }

  /**
   * The test plays the handler, which gets the chain and one signature of a digest. It accounts for
   * every octet that the signer sends, so none of them can be of the key.
   */
  @ParameterizedTest
  @ValueSource(strings = {"p256", "rsa-2048"})
  void aHandlerThatIsTakenOverGetsOneSignatureAndNoKey(String pair) throws Exception {
    byte[] chain = Files.readAllBytes(Path.of(Fixtures.file(pair + "-chain.pem")));
    boolean isRsa = pair.startsWith("rsa");
    byte[] content = "anything".getBytes(StandardCharsets.US_ASCII);
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
    byte[] info = HexFormat.of().parseHex("3031300d060960864801650304020105000420");
    byte[] wanted = isRsa ? request('P', info, digest) : request('E', digest);
    byte[] other = isRsa ? request('E', digest) : request('P', info, digest);

    int port = SuperServer.freePort();
    try (Child signer = signer("127.0.0.1:" + port, Fixtures.pair(pair))) {
      try (Socket handler = connect(port)) {
        assertArrayEquals(chain, ask(handler, CHAIN));
        byte[] signature = ask(handler, wanted);
        Signature verifier = Signature.getInstance("SHA256with" + (isRsa ? "RSA" : "ECDSA"));
        verifier.initVerify(
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(chain)));
        verifier.update(content);
        assertTrue(verifier.verify(signature));
        assertSilent(handler, wanted);
        assertSilent(handler, CHAIN);
      }
      byte[] block = new byte[256]; // the decryption of a message would be a signature on it
      block[255] = (byte) 0xbc;
      for (byte[] refused :
          List.of(
              other,
              request('S', block),
              request('P', block),
              request('P', digest),
              request('E', block),
              request('E', new byte[20]),
              request('E'))) {
        try (Socket handler = connect(port)) {
          assertArrayEquals(chain, ask(handler, CHAIN));
          handler.getOutputStream().write(refused);
          assertArrayEquals(REFUSED, handler.getInputStream().readAllBytes());
        }
      }
      try (Socket handler = connect(port)) { // the signature before the chain
        handler.getOutputStream().write(wanted);
        assertArrayEquals(REFUSED, handler.getInputStream().readAllBytes());
      }
      for (String nonsense :
          List.of("K\0", "GET /key.pem", "C\12../key.pem", "C\3/ab", "C\2..", "E\2\0\0")) {
        try (Socket handler = connect(port)) {
          assertSilent(handler, octets(nonsense));
        }
      }
      assertServed(handler("3", pair + "-chain.pem").tcp("127.0.0.1", HANDED + port));
      assertEquals("", errors(signer));
    }
  }

  private static Socket connect(int port) throws IOException {
    Socket handler = new Socket(InetAddress.getLoopbackAddress(), port);
    handler.setSoTimeout((int) Await.PATIENCE.toMillis());
    return handler;
  }

  /** Returns a request for a signature. */
  private static byte[] request(char scheme, byte[]... inputs) {
    ByteBuffer octets =
        ByteBuffer.allocate(1024).put((byte) scheme).put((byte) 0).putShort((short) 0);
    for (byte[] input : inputs) {
      octets.put(input);
    }
    octets.putShort(2, (short) (octets.position() - 4)).flip();
    return Arrays.copyOf(octets.array(), octets.limit());
  }

  /** Returns what the signer answers. */
  private static byte[] ask(Socket handler, byte[] request) throws IOException {
    handler.getOutputStream().write(request);
    DataInputStream answer = new DataInputStream(handler.getInputStream());
    int header = answer.readInt();
    assertEquals(0, header >>> 24, "its status");
    byte[] content = new byte[header];
    answer.readFully(content);
    return content;
  }

  /** Asserts that the connection ends without an answer. */
  private static void assertSilent(Socket handler, byte[] request) throws IOException {
    try {
      handler.getOutputStream().write(request);
      assertEquals(-1, handler.getInputStream().read());
    } catch (SocketException e) { // a reset, since the signer has not read it
      assertTrue(e.getMessage().matches("Connection reset.*|Broken pipe.*"), e.getMessage());
    }
  }

  @Test
  void anEd25519ChainIsNothingForASigner() throws Exception {
    int port = SuperServer.freePort();
    try (Child signer = signer("127.0.0.1:" + port, Fixtures.pair("p256"))) {
      // The signer's own chain is served; the file only says that there is another.
      assertServed(handler("3", "ed25519-chain.pem").tcp("127.0.0.1", HANDED + port));
      Child.Result result = signer.result();
      assertEquals(0, result.status(), result.stderr());
    }
  }

  @Test
  void checksThePairThroughTheSigner() throws Exception {
    int port = SuperServer.freePort();
    try (Child signer = signer("127.0.0.1:" + port, Fixtures.pair("p256"))) {
      Lunchd check = handler("3", "p256-chain.pem").and("--check", "--expiry-days=1");
      try (Child child = check.shell("exec \"$@\" 3<>/dev/tcp/127.0.0.1/" + port)) {
        Child.Result result = child.result();
        assertEquals(0, result.status(), result.stderr());
        assertTrue(result.stdout().contains("\nhandshake: TLSv1.3 "), result.stdout());
        assertTrue(!result.stdout().contains("warning: the signer"), result.stdout());
      }
      check = handler("3", "rsa-2048-chain.pem").and("--check");
      try (Child child = check.shell("exec \"$@\" 3<>/dev/tcp/127.0.0.1/" + port)) {
        Child.Result result = child.result();
        assertEquals(0, result.status(), result.stderr());
        assertTrue(result.stdout().contains("\nkey: EC P-256\n"), result.stdout());
        assertTrue(result.stdout().contains("warning: the signer has another"), result.stdout());
      }
      assertEquals(0, signer.result().status(), "it has ended");
    }
    try (Child child =
        handler("3", "p256-chain.pem").and("--check").shell("exec \"$@\" 3<>/dev/null")) {
      assertEquals(78, child.result().status());
    }
  }

  /** The keys as systemd passes them: one fits its name's chain, the other does not. */
  @Test
  void theKeysOfSingleNamesAreTheSignersAlone() throws Exception {
    Path names = Files.createDirectory(directory.resolve("names"));
    Path credentials = Files.createDirectory(directory.resolve("credentials"));
    for (String name : List.of("a.example", "b.example")) {
      Path own = Files.createDirectory(names.resolve(name));
      Files.copy(Fixtures.DIRECTORY.resolve("rsa-2048-chain.pem"), own.resolve("chain.pem"));
    }
    Files.copy(
        Fixtures.DIRECTORY.resolve("rsa-2048-key.pem"),
        credentials.resolve("keys_a.example_key.pem"));
    Files.copy(
        Fixtures.DIRECTORY.resolve("p256-key.pem"), credentials.resolve("keys_b.example_key.pem"));
    long aDay = 24 * 60 * 60 * 1_000L; // later than the chains, so that another signer has the same
    credentials.toFile().setLastModified(System.currentTimeMillis() + aDay);
    int port = SuperServer.freePort();
    Lunchd options =
        Lunchd.with(Fixtures.pair("p256"))
            .and("--certificates=" + names, "--keys=" + credentials.resolve("keys"));
    try (Child signer = signer("127.0.0.1:" + port, options.options().toArray(String[]::new))) {
      Lunchd lunchd = handler("3", "p256-chain.pem").and("--certificates=" + names);
      for (String name : List.of("b.example", "a.example", "b.example", "c.example")) {
        try (Handed handed = lunchd.tcp("127.0.0.1", HANDED + port);
            SSLSocket client = JdkClient.asking(handed.socket(), name)) {
          if (name.equals("b.example")) {
            SSLException alert =
                assertThrows(SSLException.class, () -> JdkClient.exchange(client, Answer.GET));
            assertTrue(alert.getMessage().contains("internal_error"), alert.getMessage());
            assertEquals(78, handed.result().status());
          } else {
            Answer.lunch(JdkClient.exchange(client, Answer.GET));
            assertEquals(
                name.equals("a.example") ? "RSA" : "EC",
                client.getSession().getPeerCertificates()[0].getPublicKey().getAlgorithm());
            assertEquals(0, handed.result().status());
          }
        }
      }
      try (Child child = lunchd.and("--check").shell("exec \"$@\" 3<>/dev/tcp/127.0.0.1/" + port)) {
        Child.Result result = child.result();
        assertEquals(78, result.status(), result.stderr());
        String report = result.stdout();
        assertTrue(report.matches("(?s).*\nname: a.example, days-left: \\d+, key: RSA.*"), report);
        assertTrue(report.contains("\nname: b.example, unusable\n"), report);
        assertTrue(report.contains("\nkey: EC P-256\n"), report);
      }
      assertTrue(isJvm(signer), "it goes on");
      assertTrue(errors(signer).contains("keys_b.example_key.pem is not the key"), errors(signer));
    }
  }

  @Test
  void endsAtASigtermWhenTheLastHandlerIsServed() throws Exception {
    int port = SuperServer.freePort();
    try (Child signer = signer("127.0.0.1:" + port, Fixtures.pair("p256"))) {
      try (Handed handed = handler("3", "p256-chain.pem").tcp("127.0.0.1", HANDED + port);
          SSLSocket client = JdkClient.over(handed.socket())) {
        // Once the handler has connected, the process is lunchd and no longer
        // systemd-socket-activate.
        Await.until("the signer is a JVM", () -> isJvm(signer) && hasAccepted(signer, port));
        new ProcessBuilder("kill", "-TERM", Long.toString(signer.pid())).start().waitFor();
        Answer.lunch(JdkClient.exchange(client, Answer.GET));
        assertEquals(0, handed.result().status());
      }
      assertEquals(0, signer.result().status());
    }
  }

  private static boolean isJvm(Child child) {
    return ProcessHandle.of(child.pid())
        .flatMap(process -> process.info().command())
        .orElse("")
        .endsWith("/java");
  }

  /** Tells whether the accept queue is empty, by /proc/net/tcp, and the process handles SIGTERM. */
  private static boolean hasAccepted(Child child, int port) throws IOException {
    String listening = "0100007F:%04X 00000000:0000 0A 00000000:00000000 ".formatted(port);
    String caught =
        Files.readAllLines(Path.of("/proc/" + child.pid() + "/status")).stream()
            .filter(line -> line.startsWith("SigCgt:"))
            .findFirst()
            .orElseThrow();
    long signals = Long.parseUnsignedLong(caught.substring(7).strip(), 16);
    return (signals & 1L << 14) != 0
        && Files.readString(Path.of("/proc/net/tcp")).contains(listening);
  }

  @Test
  void endsWhenNobodyComes() throws Exception {
    int port = SuperServer.freePort();
    try (Child signer =
        signer(
            "127.0.0.1:" + port,
            Lunchd.with(Fixtures.pair("p256")).and("--idle=1").options().toArray(String[]::new))) {
      assertServed(handler("3", "p256-chain.pem").tcp("127.0.0.1", HANDED + port));
      Duration lessThanUsual = Duration.ofSeconds(45); // the default is a minute
      assertEquals(0, signer.result(lessThanUsual).status());
    }
  }
}
