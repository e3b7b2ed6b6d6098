package lunchd.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The test cases of RFC 4231 section 4, and what a client may send instead of a code. */
final class HmacTest {
  private static final byte[] KEY = "Jefe".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] MESSAGE =
      "what do ya want for nothing?".getBytes(StandardCharsets.US_ASCII);
  private static final String CODE =
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";

  @ParameterizedTest
  @CsvSource({
    "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b, 4869205468657265,"
        + " b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
    "4a656665, 7768617420646f2079612077616e7420666f72206e6f7468696e673f,"
        + " 5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    "0102030405060708090a0b0c0d0e0f10111213141516171819,"
        + " cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd,"
        + " 82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
  })
  void computesWhatTheRfcSays(String key, String message, String code) {
    HexFormat hex = HexFormat.of();
    assertEquals(code, hex.formatHex(Hmac.sha256(hex.parseHex(key), hex.parseHex(message))));
  }

  @Test
  void aCodeIsRightInEitherCase() {
    assertTrue(Hmac.isSha256(KEY, MESSAGE, CODE));
    assertTrue(Hmac.isSha256(KEY, MESSAGE, CODE.toUpperCase(java.util.Locale.ROOT)));
  }

  @Test
  void oneDigitMakesItWrong() {
    for (int i = 0; i < CODE.length(); i++) {
      char other = CODE.charAt(i) == '0' ? '1' : '0';
      String wrong = CODE.substring(0, i) + other + CODE.substring(i + 1);
      assertFalse(Hmac.isSha256(KEY, MESSAGE, wrong), wrong);
    }
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "5bdcc146",
        "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec384g",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec38430"
      })
  void whatIsNoCodeIsNeverRight(String given) {
    assertFalse(Hmac.isSha256(KEY, MESSAGE, given));
  }

  @Test
  void anEmptyKeyIsAnError() {
    assertThrows(IllegalArgumentException.class, () -> Hmac.isSha256(new byte[0], MESSAGE, CODE));
  }
}
