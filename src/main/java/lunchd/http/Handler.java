package lunchd.http;

/**
 * Answers a request: the one thing that a service must do. {@code lunchd.operator.Service} has what
 * else it may do.
 */
@FunctionalInterface
public interface Handler {
  /**
   * Answers one request. It is called at most once in the life of the process, on the main thread.
   * The time that it takes counts against the exchange's deadline ({@link
   * lunchd.http.Request#timeLeft()}), but nothing interrupts it.
   *
   * @param request what the client asked; its content has not been read yet
   * @return the response; for HEAD the same as for GET, since lunchd leaves the content out
   * @throws Rejection for an error with a status of its own, which the client is told in a sentence
   * @throws Exception for any other failure: the client gets a 500 without details, and the log the
   *     exception with the first frame of the handler's own code
   */
  Response handle(Request request) throws Exception;
}
