package lunchd.http;

/** What the service is for: put your own in place of {@code lunchd.lunch.LunchHandler}. */
public interface Handler {
  /**
   * Answers one request. Called at most once in the life of the process, on its main thread, with a
   * well-formed request of a known method; its content has not been read and can't be. The time it
   * takes counts against the exchange's deadline, but nothing interrupts it.
   *
   * @param request what was asked
   * @return the response, complete; for HEAD the same as for GET
   */
  Response handle(Request request);
}
