package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lunchd.fixtures.Answer;
import lunchd.fixtures.Jars;
import lunchd.it.support.Child;
import lunchd.it.support.Dist;
import lunchd.it.support.Lunchd;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A user's handler, in a jar beside the unchanged distribution. */
class OwnHandlerIT {
  private static final String FORM =
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
          + "Content-Length: 12\r\n\r\nname=A%26B+C";

  @TempDir private static Path directory;
  private static String readmes;
  private static Path tea;
  private static Path odd;

  @BeforeAll
  static void compile() throws Exception {
    Matcher example =
        Pattern.compile("```java\n(package tea;.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("README.md")));
    assertTrue(example.find(), "README.md has the example");
    tea = Jars.jar(directory, "tea", example.group(1));
    readmes = example.group(1);
    odd =
        Jars.jar(
            directory,
            "odd",
            """
            package odd;

            import lunchd.http.*;
            import lunchd.operator.*;
            import org.apache.commons.cli.Options;

            public final class Odd implements Service {
              public Options options() {
                return new Options().addOption(Arguments.option("cups", "NUMBER", "how many"));
              }
              public Handler open(Arguments arguments) throws Misconfiguration {
                if ("13".equals(arguments.value("cups"))) {
                  Integer.parseInt("a baker's dozen");
                }
                int cups = arguments.number("cups", 1, 9, 2);
                return request -> {
                  if (request.path().equals("/fail")) {
                    return Integer.parseInt("tea") > 0 ? null : null;
                  }
                  if (request.path().equals("/modules")) {
                    return Response.of(200).text(ModuleLayer.boot().modules().toString());
                  }
                  if (request.path().equals("/mode")) {
                    return Response.of(200).text(System.getProperty("java.vm.info"));
                  }
                  if (request.path().equals("/resource")) {
                    try (var in = Odd.class.getResourceAsStream("Odd.class")) {
                      return Response.of(200).text(in.readAllBytes().length + " octets");
                    }
                  }
                  if (request.path().equals("/http")) {
                    var uri = java.net.URI.create("https://tea.example/");
                    var out = java.net.http.HttpRequest.newBuilder(uri).build();
                    return Response.of(200).text(out.toString());
                  }
                  if (request.method().equals("POST")) {
                    return Response.of(200).text(request.form("name"));
                  }
                  if (request.path().equals("/desktop")) {
                    return Response.of(200).text(new java.awt.Point(1, 2).toString());
                  }
                  return Response.of(200).text(cups + " cups, " + new org.tinylog.Level().text());
                };
              }
              public void check(Arguments arguments, Report report) throws Misconfiguration {
                report.line("cups", "" + arguments.number("cups", 1, 9, 2));
                report.warn("the tea is cold; make another");
              }
            }
            """,
            "package odd; public final class Nothing {}",
            "package odd; final class Hidden implements lunchd.http.Handler {"
                + " public lunchd.http.Response handle(lunchd.http.Request r) { return null; } }",
            "package odd; public final class Broken implements lunchd.http.Handler {"
                + " public Broken() { throw new IllegalStateException(\"no water\"); }"
                + " public lunchd.http.Response handle(lunchd.http.Request r) { return null; } }",
            // A class that lunchd has too, from another library: each must get its own.
            "package org.tinylog; public final class Level {"
                + " public String text() { return \"of the jar\"; } }");
  }

  private static Lunchd with(Path jar, String handler, String... more) {
    return Lunchd.with("--jar", jar.toString(), "--handler=" + handler).and(more);
  }

  @Test
  void readmesHandlerIsThatOfANewServiceAndAnswers() throws Exception {
    Path project = directory.resolve("project");
    String newService = Dist.BUILT.file("bin/new-service").toString();
    try (Child child = Child.start(Map.of(), List.of(newService, "tea", project.toString()))) {
      assertEquals(0, child.result().status());
    }
    assertEquals(Files.readString(project.resolve("src/main/java/tea/Tea.java")), readmes);

    String get = "GET /?name=A%26B+C HTTP/1.1\r\nHost: x\r\n\r\n";
    Child.Result result = with(tea, "tea.Tea").pipe(get);
    Answer answer = Answer.parse(result.stdout());
    assertEquals(200, answer.status());
    assertTrue(answer.content().contains("<h1>Hello A&amp;B C</h1>"), answer.content());
    assertEquals(0, result.status());
    assertEquals(1, result.stderr().lines().count(), "the cache is in use: " + result.stderr());
    assertEquals(405, Answer.parse(with(tea, "tea.Tea").pipe(FORM).stdout()).status());
  }

  @Test
  void aHandlerReadsAForm() throws Exception {
    Child.Result result = with(odd, "odd.Odd").pipe(FORM);
    assertEquals("A&B C", Answer.parse(result.stdout()).content());
  }

  @Test
  void aServiceHasOptionsOfItsOwnAndItsOwnLibraries() throws Exception {
    Child.Result result = with(odd, "odd.Odd", "--cups", "4").pipe("");
    assertEquals("4 cups, of the jar", Answer.parse(result.stdout()).content());
    String help = with(odd, "odd.Odd", "--help").pipe("").stdout();
    assertTrue(help.contains("--cups") && !help.contains("--menu"), help);
    String report = with(odd, "odd.Odd", "--check", "--cups=3").pipe("").stdout();
    assertTrue(report.contains("\ncups: 3\n"), report);
    assertTrue(report.endsWith("warning: the tea is cold; make another\n"), report);
    Child.Result bad = with(odd, "odd.Odd", "--cups", "many").pipe("");
    assertEquals(64, bad.status());
    assertEquals("", bad.stdout());
  }

  /**
   * Beside a warning of the cache, such as for another runtime, there is a line for the failure.
   */
  private static String onlyError(Child.Result result) {
    List<String> lines = result.stderr().lines().filter(l -> !l.contains("AOT cache")).toList();
    assertEquals(1, lines.size(), result.stderr());
    assertEquals(1, result.errors().size(), result.stderr());
    return result.errors().getFirst();
  }

  @Test
  void itsFailureIsA500AndALineWithItsOwnFrame() throws Exception {
    Child.Result result = with(odd, "odd.Odd").pipe("GET /fail HTTP/1.1\r\nHost: x\r\n\r\n");
    assertEquals(500, Answer.parse(result.stdout()).status());
    assertEquals(70, result.status());
    String line = onlyError(result);
    assertTrue(line.contains("\"GET /fail HTTP/1.1\" 500 "), line);
    assertTrue(line.contains("java.lang.NumberFormatException: For input string"), line);
    assertTrue(line.contains(" at odd.Odd.") && line.contains("(Odd.java:18)"), line);
  }

  @Test
  void aFailureWhileItIsOpenedIsItsOwnAndToldTheClient() throws Exception {
    Lunchd unlucky = with(odd, "odd.Odd", "--cups=13");
    Child.Result result = unlucky.pipe("");
    assertEquals(70, result.status());
    assertEquals("", result.stdout());
    String line = onlyError(result);
    assertTrue(line.contains("the service failed: java.lang.NumberFormatException: "), line);
    assertTrue(line.contains(" at odd.Odd.open(Odd.java:"), line);
    ExitStatusIT.tellsTheClient(unlucky, result);
  }

  /** Lunch is interpreted, other handlers are compiled, unless LUNCHD_JVM says otherwise. */
  @Test
  void aServiceGetsAJvmThatCompiles() throws Exception {
    String request = "GET /mode HTTP/1.1\r\nHost: x\r\n\r\n";
    Lunchd service = with(odd, "odd.Odd");
    assertTrue(Answer.parse(service.pipe(request).stdout()).content().startsWith("mixed mode"));
    Child.Result quick = service.set("LUNCHD_JVM", "jvm").pipe(request);
    assertTrue(Answer.parse(quick.stdout()).content().startsWith("interpreted mode"));
  }

  @Test
  void itsResourcesAreThoseOfItsJar() throws Exception {
    Child.Result result = with(odd, "odd.Odd").pipe("GET /resource HTTP/1.1\r\nHost: x\r\n\r\n");
    String content = Answer.parse(result.stdout()).content();
    Path type = odd.resolveSibling("classes/odd/Odd.class");
    assertEquals(Files.size(type) + " octets", content, result.stderr());
  }

  @Test
  void theModulesOfAnOrdinaryHandlerAreResolvedAndAnotherIsNamed() throws Exception {
    String request = "GET %s HTTP/1.1\r\nHost: x\r\n\r\n";
    Child.Result result = with(odd, "odd.Odd").pipe(request.formatted("/modules"));
    String modules = Answer.parse(result.stdout()).content();
    for (String name :
        List.of("logging", "management", "naming", "net.http", "sql", "xml", "base")) {
      assertTrue(modules.contains("module java." + name), modules);
    }
    assertTrue(modules.contains("module jdk.unsupported"), modules);
    assertEquals(1, result.stderr().lines().count(), "the cache is in use: " + result.stderr());
    Child.Result http = with(odd, "odd.Odd").pipe(request.formatted("/http"));
    assertEquals("https://tea.example/ GET", Answer.parse(http.stdout()).content());
    Child.Result missing = with(odd, "odd.Odd").pipe(request.formatted("/desktop"));
    assertEquals(500, Answer.parse(missing.stdout()).status());
    String line = onlyError(missing);
    assertTrue(line.contains("java/awt/Point"), line);
    assertTrue(
        line.contains("the class is not in the jar, or its module is not in lunchd's runtime"),
        line);
  }

  @ParameterizedTest
  @CsvSource({
    "odd.Missing, is not in --jar",
    "odd.Nothing, is neither a lunchd.http.Handler nor a lunchd.operator.Service",
    "odd.Hidden, is not a public class with a public constructor without parameters",
    "odd.Broken, can't be made: java.lang.IllegalStateException: no water",
  })
  void aClassThatIsNoHandlerIs78(String handler, String what) throws Exception {
    Child.Result result = with(odd, handler).pipe("");
    assertEquals(78, result.status());
    assertEquals("", result.stdout());
    assertEquals(1, result.stderr().lines().count(), result.stderr());
    assertTrue(result.stderr().contains("--handler " + handler + " " + what), result.stderr());
    ExitStatusIT.tellsTheClient(with(odd, handler), result);
  }

  /** Otherwise an environment variable could bring in other classes. */
  @Test
  void aClassPathOfTheEnvironmentIsNotTheHandlers() throws Exception {
    Child.Result result =
        Lunchd.with("--handler=tea.Tea").set("CLASSPATH", tea.toString()).pipe("");
    assertEquals(78, result.status(), result.stderr());
    assertTrue(result.stderr().contains("tea.Tea is not in lunchd; name its --jar"));
  }
}
