package lunchd.http1;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * IMF-fixdate, RFC 9110 section 5.6.7. Not DateTimeFormatter.RFC_1123_DATE_TIME: that loads some
 * hundred classes, and doesn't pad a day of one digit.
 */
final class HttpDate {
  private static final String DAYS = "MonTueWedThuFriSatSun";
  private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

  private HttpDate() {}

  static String format(Instant instant) {
    LocalDateTime t = LocalDateTime.ofEpochSecond(instant.getEpochSecond(), 0, ZoneOffset.UTC);
    StringBuilder date = new StringBuilder(29);
    // Not t.getDayOfWeek(): by way of java.time.Year that makes formatters, of 50 classes.
    long days = Math.floorDiv(instant.getEpochSecond(), 24L * 60 * 60);
    append(date, DAYS, Math.floorMod(days + 3, 7) + 1).append(", "); // 1970 began on a Thursday
    append(date, t.getDayOfMonth()).append(' ');
    append(date, MONTHS, t.getMonthValue()).append(' ').append(t.getYear()).append(' ');
    append(date, t.getHour()).append(':');
    append(date, t.getMinute()).append(':');
    return append(date, t.getSecond()).append(" GMT").toString();
  }

  private static StringBuilder append(StringBuilder date, String names, int number) {
    return date.append(names, 3 * number - 3, 3 * number);
  }

  private static StringBuilder append(StringBuilder date, int number) {
    return date.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
  }
}
