package lunchd.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class AlertTest {
  @ParameterizedTest
  @CsvSource({
    "13 03 03 00 01, UNEXPECTED_MESSAGE",
    "18 03 03 00 01, UNEXPECTED_MESSAGE",
    "ff 03 03 00 01, UNEXPECTED_MESSAGE",
    "16 03 03 41 01, RECORD_OVERFLOW",
    "17 03 03 ff ff, RECORD_OVERFLOW",
    "16 03 03 00 00, DECODE_ERROR",
    "16 02 00 00 01, DECODE_ERROR",
    "14 03 03 00 01,",
    "17 03 00 41 00,",
    "13 03 03 00,",
    "'',",
  })
  void againstWhatIsNoRecord(String header, Alert alert) {
    byte[] octets = HexFormat.of().parseHex("0000" + header.replace(" ", ""));
    assertEquals(alert, Alert.against(ByteBuffer.wrap(octets).position(2)));
  }

  @ParameterizedTest
  @EnumSource
  void isFatal(Alert alert) {
    byte[] octets = new byte[alert.record().remaining()];
    alert.record().get(octets);
    int description =
        switch (alert) {
          case UNEXPECTED_MESSAGE -> 10;
          case RECORD_OVERFLOW -> 22;
          case BAD_CERTIFICATE -> 42;
          case CERTIFICATE_EXPIRED -> 45;
          case CERTIFICATE_UNKNOWN -> 46;
          case UNKNOWN_CA -> 48;
          case DECODE_ERROR -> 50;
          case INTERNAL_ERROR -> 80;
          case NO_APPLICATION_PROTOCOL -> 120;
        };
    assertArrayEquals(new byte[] {21, 3, 3, 0, 2, 2, (byte) description}, octets);
  }

  @ParameterizedTest
  @CsvSource({
    "15 03 03 00 02 02 30, the client's alert unknown_ca",
    "15 03 03 00 02 01 5a, the client's alert 90",
    "15 03 03 00 02 02 ff 15, the client's alert 255",
    "15 03 03 00 02 02,",
    "15 03 03 00 13 02 30,",
    "16 03 03 00 02 02 30,",
    "'',",
  })
  void ofAClient(String record, String text) {
    byte[] octets = HexFormat.of().parseHex("0000" + record.replace(" ", ""));
    assertEquals(text, Alert.of(ByteBuffer.wrap(octets).position(2)));
  }
}
