package lunchd.connection;

/**
 * The moment by which an exchange is over. One deadline bounds it as a whole, not each wait in it,
 * so a client gains nothing by trickling bytes.
 */
public final class Deadline {
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** How long, in milliseconds, even a late answer (408) may take to be sent and to arrive. */
  private static final long LAST_WORD = 250;

  private final long start;
  private final long end;
  private long stage; // no later than the end

  private Deadline(long start, long nanos) {
    this.start = start;
    this.end = start + nanos;
    this.stage = end;
  }

  /**
   * Starts the clock.
   *
   * @param millis how long from now, in milliseconds
   * @return the deadline
   */
  public static Deadline after(long millis) {
    return new Deadline(System.nanoTime(), millis * NANOS_PER_MILLI);
  }

  /**
   * Sets an earlier limit, until {@link #relax}, for what the client must send first.
   *
   * @param millis how long from the start, in milliseconds
   */
  public void hurry(long millis) {
    stage = Math.min(end, start + millis * NANOS_PER_MILLI);
  }

  /** Gives the rest of the exchange all the time that is left. */
  public void relax() {
    stage = end;
  }

  /** {@return the milliseconds left, rounded up; 0 or less when the time is over} */
  public long millisLeft() {
    return Math.ceilDiv(stage - System.nanoTime(), NANOS_PER_MILLI);
  }

  /** {@return the milliseconds left to send an answer; after the deadline, a last moment} */
  public long millisLeftToAnswer() {
    return Math.max(millisLeft(), LAST_WORD);
  }

  /** {@return the milliseconds since the clock was started} */
  public long millisSinceStart() {
    return (System.nanoTime() - start) / NANOS_PER_MILLI;
  }
}
