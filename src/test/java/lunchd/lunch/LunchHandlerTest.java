package lunchd.lunch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import lunchd.http.Field;
import lunchd.http.Request;
import lunchd.http.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LunchHandlerTest {
  /** A Monday. */
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  private static final String HOST = "lunch.example";

  private static Menu menu(String... lines) {
    return new Menu(Stream.of(lines).map(Choice::parse).toList());
  }

  private static Response answer(Menu menu, String method, String path) {
    return handler(menu, NOW).handle(Request.builder(method, path).build());
  }

  private static String text(Response response) {
    return new String(response.content(), StandardCharsets.UTF_8);
  }

  private static LunchHandler handler(Menu menu, Instant now) {
    return new LunchHandler(menu, new Random(25), now, ZoneOffset.UTC);
  }

  private static Request get(String path, String host, String accept) {
    Request.Builder request = Request.builder("GET", path);
    if (host != null) {
      request.field("Host", host);
    }
    if (accept != null) {
      request.field("Accept", accept);
    }
    return request.build();
  }

  private static Response get(Menu menu, String path, String accept) {
    return handler(menu, NOW).handle(get(path, HOST, accept));
  }

  /** Returns the lunch of the day, that many days after NOW. */
  private static String today(Menu menu, String host, int days) {
    LunchHandler then = handler(menu, NOW.plusSeconds(days * 86_400L));
    return text(then.handle(get("/today", host, "text/plain"))).strip();
  }

  private static String vary(Response response) {
    return response.fields().stream()
        .filter(field -> field.name().equals("Vary"))
        .map(Field::value)
        .reduce("", String::concat);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /, 200",
    "HEAD, /, 200",
    "GET, /today, 200",
    "HEAD, /today, 200",
    "GET, /menu, 200",
    "HEAD, /menu, 200",
    "GET, /soup, 404",
    "GET, /today/, 404",
    "POST, /soup, 404",
    "POST, /, 405",
    "POST, /today, 405",
    "DELETE, /menu, 405",
    "PATCH, /, 405",
    "OPTIONS, '', 405",
    "CONNECT, '', 405",
  })
  void whatIsAnswered(String method, String path, int status) {
    assertEquals(status, answer(Menu.DEFAULT, method, path).status());
  }

  @Test
  void theLunchIsEscapedInThePageAndPlainInTheLog() {
    Response response = answer(Menu.of("<b>Mac & \"Cheese\"</b> d'oeuvre"), "GET", "/");
    String html = "&lt;b&gt;Mac &amp; &quot;Cheese&quot;&lt;/b&gt; d&#39;oeuvre";
    assertTrue(text(response).contains("<h1>" + html + "</h1>"), text(response));
    assertTrue(text(response).contains("<title>" + html + " - "), text(response));
    assertEquals("<b>Mac & \"Cheese\"</b> d'oeuvre", response.remark());
  }

  // --- Pages, text and JSON -------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"/", "/today"})
  void aLunchInEveryType(String path) {
    Menu menu = Menu.of("Mac & \"Cheese\"");
    for (String accept : new String[] {null, "*/*", "text/html"}) {
      Response html = get(menu, path, accept);
      assertEquals("text/html; charset=utf-8", html.field("Content-Type"));
      assertTrue(text(html).contains("<h1>Mac &amp; &quot;Cheese&quot;</h1>"));
      assertEquals("Accept", vary(html));
    }
    Response text = get(menu, path, "text/plain");
    assertEquals("text/plain; charset=utf-8", text.field("Content-Type"));
    assertEquals("Mac & \"Cheese\"\n", text(text));
    assertEquals("Accept", vary(text));
    Response json = get(menu, path, "application/json");
    assertEquals("application/json", json.field("Content-Type"));
    assertEquals("{\"lunch\":\"Mac & \\\"Cheese\\\"\"}", text(json));
    assertEquals("Accept", vary(json));
    for (Response response : List.of(text, json)) {
      assertEquals(200, response.status());
      assertEquals("Mac & \"Cheese\"", response.remark());
    }
  }

  @Test
  void theMenuInEveryType() {
    Menu menu = menu("<Soup> x3", "\"Fish\" [fri,sat]", "<Soup>");
    Response html = get(menu, "/menu", null);
    assertTrue(
        text(html)
            .contains(
                "<li>&lt;Soup&gt;</li>\n"
                    + "<li>&quot;Fish&quot; <small>Fri, Sat</small></li>\n"
                    + "<li>&lt;Soup&gt;</li>\n"),
        text(html));
    assertEquals("<Soup> x3\n\"Fish\" [fri,sat]\n<Soup>\n", text(get(menu, "/menu", "text/plain")));
    assertEquals(
        "{\"menu\":[{\"name\":\"<Soup>\",\"weight\":3},"
            + "{\"name\":\"\\\"Fish\\\"\",\"days\":[\"fri\",\"sat\"]},"
            + "{\"name\":\"<Soup>\"}]}",
        text(get(menu, "/menu", "application/json")));
    assertEquals("Accept", vary(html));
  }

  /** The text of a menu is a menu again; {@code -} for a line that is its own. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Soup                         | -
          Soup x1                      | Soup
          Soup x1000                   | -
          Stew [MON,wed-thu] x2        | Stew x2 [mon,wed,thu]
          Fish [sat-mon]               | Fish [mon,sat,sun]
          Fish [mon-sun]               | Fish
          x3                           | -
          [fri]                        | -
          Surprise [box] x2 [mon-sun]  | Surprise [box] x2 [mon,tue,wed,thu,fri,sat,sun]
          Fish [fri] [mon-sun]         | Fish [fri] x1 [mon,tue,wed,thu,fri,sat,sun]
          Formula x1 x1                | Formula x1 x1 [mon,tue,wed,thu,fri,sat,sun]
          Formula x0 x5 [fri]          | -
          Soup xl                      | -
          Soup[fri]                    | -
          """)
  void theTextOfAMenuIsItsFileAgain(String line, String text) {
    Choice choice = Choice.parse(line);
    String written = text(get(menu(line), "/menu", "text/plain")).strip();
    assertEquals(text.equals("-") ? line : text, written);
    assertEquals(choice, Choice.parse(written));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/today", "/menu"})
  void whereNothingIsAcceptableThePageSaysWhatThereIs(String path) {
    Response response = get(Menu.DEFAULT, path, "image/png, text/html;q=0");
    assertEquals(406, response.status());
    assertTrue(text(response).contains("text/html, text/plain and application/json"));
    assertEquals("Accept", vary(response));
  }

  /** An error is an HTML page whatever the client accepts, so it has no Vary field. */
  @Test
  void errorsArePages() {
    Response response = get(Menu.DEFAULT, "/soup", "application/json");
    assertEquals(404, response.status());
    assertEquals("text/html; charset=utf-8", response.field("Content-Type"));
    assertEquals("", vary(response));
  }

  @Test
  void everyPageLeadsToTheOthers() {
    for (String path : List.of("/", "/today", "/menu", "/soup")) {
      String content = text(get(Menu.DEFAULT, path, null));
      assertTrue(content.contains("<form action=\"/\"><input type=\"submit\" value=\""), content);
      assertEquals(!path.equals("/today"), content.contains("href=\"/today\""), content);
      assertEquals(!path.equals("/menu"), content.contains("href=\"/menu\""), content);
    }
  }

  // --- Today ----------------------------------------------------------------------------------

  @Test
  void todayIsTheSameForEveryoneAllDay() {
    for (int day = 0; day < 30; day++) {
      Set<String> lunches = new HashSet<>();
      for (int hour = -12; hour < 12; hour++) { // of a day that is 12 hours old
        Instant now = NOW.plusSeconds(86_400L * day + 3_600L * hour);
        LunchHandler handler =
            new LunchHandler(Menu.DEFAULT, new Random(hour), now, ZoneOffset.UTC);
        lunches.add(text(handler.handle(get("/today", HOST, "text/plain"))));
        lunches.add(text(handler.handle(get("/today", "LUNCH.Example", "text/plain"))));
      }
      assertEquals(1, lunches.size(), lunches::toString);
    }
  }

  /** An upgrade must not change these in the middle of a day. */
  @Test
  void todayIsWhatItWas() {
    List<String> week =
        Stream.of(0, 1, 2, 3, 4, 5, 6).map(i -> today(Menu.DEFAULT, HOST, i)).toList();
    assertEquals(
        List.of("Sandwich", "Sushi", "Burger", "Salad", "Salad", "Sandwich", "Burger"), week);
  }

  @Test
  void everyHostHasItsOwnToday() {
    assertNotEquals(
        Stream.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9).map(i -> today(Menu.DEFAULT, HOST, i)).toList(),
        Stream.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9).map(i -> today(Menu.DEFAULT, "b.c", i)).toList());
    String lunch = today(Menu.DEFAULT, null, 0);
    assertTrue(Menu.DEFAULT.choices().contains(Choice.parse(lunch)), "HTTP/1.0 has none");
  }

  @Test
  void todayIsEvenOverTheMenu() {
    Menu weighted = menu("Sandwich x10", "Soup", "Salad x3", "Burger x2", "Sushi");
    for (String host : List.of(HOST, "localhost", "192.0.2.7", "[::1]", "a")) {
      ChiSquared.assertFits(Menu.DEFAULT, day -> today(Menu.DEFAULT, host, day));
      ChiSquared.assertFits(weighted, day -> today(weighted, host, day));
      assertFalse(ChiSquared.fits(weighted, day -> today(Menu.DEFAULT, host, day)), "can fail");
    }
    ChiSquared.assertFits(Menu.DEFAULT, i -> today(Menu.DEFAULT, "host-" + i, 0));
  }

  /**
   * With five choices, the next day's is the same with a probability of 1/5: about 200 of 1,000.
   */
  @Test
  void oneDaySaysNothingOfTheNext() {
    int same = 0;
    for (int day = 0; day < 1_000; day++) {
      same += today(Menu.DEFAULT, HOST, day).equals(today(Menu.DEFAULT, HOST, day + 1)) ? 1 : 0;
    }
    assertTrue(same > 135 && same < 265, "five standard deviations: " + same);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-23T23:59:59Z, UTC, 2026-11-23",
    "2026-11-24T00:00:00Z, UTC, 2026-11-24",
    "2026-11-23T22:59:59Z, Europe/Berlin, 2026-11-23",
    "2026-11-23T23:00:00Z, Europe/Berlin, 2026-11-24",
    "2026-07-23T22:00:00Z, Europe/Berlin, 2026-07-24",
    "2026-11-23T10:30:00Z, Pacific/Kiritimati, 2026-11-24",
    "2026-11-23T10:30:00Z, Pacific/Pago_Pago, 2026-11-22",
  })
  void todayBeginsAtMidnightOfTheTimeZone(Instant now, ZoneId zone, LocalDate date) {
    Menu menu =
        menu(
            Stream.of(DayOfWeek.values())
                .map(
                    day ->
                        day + " [" + day.toString().toLowerCase(Locale.ROOT).substring(0, 3) + "]")
                .toArray(String[]::new));
    LunchHandler handler = new LunchHandler(menu, new Random(25), now, zone);
    for (String path : List.of("/", "/today")) {
      assertEquals(date.getDayOfWeek() + "\n", text(handler.handle(get(path, HOST, "text/plain"))));
    }
    String page = text(handler.handle(get("/today", HOST, null)));
    assertTrue(page.contains("<time>" + date + "</time>"), page);
  }

  @Test
  void withoutATimeZoneItIsTheSystems() {
    LunchHandler handler = new LunchHandler(Menu.DEFAULT, new Random(25), NOW, null);
    String page = text(handler.handle(get("/today", HOST, null)));
    String date = LocalDate.ofInstant(NOW, ZoneId.systemDefault()).toString();
    assertTrue(page.contains("<time>" + date + "</time>"), page);
  }

  @Test
  void whatIsNotThereTodayIsNotDrawn() {
    Menu menu = menu("Soup [mon]", "Fish x1000 [fri]", "Salad");
    Set<String> lunches = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      LunchHandler handler = new LunchHandler(menu, new Random(i), NOW, ZoneOffset.UTC);
      lunches.add(text(handler.handle(get("/", HOST, "text/plain"))).strip());
      lunches.add(today(menu, HOST, 7 * i));
    }
    assertEquals(Set.of("Soup", "Salad"), lunches);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/today"})
  void aDayWithoutLunch(String path) {
    Menu menu = menu("Fish [fri]", "Soup [tue-thu]");
    Response page = get(menu, path, null);
    assertEquals(200, page.status());
    assertTrue(text(page).contains("<h1>Nothing</h1>"), text(page));
    assertTrue(text(page).contains("here is no lunch"), text(page));
    assertEquals("\n", text(get(menu, path, "text/plain")));
    assertEquals("{\"lunch\":null}", text(get(menu, path, "application/json")));
    assertEquals("", page.remark());
    assertEquals("Fish [fri]\nSoup [tue,wed,thu]\n", text(get(menu, "/menu", "text/plain")));
  }
}
