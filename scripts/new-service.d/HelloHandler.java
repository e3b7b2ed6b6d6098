package lunchd.hello;

import lunchd.http.Handler;
import lunchd.http.Request;
import lunchd.http.Response;
import lunchd.http.Status;

/** Says hello. Put in its place what your service is for. */
public final class HelloHandler implements Handler {
  /** Makes the handler: what it needs to know, such as a file, comes in here. */
  public HelloHandler() {}

  @Override
  public Response handle(Request request) {
    if (!request.method().equals("GET") && !request.isHead()) {
      return Response.methodNotAllowed("GET, HEAD");
    }
    if (!request.path().equals("/")) {
      return Response.error(Status.NOT_FOUND, "There is no such thing here.");
    }
    return Response.page(Status.OK, "Hello", "<h1>Hello</h1>\n", "what the log says of it");
  }
}
