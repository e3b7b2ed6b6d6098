package lunchd.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class HttpDateTest {
  private static final DateTimeFormatter IMF_FIXDATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  @Test
  void theExampleOfTheRfc() {
    assertEquals(
        "Sun, 06 Nov 1994 08:49:37 GMT", HttpDate.format(Instant.parse("1994-11-06T08:49:37Z")));
  }

  @Test
  void everyDayOfFourYears() {
    Instant start = Instant.parse("2024-01-01T23:59:59.999Z");
    for (int day = 0; day < 4 * 366; day++) {
      Instant instant = start.plusSeconds(day * 86_400L);
      assertEquals(IMF_FIXDATE.format(instant), HttpDate.format(instant));
    }
  }

  @Test
  void anySecondOfFourDigitYears() {
    Random random = new Random(25);
    long end = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
    for (int i = 0; i < 10_000; i++) {
      Instant instant = Instant.ofEpochSecond(random.nextLong(end));
      assertEquals(IMF_FIXDATE.format(instant), HttpDate.format(instant));
    }
  }
}
