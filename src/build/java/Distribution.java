import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Makes the distribution of what Maven has built: the runtime, the native library, the launcher and
 * the AOT cache beside the jar. Part of the build; needs a JDK with jlink, and bash.
 */
final class Distribution {
  /** What lunchd and its libraries refer to; jdk.net has TCP_QUICKACK. */
  private static final String MODULES = "java.base,java.logging,java.management,jdk.net";

  private static final Path FIXTURES = Path.of("test-fixtures", "tls");
  private static final int PATIENCE = 60_000; // of the build with its own child, in milliseconds

  private final Path dist;

  private Distribution(Path dist) {
    this.dist = dist;
  }

  /**
   * Makes it.
   *
   * @param args the directory, in which lib/lunchd.jar is already; that of the native library; the
   *     time that the files of reproducible builds bear
   */
  public static void main(String[] args) throws Exception {
    Distribution distribution = new Distribution(Path.of(args[0]).toAbsolutePath());
    distribution.runtime();
    distribution.nativeLibrary(Path.of(args[1]));
    distribution.programs();
    distribution.billOfMaterials();
    distribution.jarOf(Instant.parse(args[2]));
    distribution.cache();
  }

  private void runtime() throws IOException {
    Path runtime = dist.resolve("runtime");
    delete(runtime);
    int status =
        ToolProvider.findFirst("jlink")
            .orElseThrow(() -> new IllegalStateException("this JDK has no jlink"))
            .run(
                System.err,
                System.err,
                "--add-modules=" + MODULES,
                "--output=" + runtime,
                "--compress=zip-6",
                "--strip-java-debug-attributes",
                "--no-header-files",
                "--no-man-pages",
                "--vm=server");
    if (status != 0) {
      throw new IOException("jlink failed with status " + status);
    }
    withoutComments(runtime.resolve("conf/security/java.security"));
    try (Stream<Path> files = Files.walk(runtime)) { // Debian's JDK has them; jlink needs objcopy
      for (Path file : files.filter(f -> f.toString().endsWith(".debuginfo")).toList()) {
        Files.delete(file);
      }
    }
  }

  /** The JDK parses this file of 70 KB when it first needs a security property: 1 ms less. */
  private static void withoutComments(Path properties) throws IOException {
    List<String> lines = Files.readAllLines(properties);
    lines.removeIf(line -> line.isBlank() || line.startsWith("#"));
    Files.write(properties, lines);
  }

  /** Into the runtime's own library directory, where System.loadLibrary looks first. */
  private void nativeLibrary(Path directory) throws IOException {
    String library = System.mapLibraryName("conscrypt_openjdk_jni");
    copy(directory.resolve(library), dist.resolve("runtime/lib").resolve(library));
  }

  private void programs() throws IOException {
    Path bin = dist.resolve("bin");
    delete(bin); // a program may have had another name
    Files.createDirectories(bin);
    for (String name : List.of("lunchd", "certbot-deploy-hook", "self-signed")) {
      Path program = bin.resolve(name);
      copy(Path.of("src/main/launcher", name), program);
      if (!program.toFile().setExecutable(true, false)) {
        throw new IOException(program + " can't be made executable");
      }
    }
    copy(Path.of("src/main/launcher/jvm.args"), dist.resolve("lib/jvm.args"));
    copy(Path.of("LICENSE"), dist.resolve("LICENSE"));
  }

  /** Maven's, and in addition what is in the distribution but no dependency of Maven's. */
  private void billOfMaterials() throws IOException {
    Path ofMaven = dist.resolveSibling("lunchd.cdx.json");
    Path bill = dist.resolve("lib/lunchd.cdx.json");
    Files.deleteIfExists(bill);
    if (Files.notExists(ofMaven)) {
      System.err.println("No bill of materials: Maven makes none offline; build without -o once.");
      return;
    }
    Properties conscrypt = new Properties();
    try (ZipFile jar = new ZipFile(dist.resolve("lib/lunchd.jar").toFile())) {
      conscrypt.load(jar.getInputStream(jar.getEntry("org/conscrypt/conscrypt.properties")));
    }
    String boringSsl = conscrypt.getProperty("org.conscrypt.boringssl.version");
    String json = Files.readString(ofMaven);
    String start = "\n  \"components\" : [\n";
    if (!json.contains(start)) {
      throw new IOException(ofMaven + " has no list of components");
    }
    Files.writeString(
        bill,
        json.replace(
            start,
            start
                + component("platform", "openjdk", System.getProperty("java.version"))
                + component("library", "boringssl", boringSsl)));
  }

