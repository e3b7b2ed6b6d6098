package lunchd.syntax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The classes of characters, and percent-encoding. */
final class AsciiSetTest {
  @Test
  void aSetHasItsMembersAndNoOtherCharacter() {
    String members = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    for (char c = 0; c < Character.MAX_VALUE; c++) {
      assertEquals(members.indexOf(c) >= 0, AsciiSet.UNRESERVED.has(c), "character " + (int) c);
    }
    assertTrue(AsciiSet.SENT_PATH.has('@'), "the first of the upper half");
  }

  @Test
  void aTextIsSpannedIfAllOfItIsMembers() {
    assertTrue(AsciiSet.DIGIT.spans("0123456789"));
    assertTrue(AsciiSet.DIGIT.spans(""));
    assertFalse(AsciiSet.DIGIT.spans("12a"));
    assertFalse(AsciiSet.DIGIT.spans("a12"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soup", "%00", "%fF", "so%75p%20", "%25%25"})
  void whatIsPercentEncodedIsSpannedToo(String text) {
    assertTrue(AsciiSet.UNRESERVED.spansEncoded(text), text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"%", "%2", "soup%", "soup%2", "%2g", "%g2", "%%20", "a b", "%20 ", " %20"})
  void whatIsNotQuitePercentEncodedIsNot(String text) {
    assertFalse(AsciiSet.UNRESERVED.spansEncoded(text), text);
  }

  @ParameterizedTest
  @CsvSource({
    "soup, soup",
    "so|up, so%7Cup",
    "a%20b, a%20b",
    "%, %25",
    "100%|%2, 100%25%7C%252",
    "%7c|, %7c%7C",
    "'\u0001', %01",
  })
  void encodesWhatIsNeitherAMemberNorEncoded(String text, String encoded) {
    assertEquals(encoded, AsciiSet.UNRESERVED.encode(text));
  }

  @ParameterizedTest
  @CsvSource({
    "soup, soup",
    "%73%6Fup, soup",
    "%7c%2f%ff, %7C%2F%FF",
    "a%20b, a%20b",
    "%, %",
    "%2, %2",
    "%6, %6",
    "%%41, %A",
    "%2541, %2541",
    "x%41, xA",
    "ü%41, üA",
  })
  void decodesEncodedMembers(String text, String decoded) {
    assertEquals(decoded, AsciiSet.UNRESERVED.decode(text));
  }
}
