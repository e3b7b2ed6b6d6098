package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLSocket;
import lunchd.fixtures.Answer;
import lunchd.it.support.Child;
import lunchd.it.support.Dist;
import lunchd.it.support.Fixtures;
import lunchd.it.support.Handed;
import lunchd.it.support.JdkClient;
import lunchd.it.support.Lunchd;
import lunchd.it.support.Tool;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The projects that new-service makes, built by Maven without a network: unchanged, with README's
 * class, and with those of test-fixtures/services.
 */
class NewServiceIT {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final List<String> OFFLINE = List.of("-o", "-Daether.offline.protocols=file");
  private static final String FORM =
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
          + "Content-Length: %d\r\n\r\n%s";

  @TempDir private static Path directory;
  private static Path repository;
  private static Path jars;

  @BeforeAll
  static void build() throws Exception {
    repository = directory.resolve("repository");
    jars = directory.resolve("jars");
    String link = ". scripts/lib/repository.sh && link_repository \"$0\"";
    run(List.of(Tool.BASH.path(), "-c", "cd \"$1\" && " + link, repository + "", here() + ""));
    List<String> command = new ArrayList<>(List.of(here() + "/scripts/build-services", jars + ""));
    command.addAll(OFFLINE);
    run(command);
  }

  private static Path here() {
    return Path.of("").toAbsolutePath();
  }

  /** Runs it and asserts status 0. */
  private static void run(List<String> command) throws Exception {
    Child.Result result = result(command);
    assertEquals(0, result.status(), result.stdout() + result.stderr());
  }

  private static Child.Result result(List<String> command) throws Exception {
    Map<String, String> users = Map.of("MAVEN_REPOSITORY", System.getProperty("lunchd.repository"));
    try (Child child = Child.start(users, command)) {
      return child.result(PATIENCE);
    }
  }

  private static Child.Result maven(Path project, String... more) throws Exception {
    List<String> command = new ArrayList<>(List.of("mvn", "-q", "-B", "-f", project + "/pom.xml"));
    command.addAll(OFFLINE);
    command.add("-Dmaven.repo.local=" + repository);
    command.addAll(List.of(more));
    return result(command);
  }

  private static Path tea(String name) throws Exception {
    Path project = directory.resolve(name);
    run(List.of(Dist.BUILT.file("bin/new-service").toString(), "tea", project.toString()));
    return project;
  }

