package lunchd.lunch;

import java.nio.file.Path;
import java.util.random.RandomGenerator;
import lunchd.http.Handler;
import lunchd.http.Page;
import lunchd.http.Request;
import lunchd.http.Response;
import lunchd.http.Status;
import lunchd.operator.Misconfiguration;

/** Decides what is for lunch. */
public final class LunchHandler implements Handler {
  private final Menu menu;
  private final RandomGenerator random;

  /**
   * Makes the handler.
   *
   * @param menu what there is
   * @param random decides
   */
  public LunchHandler(Menu menu, RandomGenerator random) {
    this.menu = menu;
    this.random = random;
  }

  /**
   * Makes the handler that the operator asked for.
   *
   * @param menu the file, or null for the menu that lunchd brings
   * @return the handler
   * @throws Misconfiguration if the menu can't be read or used
   */
  public static Handler open(Path menu) throws Misconfiguration {
    return new LunchHandler(Menu.read(menu), new KernelRandom());
  }

  @Override
  public Response handle(Request request) {
    if (request.method().equals("CONNECT") || request.path().isEmpty()) {
      return Response.methodNotAllowed();
    }
    if (!request.path().equals("/")) {
      return Response.error(Status.NOT_FOUND, "There is no such thing here, but lunch is at /.");
    }
    if (!request.method().equals("GET") && !request.isHead()) {
      return Response.methodNotAllowed();
    }
    String lunch = menu.draw(random);
    return Response.page(
        Status.OK, "Lunch as a Service", "<h1>" + Page.escape(lunch) + "</h1>\n", lunch);
  }
}
