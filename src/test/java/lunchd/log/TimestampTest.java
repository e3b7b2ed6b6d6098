package lunchd.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TimestampTest {
  @ParameterizedTest
  @CsvSource({
    "2026-11-25T01:02:03.456Z, 2026-11-25T01:02:03Z, 2026-11-25T01:02:03.456Z",
    "2026-11-25T01:02:00Z, 2026-11-25T01:02:00Z, 2026-11-25T01:02:00.000Z",
    "2026-01-01T00:00:00.007999Z, 2026-01-01T00:00:00Z, 2026-01-01T00:00:00.007Z",
    "2028-02-29T23:59:59.999999999Z, 2028-02-29T23:59:59Z, 2028-02-29T23:59:59.999Z",
  })
  void isOfFixedLength(Instant instant, String inSeconds, String inMillis) {
    assertEquals(inSeconds, Timestamp.inSeconds(instant));
    assertEquals(inMillis, Timestamp.inMillis(instant));
  }
}