  private static List<String> files(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> tree.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void aProjectIsFourFilesAndBuildsAndTestsItself() throws Exception {
    Path project = tea("as-it-comes");
    assertEquals(
        List.of(
            "README.md", "pom.xml", "src/main/java/tea/Tea.java", "src/test/java/tea/TeaTest.java"),
        files(project));
    assertEquals(
        1,
        Pattern.compile("<scope>provided</scope>")
            .matcher(Files.readString(project.resolve("pom.xml")))
            .results()
            .count());
    Child.Result verified = maven(project, "verify");
    assertEquals(0, verified.status(), verified.stdout());
    String report = Files.readString(project.resolve("target/surefire-reports/tea.TeaTest.txt"));
    assertTrue(report.contains("Tests run: 3, Failures: 0, Errors: 0, Skipped: 0"), report);

    // Its test is a real one: another answer does not pass.
    Path handler = project.resolve("src/main/java/tea/Tea.java");
    Files.writeString(
        handler, Files.readString(handler).replace("<h1>\" + hello", "<h1>\" + name"));
    Child.Result refused = maven(project, "verify");
    assertNotEquals(0, refused.status());
    assertTrue(refused.stdout().contains("TeaTest.greetsByName"), refused.stdout());
  }

  @Test
  void readmesClassIsBuiltByMavenFromReadmesText() throws Exception {
    Matcher example =
        Pattern.compile("```java\n(package tea;.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("README.md")));
    assertTrue(example.find(), "README.md has the example");
    Path project = tea("readmes");
    Files.writeString(project.resolve("src/main/java/tea/Tea.java"), example.group(1));
    Child.Result built = maven(project, "verify"); // its test is new-service's
    assertEquals(0, built.status(), built.stdout());
    Child.Result result =
        serve(project.resolve("target/tea.jar"), "tea.Tea")
            .pipe("GET /?name=A%26B HTTP/1.1\r\nHost: x\r\n\r\n");
    Answer answer = Answer.parse(result.stdout());
    assertEquals(200, answer.status());
    assertTrue(answer.content().contains("<h1>Hello A&amp;B</h1>"), answer.content());
  }

  // --- The four services ----------------------------------------------------------------------

  private static Lunchd serve(Path jar, String handler, String... more) {
    return Lunchd.with("--jar", jar.toString(), "--handler", handler).and(more);
  }

  private static Lunchd service(String name, String... more) {
    String type = name.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + name.substring(1);
    return serve(jars.resolve(name + ".jar"), name + "." + type, more);
  }

  private static String form(String content) {
    return FORM.formatted(content.length(), content);
  }

  private static Answer answer(Child.Result result) {
    assertEquals(0, result.status(), result.stderr());
    assertEquals(1, result.stderr().lines().count(), "the cache is in use: " + result.stderr());
    return Answer.parse(result.stdout());
  }

  @Test
  void aWebhookTakesWhatIsSigned() throws Exception {
    Path secret = Files.writeString(directory.resolve("secret"), "hush\n");
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec("hush".getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
    String code = HexFormat.of().formatHex(mac.doFinal("{}".getBytes(StandardCharsets.US_ASCII)));
    String head = "POST / HTTP/1.1\r\nHost: x\r\nX-Hub-Signature-256: sha256=";
    Lunchd webhook = service("webhook").set("CREDENTIALS_DIRECTORY", secret.getParent().toString());
    String rest = "\r\nContent-Length: 2\r\n\r\n{}";
    Child.Result taken = webhook.pipe(head + code + rest);
    assertTrue(taken.stdout().startsWith("HTTP/1.1 204 "), taken.stdout());
    assertEquals(1, taken.stderr().lines().count(), taken.stderr());
    assertEquals(
        401, answer(webhook.pipe(head + code.replace(code.charAt(0), '_') + rest)).status());
    Child.Result without = service("webhook").pipe("");
    assertEquals(78, without.status());
    assertTrue(without.stderr().contains("give the unit service-secret.conf"), without.stderr());
  }

  @Test
  void aGuestBookKeepsEntries() throws Exception {
    Lunchd book = service("guestbook", "--book", directory.resolve("book").toString());
    assertEquals(303, answer(book.pipe(form("name=Ada&text=Lovely+cake"))).status());
    String page = answer(book.pipe("")).content();
    assertTrue(page.contains("<dt>Ada</dt><dd>Lovely cake</dd>"), page);
    Child.Result nowhere =
        service("guestbook", "--book", "/nowhere/book").pipe(form("name=a&text=b"));
    assertEquals(70, nowhere.status());
    assertTrue(nowhere.stderr().contains(" at guestbook.Guestbook$Book.sign("), nowhere.stderr());
  }

  @Test
  void aRedirectorGoesByItsFile() throws Exception {
    Path file = Files.writeString(directory.resolve("redirects"), "301 / /new\n");
    Lunchd redirector = service("redirector", "--redirects", file.toString());
    Answer moved = answer(redirector.pipe(""));
    assertEquals(301, moved.status());
    assertEquals("/new", moved.fields().get("location"));
    String report = redirector.and("--check").pipe("").stdout();
    assertTrue(report.contains("\nredirects: 1\n"), report);
    Files.writeString(file, "301\n");
    assertEquals(78, redirector.pipe("").status());
  }

  @Test
  void whoamiTellsWhatIsSeenOfAClient() throws Exception {
    assertTrue(answer(service("whoami").pipe("")).content().startsWith("address: none\n"));
    try (Handed handed = service("whoami").and(Fixtures.pair("p256")).tcp();
        SSLSocket client = JdkClient.over(handed.socket())) {
      Answer answer = Answer.parse(JdkClient.exchange(client, Answer.GET));
      assertTrue(
          answer
              .content()
              .startsWith(
                  "address: 127.0.0.1\nprotocol: TLSv1.3\ncipher-suite: "
                      + client.getSession().getCipherSuite()
                      + "\n"),
          answer.content());
    }
  }
}
