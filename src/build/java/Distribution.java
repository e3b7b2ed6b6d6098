import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
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
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Makes the distribution from what Maven has built: the runtime with lunchd as a module in it, the
 * native library, the launcher and the AOT cache. Part of the build; needs a JDK with jlink, and
 * bash.
 */
final class Distribution {
  private static final Path FIXTURES = Path.of("test-fixtures", "tls");
  private static final Path TRAINED =
      Path.of("target", "trained"); // the service of the training run
  private static final int PATIENCE = 60_000; // milliseconds to wait for a child of the build
  private static final int SEAL = 8; // octets

  /** How many times slower this machine is than a real one: scripts/arm64 emulates it. */
  private static final int SLOWER = Integer.getInteger("slower", 1);

  private final Path dist;
  private final Path jar;
  private final Path runtime;
  private final Path image;

  private Distribution(Path dist, Path jar) {
    this.dist = dist;
    this.jar = jar;
    this.runtime = dist.resolve("runtime");
    this.image = runtime.resolve("lib/modules");
  }

  /**
   * Makes it.
   *
   * @param args the directory to make; the jar of the program and its libraries; the directory of
   *     the native library; and {@code runtime}, to make nothing else
   */
  public static void main(String[] args) throws Exception {
    Distribution distribution =
        new Distribution(Path.of(args[0]).toAbsolutePath(), Path.of(args[1]).toAbsolutePath());
    distribution.module();
    distribution.runtime();
    distribution.nativeLibrary(Path.of(args[2]));
    if (args.length > 3) {
      return;
    }
    distribution.programs();
    distribution.repository();
    distribution.billOfMaterials();
    distribution.cache();
  }

  /** Makes the jar a module. */
  private void module() throws IOException {
    Path classes = jar.resolveSibling("classes");
    tool(
        "javac",
        "-d",
        classes.toString(),
        "--patch-module=lunchd=" + jar,
        "src/build/module/module-info.java");
    // Always the same time, the first that a zip file can have.
    tool(
        "jar",
        "--update",
        "--date=1980-01-01T00:00:02Z",
        "--file=" + jar,
        "-C",
        classes.toString(),
        "module-info.class");
  }

  private void runtime() throws Exception {
    delete(runtime);
    tool(
        "jlink",
        "--module-path=" + jar,
        "--add-modules=lunchd",
        "--output=" + runtime,
        "--compress=zip-6",
        "--strip-java-debug-attributes",
        "--no-header-files",
        "--no-man-pages",
        "--vm=server");
    withoutComments(runtime.resolve("conf/security/java.security"));
    try (Stream<Path> files = Files.walk(runtime)) { // jlink would need objcopy for this
      for (Path file : files.filter(f -> f.toString().endsWith(".debuginfo")).toList()) {
        Files.delete(file);
      }
    }
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    seal(image, Arrays.copyOf(sha256.digest(Files.readAllBytes(image)), SEAL));
  }

  /** What the image and its cache have in common: see lunchd.aot.AotCache. */
  private static void seal(Path file, byte[] digest) throws IOException {
    Files.write(file, digest, StandardOpenOption.APPEND);
  }

  private static void tool(String name, String... arguments) throws IOException {
    int status =
        ToolProvider.findFirst(name)
            .orElseThrow(() -> new IllegalStateException("this JDK has no " + name))
            .run(System.err, System.err, arguments);
    if (status != 0) {
      throw new IOException(name + " failed with status " + status);
    }
  }

  /**
   * The JDK parses this file of 70 KB when it first needs a security property; shortened, it saves
   * 1 ms.
   */
  private static void withoutComments(Path properties) throws IOException {
    List<String> lines = Files.readAllLines(properties);
    lines.removeIf(line -> line.isBlank() || line.startsWith("#"));
    Files.write(properties, lines);
  }

  /** Copies it into the runtime's own library directory, where System.loadLibrary looks first. */
  private void nativeLibrary(Path directory) throws IOException {
    String library = System.mapLibraryName("conscrypt_openjdk_jni");
    copy(directory.resolve(library), runtime.resolve("lib").resolve(library));
  }

