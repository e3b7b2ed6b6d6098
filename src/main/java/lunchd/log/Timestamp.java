package lunchd.log;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** UTC as in RFC 3339, without the formatter of java.time, which loads 50 classes. */
final class Timestamp {
  private Timestamp() {}

  static String inSeconds(Instant instant) {
    return upToSeconds(instant) + "Z";
  }

  static String inMillis(Instant instant) {
    int millis = instant.getNano() / 1_000_000;
    return upToSeconds(instant) + "." + Integer.toString(1_000 + millis).substring(1) + "Z";
  }

  private static String upToSeconds(Instant instant) {
    LocalDateTime t = LocalDateTime.ofEpochSecond(instant.getEpochSecond(), 0, ZoneOffset.UTC);
    return t.getSecond() == 0 ? t + ":00" : t.toString(); // which leaves out seconds of 0
  }
}
