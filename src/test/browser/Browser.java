import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a person sees: headless Chromium, through its DevTools protocol, and w3m visit lunchd over
 * HTTPS. Started by scripts/browser; prints what it checked, and exits with 1 if something is
 * wrong.
 */
final class Browser implements AutoCloseable {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);
  private static final Path TLS = Path.of("test-fixtures", "tls").toAbsolutePath();
  private static final Path OUT = Path.of("target", "browser").toAbsolutePath();
  private static final List<String> MENU = List.of("Sandwich", "Soup", "Salad", "Burger", "Sushi");
  private static final String LOADED = "{\"method\":\"Page.loadEventFired\"";
  private static final List<Process> STARTED = new ArrayList<>();

  /** Screens: width, height, device pixels per CSS pixel. */
  private static final Map<String, int[]> SIZES =
      new TreeMap<>(Map.of("phone", new int[] {390, 844, 2}, "desktop", new int[] {1280, 800, 1}));

  private static final List<String> THEMES = List.of("light", "dark");

  private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
  private final List<String> events = new ArrayList<>();
  private final Process process;
  private final WebSocket socket;
  private int lastId;

  public static void main(String[] args) throws Exception {
    Runtime.getRuntime().addShutdownHook(new Thread(Browser::endWhatWasStarted));
    Files.createDirectories(OUT);
    String axe = Files.readString(Path.of(args[0]));
    Path longMenu =
        Files.writeString(
            OUT.resolve("menu"),
            "Donaudampfschifffahrtsgesellschaftskapit\u00e4nsfrikadelle with <b>mash</b>"
                + " [mon-sun]\n");
    try (Server server = Server.start("server.log");
        Server longNames = Server.start("long.log", "--menu", longMenu.toString());
        Server closed = Server.start("closed.log", "--menu", dayOff().toString());
        Browser browser = start()) {
      browser.dress("desktop", "light");
      browser.visits(server);
      browser.anotherOne(server);
      browser.links(server);
      browser.looks(server, longNames);
      browser.accessibility(axe, server, longNames, closed);
      inW3m(server);
      System.out.println("all is well; the screenshots are in target/browser");
    } catch (AssertionError e) {
      System.err.println("scripts/browser: " + e.getMessage() + " at " + e.getStackTrace()[2]);
      System.exit(1);
    }
  }

  // --- What is checked ------------------------------------------------------------------------

  /** One connection for each visit, and nothing for the browser to complain about. */
  private void visits(Server server) throws Exception {
    Map<String, String> titles =
        Map.of("/", "", "/today", "", "/menu", "The menu - Lunch as a Service");
    for (String path : List.of("/", "/today", "/menu")) {
      int before = server.connections();
      events.clear();
      visit(server.url(path));
      String heading = evaluate("document.querySelector('h1').textContent");
      check(path.equals("/menu") ? heading.equals("The menu") : MENU.contains(heading), heading);
      String title =
          titles.get(path).isEmpty() ? heading + " - Lunch as a Service" : titles.get(path);
      equal(title, evaluate("document.title"));
      equal("0", evaluate("document.scripts.length"));
      equal(List.of(), complaints());
      equal(List.of(server.url(path)), requests());
      equal(1, server.connections() - before);
      System.out.println("ok: " + path + " is one connection, its title is \"" + title + '"');
    }
  }

  /** The button brings another lunch, over one more connection. */
  private void anotherOne(Server server) throws Exception {
    visit(server.url("/"));
    String before = evaluate("document.querySelector('h1').textContent");
    String now = before;
    for (int click = 0; now.equals(before); click++) {
      check(click < 40, "40 clicks, and always " + before); // fails by chance once in 1e27 runs
      int connections = server.connections();
      events.clear();
      click("input[type=submit]");
      equal("/", evaluate("location.pathname"));
      now = evaluate("document.querySelector('h1').textContent");
      check(MENU.contains(now), now);
      equal(List.of(), complaints());
      equal(1, requests().size());
      equal(1, server.connections() - connections);
    }
    System.out.println("ok: the button turns " + before + " into " + now);
  }

  private void links(Server server) throws Exception {
    visit(server.url("/"));
    click("a[href='/today']");
    equal("/today", evaluate("location.pathname"));
    String today = evaluate("document.querySelector('h1').textContent");
    for (int i = 0; i < 5; i++) { // a random choice would pass once in 3,000 runs
      visit(server.url("/today"));
      equal(today, evaluate("document.querySelector('h1').textContent"));
    }
    click("a[href='/menu']");
    equal("/menu", evaluate("location.pathname"));
    equal(
        String.join(",", MENU),
        evaluate("[...document.querySelectorAll('li')].map(li => li.textContent).join()"));
    click("input[type=submit]");
    equal("/", evaluate("location.pathname"));
    System.out.println("ok: the links lead to today's lunch, " + today + ", and to the menu");
  }

  /** Takes screenshots, and checks that nothing is wider than the screen. */
  private void looks(Server server, Server longNames) throws Exception {
    for (String size : SIZES.keySet()) {
      for (String theme : THEMES) {
        dress(size, theme);
        for (String path : List.of("/", "/today", "/menu", "/nothing")) {
          visit(server.url(path));
          screenshot((path.equals("/") ? "lunch" : path.substring(1)) + "-" + size + "-" + theme);
        }
        visit(longNames.url("/"));
        screenshot("long-" + size + "-" + theme);
        fits();
      }
    }
    command("Emulation.setDeviceMetricsOverride", metrics(320, 480, 1));
    for (Server each : List.of(server, longNames)) {
      for (String path : List.of("/", "/menu", "/nothing")) {
        visit(each.url(path));
        fits();
      }
    }
    System.out.println("ok: screenshots, and nothing is cut off, down to 320 pixels");
  }

  private void fits() throws Exception {
    String wide =
        evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
    equal("0", wide);
  }

  /** axe-core, which the page's policy would block, finds nothing. */
  private void accessibility(String axe, Server... servers) throws Exception {
    command("Page.setBypassCSP", "{\"enabled\":true}");
    for (String size : SIZES.keySet()) {
      for (String theme : THEMES) {
        dress(size, theme);
        for (Server server : servers) {
          for (String path : List.of("/", "/today", "/menu", "/nothing")) {
            visit(server.url(path));
            evaluate(axe + ";''");
            String found =
                "axe.run().then(r => r.violations.map(v => v.id + ' ' + v.nodes[0].html).join(';"
                    + " '))";
            equal("", evaluate(found));
            String passes = evaluate("axe.run().then(r => r.passes.length)");
            check(Integer.parseInt(passes) > 15, "axe-core ran: " + passes);
            evaluate("document.querySelector('main').append(document.createElement('img'))");
            check(evaluate(found).startsWith("image-alt "), "axe-core can find something");
          }
        }
      }
    }
    System.out.println("ok: axe-core finds nothing");
  }

  private static void inW3m(Server server) throws Exception {
    List<String> lunch = w3m(server.url("/"));
    equal(List.of("Lunch is"), lunch.subList(0, 1));
    check(MENU.contains(lunch.get(1)), lunch.get(1));
    equal(List.of("[Another one]", "Today\u2019s lunch The menu"), lunch.subList(2, lunch.size()));
    List<String> menu = w3m(server.url("/menu"));
    equal("The menu", menu.get(0));
    equal(MENU, menu.subList(1, 6).stream().map(item -> item.replaceFirst("^\\W+", "")).toList());
    equal(List.of("[Choose one]", "Today\u2019s lunch"), menu.subList(6, menu.size()));
    System.out.println("ok: w3m shows " + lunch);
  }

  /** Returns the lines that are not blank. */
  private static List<String> w3m(String url) throws Exception {
    Process w3m =
        spawn(
            Map.of("LC_ALL", "C.UTF-8"),
            ProcessBuilder.Redirect.INHERIT,
            "w3m",
            "-dump",
            "-o",
            "ssl_ca_file=" + TLS.resolve("ca.pem"),
            url);
    String text = new String(w3m.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    equal(0, w3m.waitFor());
    return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }

  /** A menu with nothing on it today, or tomorrow, in case midnight passes meanwhile. */
  private static Path dayOff() throws IOException {
    String day = LocalDate.now().plusDays(3).getDayOfWeek().name().substring(0, 3);
    return Files.writeString(OUT.resolve("closed"), "Fish [" + day + "]\n");
  }

  private static void check(boolean isRight, String what) {
    if (!isRight) {
      throw new AssertionError(what);
    }
  }

  private static void equal(Object expected, Object actual) {
    check(expected.equals(actual), "expected: " + expected + ", but it is: " + actual);
  }

  // --- The server -----------------------------------------------------------------------------

  private record Server(Process process, Path log, int port) implements AutoCloseable {
    static Server start(String log, String... options) throws Exception {
      int port;
      try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
        port = free.getLocalPort();
      }
      List<String> command =
          new ArrayList<>(
              List.of("systemd-socket-activate", "--accept", "--inetd", "-l", "127.0.0.1:" + port));
      command.add(Path.of("target/lunchd/bin/lunchd").toAbsolutePath().toString());
      command.add("--key=" + TLS.resolve("p256-key.pem"));
      command.add("--certificate=" + TLS.resolve("p256-chain.pem"));
      command.addAll(List.of(options));
      Path file = OUT.resolve(log);
      Process process =
          spawn(
              Map.of(), ProcessBuilder.Redirect.to(file.toFile()), command.toArray(String[]::new));
      Server server = new Server(process, file, port);
      await("the server listens", () -> server.said("Listening on ") > 0);
      return server;
    }

    String url(String path) {
      return "https://localhost:" + port + path;
    }

    /** How many connections it has had; all must be over. */
    int connections() throws Exception {
      await("all lunchds have ended", () -> said("Spawned ") == said("died with code 0"));
      equal(said("Spawned "), said("\" 200 ") + said("\" 404 "));
      return said("Spawned ");
    }

    private int said(String word) throws IOException {
      return Files.readString(log).split(Pattern.quote(word), -1).length - 1;
    }

    @Override
    public void close() {
      end(process);
    }
  }

  // --- Processes ------------------------------------------------------------------------------

  private static Process spawn(
      Map<String, String> environment, ProcessBuilder.Redirect stderr, String... command)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(stderr);
    builder.environment().putAll(environment);
    Process process = builder.start();
    synchronized (STARTED) {
      STARTED.add(process);
    }
    return process;
  }

  private static void end(Process process) {
    List<ProcessHandle> family = process.descendants().toList();
    process.destroy();
    family.forEach(ProcessHandle::destroyForcibly);
    process.onExit().join();
    family.forEach(child -> child.onExit().join());
  }

  private static void endWhatWasStarted() {
    synchronized (STARTED) {
      STARTED.forEach(Browser::end);
    }
  }

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    long start = System.nanoTime();
    while (!condition.call()) {
      check(System.nanoTime() - start < PATIENCE, "in vain: " + what);
      Thread.sleep(20);
    }
  }

  // --- Chromium -------------------------------------------------------------------------------

  private static Browser start() throws Exception {
    Path profile = OUT.resolve("profile");
    if (Files.exists(profile)) {
      try (Stream<Path> files = Files.walk(profile)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    // Otherwise Chromium opens a second connection to any host it visits, in case of a redirect.
    Path preferences = Files.createDirectories(profile.resolve("Default")).resolve("Preferences");
    Files.writeString(preferences, "{\"net\":{\"network_prediction_options\":2}}");
    byte[] key;
    try (var chain = Files.newInputStream(TLS.resolve("p256-leaf.pem"))) {
      key =
          CertificateFactory.getInstance("X.509")
              .generateCertificate(chain)
              .getPublicKey()
              .getEncoded();
    }
    Process chromium =
        spawn(
            Map.of("HOME", OUT.toString()),
            ProcessBuilder.Redirect.to(OUT.resolve("chromium.log").toFile()),
            "chromium",
            "--headless=new",
            "--no-sandbox", // for root, as in CI
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--hide-scrollbars",
            "--user-data-dir=" + profile,
            "--ignore-certificate-errors-spki-list="
                + Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(key)),
            "--remote-debugging-port=0",
            "about:blank");
    Path port = profile.resolve("DevToolsActivePort");
    await(
        "Chromium is up; see target/browser/chromium.log",
        () -> {
          check(chromium.isAlive(), "Chromium ended; see target/browser/chromium.log");
          return Files.exists(port) && Files.readString(port).lines().count() == 2;
        });
    HttpClient client = HttpClient.newHttpClient();
    URI list = URI.create("http://127.0.0.1:" + Files.readAllLines(port).get(0) + "/json/list");
    String targets =
        client
            .send(HttpRequest.newBuilder(list).build(), HttpResponse.BodyHandlers.ofString())
            .body();
    Matcher page = Pattern.compile("\"(ws://[^\"]+/devtools/page/[^\"]+)\"").matcher(targets);
    check(page.find(), targets);
    Browser browser = new Browser(chromium, client, URI.create(page.group(1)));
    for (String domain : List.of("Page", "Network", "Runtime", "Log", "Audits")) {
      browser.command(domain + ".enable", "{}");
    }
    return browser;
  }

  private Browser(Process process, HttpClient client, URI page) {
    this.process = process;
    socket = client.newWebSocketBuilder().buildAsync(page, new Listener(messages)).join();
  }

  private record Listener(BlockingQueue<String> messages, StringBuilder part)
      implements WebSocket.Listener {
    Listener(BlockingQueue<String> messages) {
      this(messages, new StringBuilder());
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean isLast) {
      part.append(data);
      if (isLast) {
        messages.add(part.toString());
        part.setLength(0);
      }
      socket.request(1);
      return null;
    }
  }

  @Override
  public void close() {
    socket.abort();
    end(process);
  }

  /** Sends a command and returns its answer; events in between are kept. */
  private String command(String method, String parameters) throws Exception {
    int id = ++lastId;
    socket
        .sendText(
            "{\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + parameters + "}", true)
        .join();
    String answer = receive("{\"id\":" + id + ",");
    check(!answer.contains("\"error\":{"), method + ": " + answer);
    return answer;
  }

  private String receive(String start) throws Exception {
    while (true) {
      String message = messages.poll(PATIENCE, TimeUnit.NANOSECONDS);
      check(message != null, "Chromium does not answer: " + start);
      if (message.startsWith(start)) {
        return message;
      }
      events.add(message);
    }
  }

  private void visit(String url) throws Exception {
    events.removeIf(event -> event.startsWith(LOADED));
    command("Page.navigate", "{\"url\":" + json(url) + "}");
    awaitLoaded();
  }

  private void click(String selector) throws Exception {
    String element = "document.querySelector(" + json(selector) + ")";
    evaluate(element + ".scrollIntoView()");
    String middle = "(r => [r.x + r.width / 2, r.y + r.height / 2].join())";
    String[] place = evaluate(middle + "(" + element + ".getBoundingClientRect())").split(",");
    String mouse = "{\"type\":\"%s\",\"x\":%s,\"y\":%s,\"button\":\"left\",\"clickCount\":1}";
    events.removeIf(event -> event.startsWith(LOADED));
    for (String type : List.of("mousePressed", "mouseReleased")) {
      command("Input.dispatchMouseEvent", mouse.formatted(type, place[0], place[1]));
    }
    awaitLoaded();
  }

  private void awaitLoaded() throws Exception {
    if (events.stream().noneMatch(event -> event.startsWith(LOADED))) {
      receive(LOADED);
    }
  }

  /** Evaluates JavaScript; returns its value, or that of its promise, as text. */
  private String evaluate(String script) throws Exception {
    String text =
        "Promise.resolve((0,eval)(" + json(script) + ")).then(v => encodeURIComponent(String(v)))";
    String answer =
        command(
            "Runtime.evaluate",
            "{\"awaitPromise\":true,\"returnByValue\":true,\"expression\":" + json(text) + "}");
    Matcher value = Pattern.compile("\"value\":\"([^\"]*)\"").matcher(answer);
    check(!answer.contains("exceptionDetails") && value.find(), answer);
    return URLDecoder.decode(value.group(1), StandardCharsets.UTF_8);
  }

  private List<String> requests() {
    return events.stream()
        .filter(event -> event.startsWith("{\"method\":\"Network.requestWillBeSent\""))
        .map(event -> event.replaceFirst("(?s).*?\"request\":\\{\"url\":\"([^\"]*)\".*", "$1"))
        .filter(url -> !url.startsWith("data:"))
        .toList();
  }

  /** Returns what a developer would see in the console. */
  private List<String> complaints() {
    List<String> kinds =
        List.of(
            "Runtime.consoleAPICalled",
            "Runtime.exceptionThrown",
            "Log.entryAdded",
            "Audits.issueAdded");
    return events.stream()
        .filter(event -> kinds.stream().anyMatch(kind -> event.startsWith("{\"method\":\"" + kind)))
        .toList();
  }

  private void dress(String size, String theme) throws Exception {
    int[] metrics = SIZES.get(size);
    command("Emulation.setDeviceMetricsOverride", metrics(metrics[0], metrics[1], metrics[2]));
    command(
        "Emulation.setEmulatedMedia",
        "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"" + theme + "\"}]}");
  }

  private static String metrics(int width, int height, int scale) {
    return "{\"width\":%d,\"height\":%d,\"deviceScaleFactor\":%d,\"mobile\":%b}"
        .formatted(width, height, scale, width < 500);
  }

  private void screenshot(String name) throws Exception {
    String answer = command("Page.captureScreenshot", "{\"format\":\"png\"}");
    Matcher data = Pattern.compile("\"data\":\"([^\"]+)\"").matcher(answer);
    check(data.find(), answer);
    Files.write(OUT.resolve(name + ".png"), Base64.getDecoder().decode(data.group(1)));
  }

  private static String json(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~' || c == '"' || c == '\\') {
        json.append("\\u%04x".formatted((int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }
}