  private void programs() throws IOException {
    Path bin = dist.resolve("bin");
    for (Path directory : List.of(bin, dist.resolve("lib"))) {
      delete(directory); // files of an earlier build may have other names
      Files.createDirectories(directory);
    }
    for (String name :
        List.of("lunchd", "lunchd-service", "new-service", "certbot-deploy-hook", "self-signed")) {
      Path program = bin.resolve(name);
      copy(Path.of("src/main/launcher", name), program);
      if (!program.toFile().setExecutable(true, false)) {
        throw new IOException(program + " can't be made executable");
      }
    }
    arguments();
    copy(Path.of("LICENSE"), dist.resolve("LICENSE"));
    copy(Path.of("src/main/debian/copyright"), dist.resolve("copyright"));
  }

  /** The JVM's options, for two modes: see jvm.args. */
  private void arguments() throws IOException {
    String arguments = Files.readString(Path.of("src/main/launcher/jvm.args"));
    Path more = Path.of("src/main/launcher/jvm." + System.getProperty("os.arch") + ".args");
    if (Files.exists(more)) {
      arguments += Files.readString(more);
    }
    Files.writeString(dist.resolve("lib/jvm.args"), arguments);
    Files.writeString(
        dist.resolve("lib/jvm-compute.args"), arguments.replace("\n-Xint\n", "\n-Xmixed\n"));
  }

