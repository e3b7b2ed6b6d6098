package lunchd.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class JsonTest {
  @Test
  void strings() {
    assertEquals("\"\"", Json.string(""));
    assertEquals(
        "\"Cr\u00e8me <br\u00fbl\u00e9e> & '\u5bff\u53f8' \ud83c\udf63 /\"",
        Json.string("Cr\u00e8me <br\u00fbl\u00e9e> & '\u5bff\u53f8' \ud83c\udf63 /"));
    assertEquals("\"Mac \\\"&\\\" Cheese \\\\o/\"", Json.string("Mac \"&\" Cheese \\o/"));
    assertEquals(
        "\"\\u0000\\u0009\\u000a\\u001b\\u001f \u007f\"", Json.string("\0\t\n\u001b\u001f \u007f"));
  }
}