  private static String component(String type, String name, String version) {
    String purl = "pkg:generic/" + name + "@" + version;
    return """
        {
          "type" : "%s",
          "bom-ref" : "%s",
          "name" : "%s",
          "version" : "%s",
          "purl" : "%s"
        },
    """
        .formatted(type, purl, name, version, purl);
  }

  /** From 25.0.4 on the JVM takes the cache only if the jar is as old as it was then. */
  private void jarOf(Instant time) throws IOException {
    Files.setLastModifiedTime(dist.resolve("lib/lunchd.jar"), FileTime.from(time));
  }

  /** Records one run that walks what production walks, and makes the cache of it. */
  private void cache() throws Exception {
    Path configuration = dist.resolveSibling("lunchd.aotconf");
    Path cache = dist.resolve("lib/lunchd.aot");
    Files.deleteIfExists(configuration);
    Files.deleteIfExists(cache);
    String jar = dist.resolve("lib/lunchd.jar").toString();
    List<String> java =
        List.of(
            dist.resolve("runtime/bin/java").toString(),
            "@" + dist.resolve("lib/jvm.args"),
            "-XX:AOTConfiguration=" + configuration,
            "-cp",
            jar);
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      listener.setSoTimeout(PATIENCE);
      String port = Integer.toString(listener.getLocalPort());
      List<String> record = new ArrayList<>();
      // fd 0 is to be a connected socket: bash can call one up.
      record.addAll(
          List.of("bash", "-c", "exec \"$@\" 0<>/dev/tcp/127.0.0.1/" + port + " 1>&0", "bash"));
      record.addAll(java);
      record.addAll(List.of("-XX:AOTMode=record", "lunchd.Rehearsal", port));
      for (Scene scene : Scene.ALL) {
        record.add("--");
        record.addAll(scene.server());
      }
      Process rehearsal = start(record);
      for (Scene scene : Scene.ALL) {
        if (!scene.server().getFirst().equals("piped")) {
          try (Socket socket = listener.accept()) {
            socket.setSoTimeout(PATIENCE);
            scene.play(socket);
          }
        }
      }
      await(rehearsal, "the training run");
    }
    List<String> create = new ArrayList<>(java);
    create.addAll(List.of("-XX:AOTMode=create", "-XX:AOTCache=" + cache));
    await(start(create), "making the AOT cache");
    List<String> seal = new ArrayList<>(java.subList(0, 1));
    seal.addAll(List.of("-cp", jar, "lunchd.Rehearsal", "seal", jar));
    await(start(seal), "tying the AOT cache to the jar");
    Files.delete(configuration);
  }

  private static Process start(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("JOURNAL_STREAM", "0:0"); // so that it is compared with fd 2
    return builder
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static void await(Process process, String what) throws Exception {
    int status = process.waitFor();
    if (status != 0) {
      throw new IOException(what + " failed with status " + status);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void delete(Path tree) throws IOException {
    if (Files.exists(tree)) {
      try (Stream<Path> files = Files.walk(tree)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /**
   * One exchange of the training run.
   *
   * @param server how lunchd gets the connection, and its options
   * @param protocol the client's TLS version, or null for plaintext
   * @param request what the client sends
   * @param status what it must get
   */
  private record Scene(List<String> server, String protocol, String request, int status) {
    private static final String GET = "GET / HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n";
    private static final String BROWSER =
        GET.replace("*/*", "text/html,application/xml;q=0.9,image/avif,*/*;q=0.8");
    private static final String TODAY = GET.replace("/ ", "/today ");
    private static final String MENU = GET.replace("/ ", "/menu ");
    private static final String TEXT = "text/plain;charset=utf-8";
    private static final String JSON = "application/json";
    private static final String MENU_FILE = "--menu=units/examples/menu";
    private static final List<Scene> ALL =
        List.of(
            new Scene(with("inherited", "p256"), "TLSv1.3", GET, 200),
            new Scene(with("called", "rsa-2048"), "TLSv1.3", GET, 200),
            new Scene(with("called", "p256"), "TLSv1.2", GET, 200),
            new Scene(with("called", "rsa-2048"), "TLSv1.2", GET, 200),
            new Scene(with("called", "p384"), "TLSv1.3", GET, 200),
            new Scene(with("called", "p256"), "TLSv1.3", GET.replace("GET", "HEAD"), 200),
            new Scene(with("called", "p256"), "TLSv1.3", GET.replace("/ ", "/nothing "), 404),
            new Scene(with("called", "p256"), "TLSv1.3", GET.replace("GET", "POST"), 405),
            new Scene(with("called", "p256"), "TLSv1.3", GET.replace("Host:", "Host :"), 400),
            new Scene(with("called", "p256"), "TLSv1.3", BROWSER, 200),
            new Scene(with("called", "p256"), "TLSv1.3", GET.replace("*/*", TEXT), 200),
            new Scene(with("called", "p256"), "TLSv1.3", GET.replace("*/*", JSON), 200),
            new Scene(with("called", "p256"), "TLSv1.3", GET.replace("*/*", "image/png"), 406),
            new Scene(with("called", "p256"), "TLSv1.3", TODAY, 200),
            new Scene(with("called", "p256"), "TLSv1.3", MENU, 200),
            new Scene(with("called", "p256"), "TLSv1.3", MENU.replace("*/*", JSON), 200),
            new Scene(with("called", "p256", MENU_FILE), "TLSv1.3", GET, 200),
            new Scene(with("called", "p256", MENU_FILE), "TLSv1.3", MENU, 200),
            new Scene(with("called", "p256", "--time-zone=Europe/Berlin"), "TLSv1.3", TODAY, 200),
            new Scene(with("called", "p256"), null, GET, 308),
            new Scene(with("called", "p256", "--timeout", "1"), "TLSv1.3", "GET / HT", 408),
            new Scene(List.of("called", "--timeout", "1"), null, "GET / HT", 408),
            new Scene(List.of("called"), null, GET, 200),
            new Scene(List.of("piped"), null, "", 200));

    private static List<String> with(String how, String pair, String... more) {
      List<String> options = new ArrayList<>(List.of(how));
      options.add("-key=" + FIXTURES.resolve(pair + "-key.pem"));
      options.add("-certificate=" + FIXTURES.resolve(pair + "-chain.pem"));
      options.addAll(List.of(more));
      return options;
    }

    /** Plays the client, and makes sure that the scene went as it should. */
    void play(Socket socket) throws IOException, GeneralSecurityException {
      Socket client = protocol == null ? socket : tls(socket);
      OutputStream out = client.getOutputStream();
      out.write(request.getBytes(StandardCharsets.US_ASCII));
      out.flush();
      ByteArrayOutputStream response = new ByteArrayOutputStream();
      client.getInputStream().transferTo(response);
      String start = response.toString(StandardCharsets.UTF_8);
      if (!start.startsWith("HTTP/1.1 " + status)) {
        throw new IOException("the training run answered " + this + " with: " + start);
      }
    }

    private Socket tls(Socket socket) throws IOException, GeneralSecurityException {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      try (InputStream ca = Files.newInputStream(FIXTURES.resolve("ca.pem"))) {
        trusted.setCertificateEntry(
            "ca", CertificateFactory.getInstance("X.509").generateCertificate(ca));
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      SSLSocket client =
          (SSLSocket) context.getSocketFactory().createSocket(socket, "localhost", 443, true);
      client.setEnabledProtocols(new String[] {protocol});
      return client;
    }
  }
}
