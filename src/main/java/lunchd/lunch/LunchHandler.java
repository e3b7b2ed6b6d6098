package lunchd.lunch;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.random.RandomGenerator;
import lunchd.http.Accept;
import lunchd.http.Handler;
import lunchd.http.Json;
import lunchd.http.Request;
import lunchd.http.Response;

/**
 * Decides what is for lunch: {@code /} at random, {@code /today} the same for everyone all day;
 * {@code /menu} lists the choices. Each comes as a page, as text or as JSON, whichever the client
 * prefers.
 */
final class LunchHandler implements Handler {
  private static final List<String> PATHS = List.of("/", "/today", "/menu");
  private static final String HTML = "text/html";
  private static final String TEXT = "text/plain";
  private static final String JSON = "application/json";

  private final Menu menu;
  private final RandomGenerator random;
  private final Instant now;
  private final ZoneId zone;

  /**
   * Makes the handler.
   *
   * @param menu what there is
   * @param random decides
   * @param now the time
   * @param zone where it is a date, or null for the system's zone
   */
  LunchHandler(Menu menu, RandomGenerator random, Instant now, ZoneId zone) {
    this.menu = menu;
    this.random = random;
    this.now = now;
    this.zone = zone;
  }

  @Override
  public Response handle(Request request) {
    if (request.method().equals("CONNECT") || request.path().isEmpty()) {
      return Response.methodNotAllowed("GET, HEAD");
    }
    if (!PATHS.contains(request.path())) {
      return LunchPage.notFound();
    }
    if (!request.method().equals("GET") && !request.isHead()) {
      return Response.methodNotAllowed("GET, HEAD");
    }
    String mediaType = Accept.of(request).choose(HTML, TEXT, JSON);
    Response response =
        mediaType == null
            ? Response.error(406, "This comes as text/html, text/plain and application/json.")
            : switch (request.path()) {
              case "/today" -> today(mediaType, request);
              case "/menu" -> menu(mediaType);
              default -> random(mediaType);
            };
    return response.with("Vary", "Accept");
  }

  private Response random(String mediaType) {
    Menu there = menu.hasDays() ? menu.on(dayOfWeek()) : menu;
    String lunch = there.draw(random);
    return mediaType.equals(HTML) ? LunchPage.random(lunch) : lunch(mediaType, lunch);
  }

  private Response today(String mediaType, Request request) {
    LocalDate date = date();
    DayRandom ofTheDay = new DayRandom(date, request.host());
    String lunch = menu.on(dayOfWeek()).draw(ofTheDay);
    return mediaType.equals(HTML) ? LunchPage.today(lunch, date) : lunch(mediaType, lunch);
  }

  private static Response ok() {
    return Response.of(200);
  }

  /** A day without lunch is null in JSON, and an empty line in text. */
  private static Response lunch(String mediaType, String lunch) {
    String name = lunch == null ? "" : lunch;
    return mediaType.equals(JSON)
        ? ok().json("{\"lunch\":" + (lunch == null ? "null" : Json.string(lunch)) + "}")
            .remark(name)
        : ok().text(name + "\n").remark(name);
  }

  private Response menu(String mediaType) {
    if (mediaType.equals(HTML)) {
      return LunchPage.menu(menu);
    }
    boolean isJson = mediaType.equals(JSON);
    StringBuilder list = new StringBuilder();
    for (Choice choice : menu.choices()) {
      if (isJson) {
        list.append(list.isEmpty() ? "" : ",").append(json(choice));
      } else {
        list.append(choice).append('\n');
      }
    }
    return isJson ? ok().json("{\"menu\":[" + list + "]}") : ok().text("" + list);
  }

  /** An object with name, weight and days; the last two only if they are not the default. */
  private static String json(Choice choice) {
    return "{\"name\":"
        + Json.string(choice.name())
        + (choice.weight() == 1 ? "" : ",\"weight\":" + choice.weight())
        + (choice.days().bits() == Days.ALL.bits()
            ? ""
            : ",\"days\":[" + choice.days().names("\"") + "]")
        + "}";
  }

  private LocalDate date() {
    return LocalDate.ofInstant(now, zone());
  }

  /**
   * 1 for Monday. Without LocalDate, which through java.time.Year makes formatters, of 50 classes.
   */
  private int dayOfWeek() {
    long seconds = now.getEpochSecond() + zone().getRules().getOffset(now).getTotalSeconds();
    return Math.floorMod(Math.floorDiv(seconds, 24L * 60 * 60) + 3, 7) + 1; // 1970: a Thursday
  }

  private ZoneId zone() {
    return zone == null ? ZoneId.systemDefault() : zone;
  }
}
