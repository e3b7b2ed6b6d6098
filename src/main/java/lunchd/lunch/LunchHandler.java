package lunchd.lunch;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Locale;
import java.util.random.RandomGenerator;
import lunchd.http.Accept;
import lunchd.http.Handler;
import lunchd.http.Json;
import lunchd.http.Request;
import lunchd.http.Response;
import lunchd.http.Status;
import lunchd.operator.Misconfiguration;

/**
 * Decides what is for lunch: {@code /} at random, {@code /today} the same for everyone all day, and
 * {@code /menu} is what there is; each as a page, as text or as JSON, as the client would have it.
 */
public final class LunchHandler implements Handler {
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
  public LunchHandler(Menu menu, RandomGenerator random, Instant now, ZoneId zone) {
    this.menu = menu;
    this.random = random;
    this.now = now;
    this.zone = zone;
  }

  /**
   * Makes the handler that the operator asked for.
   *
   * @param menu the file, or null for the menu that lunchd brings
   * @param zone where today begins at midnight, or null for the system's zone
   * @return the handler
   * @throws Misconfiguration if the menu can't be read or used
   */
  public static Handler open(Path menu, ZoneId zone) throws Misconfiguration {
    return new LunchHandler(Menu.read(menu), new KernelRandom(), Instant.now(), zone);
  }

  @Override
  public Response handle(Request request) {
    if (request.method().equals("CONNECT") || request.path().isEmpty()) {
      return Response.methodNotAllowed();
    }
    boolean exists =
        switch (request.path()) {
          case "/", "/today", "/menu" -> true;
          default -> false;
        };
    if (!exists) {
      return LunchPage.notFound();
    }
    if (!request.method().equals("GET") && !request.isHead()) {
      return Response.methodNotAllowed();
    }
    String mediaType = Accept.of(request).choose(HTML, TEXT, JSON);
    Response response =
        mediaType == null
            ? Response.error(
                Status.NOT_ACCEPTABLE, "There is text/html, text/plain and application/json.")
            : switch (request.path()) {
              case "/today" -> today(mediaType, request);
              case "/menu" -> menu(mediaType);
              default -> random(mediaType);
            };
    return response.with(Accept.VARY);
  }

  private Response random(String mediaType) {
    Menu there = menu.hasDays() ? menu.on(date().getDayOfWeek().getValue()) : menu;
    String lunch = there.draw(random);
    return mediaType.equals(HTML) ? LunchPage.random(lunch) : lunch(mediaType, lunch);
  }

  private Response today(String mediaType, Request request) {
    LocalDate date = date();
    String host =
        request.authority() == null ? "" : request.authority().host().toLowerCase(Locale.ROOT);
    String lunch = menu.on(date.getDayOfWeek().getValue()).draw(new DayRandom(date, host));
    return mediaType.equals(HTML) ? LunchPage.today(lunch, date) : lunch(mediaType, lunch);
  }

  /** A day with no lunch is null in JSON, and an empty line. */
  private static Response lunch(String mediaType, String lunch) {
    String name = lunch == null ? "" : lunch;
    return mediaType.equals(JSON)
        ? Response.json("{\"lunch\":" + (lunch == null ? "null" : Json.string(lunch)) + "}", name)
        : Response.text(name + "\n", name);
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
    return isJson ? Response.json("{\"menu\":[" + list + "]}", "") : Response.text("" + list, "");
  }

  /** An object of name, weight and days, the last two where they are not the default. */
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
    return LocalDate.ofInstant(now, zone == null ? ZoneId.systemDefault() : zone);
  }
}