  /**
   * Makes a Maven repository with one artifact, against which handlers are compiled and tested: the
   * merged jar, which has no dependencies.
   */
  private void repository() throws Exception {
    String version;
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      InputStream in = zip.getInputStream(zip.getEntry("lunchd/version.txt"));
      version = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    }
    Path directory = dist.resolve("lib/maven/lunchd/lunchd").resolve(version);
    Files.createDirectories(directory);
    Path artifact = directory.resolve("lunchd-" + version + ".jar");
    copy(jar, artifact);
    Path pom = directory.resolve("lunchd-" + version + ".pom");
    Files.writeString(
        pom,
        """
        <project>
          <modelVersion>4.0.0</modelVersion>
          <groupId>lunchd</groupId>
          <artifactId>lunchd</artifactId>
          <version>%s</version>
        </project>
        """
            .formatted(version));
    for (Path file : List.of(artifact, pom)) { // Maven compares them
      byte[] sha1 = MessageDigest.getInstance("SHA-1").digest(Files.readAllBytes(file));
      Files.writeString(Path.of(file + ".sha1"), HexFormat.of().formatHex(sha1));
    }
  }

  /**
   * Maven's bill of materials, without the libraries of which no class was merged, and with what is
   * in the distribution but is not a Maven dependency.
   */
  private void billOfMaterials() throws IOException {
    Path ofMaven = dist.resolveSibling("lunchd.cdx.json");
    Path bill = dist.resolve("lib/lunchd.cdx.json");
    Files.deleteIfExists(bill);
    if (Files.notExists(ofMaven)) {
      System.err.println("No bill of materials: Maven makes none offline; build without -o once.");
      return;
    }
    Set<String> merged = new HashSet<>();
    Properties conscrypt = new Properties();
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      zip.stream().forEach(entry -> merged.add(entry.getName()));
      conscrypt.load(zip.getInputStream(zip.getEntry("org/conscrypt/conscrypt.properties")));
    }
    String vendor = System.getProperty("java.vendor");
    String openJdk = Runtime.version().toString();
    String boringSsl = conscrypt.getProperty("org.conscrypt.boringssl.version");
    List<String> components = new ArrayList<>();
    components.add(component("platform", vendor, "openjdk", openJdk));
    components.add(component("library", "Google", "boringssl", boringSsl));
    Matcher json =
        Pattern.compile(
                "(?s)(.*\n"
                    + "  \"components\" : \\[\n"
                    + ")(.*?\n"
                    + ")(  \\],\n"
                    + ")  \"dependencies\" : .*?\n"
                    + "  \\](.*)")
            .matcher(Files.readString(ofMaven));
    if (!json.matches()) {
      throw new IOException(ofMaven + " has no lists of components and dependencies");
    }
    for (String component : json.group(2).split("(?<=\n    \\}),?\n")) {
      if (isMerged(member("group", component), member("name", component), merged)) {
        components.add(component);
      }
    }
    // All is in one jar of one program, so the scope of a library no longer matters.
    String dependencies =
        components.stream()
            .map(component -> "        \"" + member("bom-ref", component) + '"')
            .collect(Collectors.joining(",\n"));
    Files.writeString(
        bill,
        json.group(1)
            + String.join(",\n", components)
            + "\n"
            + json.group(3)
            + """
              "dependencies" : [
                {
                  "ref" : "%s",
                  "dependsOn" : [
            %s
                  ]
                }
              ]\
            """
                .formatted(member("bom-ref", json.group(1)), dependencies)
            + json.group(4));
  }

  /** Tells whether any class of a library, relocated or not, was merged. */
  private static boolean isMerged(String group, String name, Set<String> merged)
      throws IOException {
    String directory = "/" + group.replace('.', '/') + "/" + name + "/";
    for (String file : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (file.contains(directory)) {
        try (ZipFile library = new ZipFile(file)) {
          return library.stream()
              .map(ZipEntry::getName)
              .filter(entry -> entry.endsWith(".class") && !entry.startsWith("META-INF/"))
              .filter(entry -> !entry.endsWith("module-info.class"))
              .anyMatch(
                  entry ->
                      merged.contains(entry)
                          || merged.stream()
                              .anyMatch(relocated -> relocated.endsWith("/" + entry)));
        }
      }
    }
    throw new IOException(
        group + ":" + name + " is in the bill of materials, not on the class path");
  }

  /** Returns the first member of that name in a piece of JSON, if it is a string. */
  private static String member(String name, String json) {
    Matcher member = Pattern.compile("\"" + name + "\" : \"([^\"]*)\"").matcher(json);
    if (!member.find()) {
      throw new IllegalArgumentException("no " + name + " in " + json);
    }
    return member.group(1);
  }

  private static String component(String type, String vendor, String name, String version) {
    String purl =
        "pkg:generic/%s/%s@%s"
            .formatted(
                vendor.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-"),
                name,
                version.replace("+", "%2B"));
    return """
    {
      "type" : "%s",
      "bom-ref" : "%s",
      "supplier" : {
        "name" : "%s"
      },
      "name" : "%s",
      "version" : "%s",
      "purl" : "%s"
    }\
    """
        .formatted(type, purl, vendor, name, version, purl)
        .indent(4)
        .stripTrailing();
  }

  /** Records one run that does what production does, and makes the cache from it. */
  private void cache() throws Exception {
    Path configuration = dist.resolveSibling("lunchd.aotconf");
    Path cache = dist.resolve("lib/lunchd.aot");
    Files.deleteIfExists(configuration);
    Files.deleteIfExists(cache);
    Scene.names();
    trained();
    List<String> java =
        List.of(
            runtime.resolve("bin/java").toString(),
            "@" + dist.resolve("lib/jvm.args"),
            "-XX:AOTConfiguration=" + configuration);
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ServerSocket signer = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      listener.setSoTimeout(PATIENCE * SLOWER);
      signer.setSoTimeout(PATIENCE * SLOWER);
      String port = Integer.toString(listener.getLocalPort());
      List<String> record = new ArrayList<>();
      // fd 0 must be a connected socket, and fd 3 a signer's; bash can open them.
      String client = " 0<>/dev/tcp/127.0.0.1/" + port + " 1>&0";
      String asked = " 3<>/dev/tcp/127.0.0.1/" + signer.getLocalPort();
      record.addAll(List.of("bash", "-c", "exec \"$@\"" + client + asked, "bash"));
      record.addAll(java);
      record.addAll(
          List.of("-XX:AOTMode=record", "-m", "lunchd/lunchd.training.TrainingRun", port));
      for (Scene scene : Scene.ALL) {
        record.add("--");
        record.addAll(slower(scene.server()));
      }
      Process rehearsal = start(record);
      Thread signing = new Thread(() -> sign(signer));
      signing.setDaemon(true); // if an earlier scene fails, nobody connects
      signing.start();
      for (Scene scene : Scene.ALL) {
        if (!scene.server().getFirst().equals("piped")) {
          try (Socket socket = listener.accept()) {
            socket.setSoTimeout(PATIENCE * SLOWER);
            scene.play(socket);
          }
        }
      }
      await(rehearsal, "the training run");
    }
    List<String> create = new ArrayList<>(java);
    create.addAll(
        List.of("-XX:AOTMode=create", "-XX:AOTCache=" + cache, "-m", "lunchd/lunchd.Main"));
    await(start(create), "making the AOT cache");
    byte[] octets = Files.readAllBytes(image);
    seal(cache, Arrays.copyOfRange(octets, octets.length - SEAL, octets.length));
    Files.delete(configuration);
  }

  /**
   * Plays the signer of the only scene that has one; lunchd.signer.SignerRequest defines the
   * format.
   */
  private static void sign(ServerSocket signer) {
    try (Socket handler = signer.accept()) {
      handler.setSoTimeout(PATIENCE * SLOWER);
      DataInputStream in = new DataInputStream(handler.getInputStream());
      DataOutputStream out = new DataOutputStream(handler.getOutputStream());
      in.readByte(); // asks for a chain
      in.readFully(new byte[in.readUnsignedByte()]);
      answer(out, Files.readAllBytes(FIXTURES.resolve("p256-chain.pem")));
      in.readShort(); // asks for a signature
      byte[] digest = new byte[in.readUnsignedShort()];
      in.readFully(digest);
      Signature signature = Signature.getInstance("NONEwithECDSA");
      signature.initSign(key("p256"));
      signature.update(digest);
      answer(out, signature.sign());
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("the training run's signer", e);
    }
  }

  private static void answer(DataOutputStream out, byte[] content) throws IOException {
    out.writeInt(content.length);
    out.write(content);
    out.flush();
  }

  /** Reads an EC key of the fixtures. */
  private static PrivateKey key(String pair) throws IOException, GeneralSecurityException {
    String pem = Files.readString(FIXTURES.resolve(pair + "-key.pem"));
    byte[] key = Base64.getMimeDecoder().decode(pem.replaceAll("-----.*-----", ""));
    return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key));
  }

  /** The service of the training run, in a jar. */
  private void trained() throws IOException {
    delete(TRAINED);
    Path classes = Files.createDirectories(TRAINED.resolve("classes"));
    tool(
        "javac",
        "-XDstringConcat=inline",
        "-d",
        classes.toString(),
        "-cp",
        jar.toString(),
        "src/build/training/Trained.java");
    tool(
        "jar",
        "--create",
        "--file=" + TRAINED.resolve("trained.jar"),
        "-C",
        classes.toString(),
        ".");
  }

  /** The same with more time, if this machine needs it. */
  private static List<String> slower(List<String> server) {
    if (SLOWER == 1) {
      return server;
    }
    List<String> options = new ArrayList<>(server);
    int given = options.indexOf("--timeout");
    int seconds = SLOWER * (given < 0 ? 10 : Integer.parseInt(options.get(given + 1)));
    options.addAll(List.of("--timeout", seconds + "", "--first-timeout", seconds + ""));
    return options;
  }

  private static Process start(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("JOURNAL_STREAM", "0:0"); // so that lunchd compares it with fd 2
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
    private static final String PROXIED = "--proxy-protocol=127.0.0.1";
    private static final String CLIENTS =
        "--client-certificates=" + FIXTURES.resolve("clients.txt");

    /** A PROXY header, version 2: TCP over IPv4, from 198.51.100.7:50312 to 10.0.0.1:443. */
    private static final byte[] PROXY_HEADER =
        HexFormat.of().parseHex("0d0a0d0a000d0a515549540a2111000cc63364070a000001c48801bb");

    private static final String MENU_FILE = "--menu=units/examples/menu";
    private static final Path NAMES = Path.of("target", "training-certificates");
    private static final String[] SERVICE = {
      "--jar=" + TRAINED.resolve("trained.jar"),
      "--handler=training.Trained",
      "--state=" + TRAINED.resolve("state")
    };
    private static final List<String> SIGNED_FOR =
        List.of("called", "--signer=3", "--certificate=" + FIXTURES.resolve("p256-chain.pem"));
    private static final String FORM =
        "POST /?name=Tea HTTP/1.1\r\nHost: localhost\r\nCookie: id=1\r\n"
            + "Content-Type: application/x-www-form-urlencoded\r\n"
            + "Content-Length: 11\r\n\r\nentry=a%20b";
    private static final String SIGNED =
        "POST / HTTP/1.1\r\nHost: localhost\r\nX-Signature: "
            + "0".repeat(64)
            + "\r\nContent-Length: 5\r\n\r\ngreen";

    /**
     * Each class that a scene adds costs time in every start. So there is no scene for a zone with
     * summer time: {@code /today} takes 25 ms longer there, but all others link 60 classes fewer.
     */
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
            new Scene(with("called", "p256", "--time-zone=Asia/Tokyo"), "TLSv1.3", TODAY, 200),
            new Scene(with("called", "rsa-2048", "--certificates=" + NAMES), "TLSv1.3", GET, 200),
            new Scene(with("called", "p256"), null, GET, 308),
            new Scene(with("called", "p256", "--timeout", "1"), "TLSv1.3", "GET / HT", 408),
            new Scene(List.of("called", "--timeout", "1"), null, "GET / HT", 408),
            new Scene(with("called", "p256", "--log-format=json"), "TLSv1.3", GET, 200),
            new Scene(SIGNED_FOR, "TLSv1.3", GET, 200),
            // Either would take 5 ms longer for the first of its classes that is not in the cache.
            new Scene(with("called", "p256", PROXIED, CLIENTS), "TLSv1.3", GET, 200),
            new Scene(List.of("called"), null, GET, 200),
            new Scene(with("called", "p256", SERVICE), "TLSv1.3", FORM, 303),
            new Scene(with("called", "p256", SERVICE), "TLSv1.3", SIGNED, 401),
            new Scene(with("called", "p256", SERVICE), "TLSv1.3", GET, 200),
            new Scene(List.of("piped"), null, "", 200));

    /** Makes what a scene with several names needs; the client asks for localhost. */
    private static void names() throws IOException {
      Path entry = Files.createDirectories(NAMES.resolve("localhost"));
      copy(FIXTURES.resolve("p256-key.pem"), entry.resolve("key.pem"));
      copy(FIXTURES.resolve("p256-chain.pem"), entry.resolve("chain.pem"));
    }

    private static List<String> with(String how, String pair, String... more) {
      List<String> options = new ArrayList<>(List.of(how));
      options.add("-key=" + FIXTURES.resolve(pair + "-key.pem"));
      options.add("-certificate=" + FIXTURES.resolve(pair + "-chain.pem"));
      options.addAll(List.of(more));
      return options;
    }

    /** Plays the client, and checks that the scene went as it should. */
    void play(Socket socket) throws IOException, GeneralSecurityException {
      if (server.contains(PROXIED)) {
        socket.getOutputStream().write(PROXY_HEADER);
      }
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
      KeyManager[] own = server.contains(CLIENTS) ? keys("p384") : null;
      context.init(own, trust.getTrustManagers(), null);
      SSLSocket client =
          (SSLSocket) context.getSocketFactory().createSocket(socket, "localhost", 443, true);
      SSLParameters parameters = client.getSSLParameters();
      parameters.setProtocols(new String[] {protocol});
      // Every client sends the name; the JDK's does not if it has no dot.
      parameters.setServerNames(List.of(new SNIHostName("localhost")));
      client.setSSLParameters(parameters);
      return client;
    }

    /** A client's key and certificate. */
    private static KeyManager[] keys(String pair) throws IOException, GeneralSecurityException {
      KeyStore own = KeyStore.getInstance(KeyStore.getDefaultType());
      own.load(null, null);
      try (InputStream chain = Files.newInputStream(FIXTURES.resolve(pair + "-chain.pem"))) {
        own.setKeyEntry(
            "own",
            key(pair),
            new char[0],
            new Certificate[] {CertificateFactory.getInstance("X.509").generateCertificate(chain)});
      }
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(own, new char[0]);
      return factory.getKeyManagers();
    }
  }
}
