package lunchd.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HostNameTest {
  private static final String LABEL = "a2345678".repeat(8).substring(1); // 63 characters
  private static final String LONG = (LABEL + ".").repeat(3) + LABEL.substring(2); // 253

  @ParameterizedTest
  @CsvSource({
    "a, a",
    "localhost, localhost",
    "a.example, a.example",
    "A.eXample, a.example",
    "AZ.az.09, az.az.09",
    "xn--bcher-kva.example, xn--bcher-kva.example",
    "a-b--c.example, a-b--c.example",
    "192.0.2.7, 192.0.2.7",
    "0, 0",
  })
  void inLowerCase(String sent, String name) {
    assertEquals(name, HostName.of(sent));
  }

  /** What a client could send to reach other files, or to confuse. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "...",
        ".a",
        "a.",
        "a..b",
        "../a.example",
        "a.example/..",
        "..a",
        "a/b",
        "/etc/passwd",
        "/",
        "a\\b",
        "_",
        "_.example",
        "_a.example",
        "a_b.example",
        "*",
        "*.example",
        "-",
        "-a.example",
        "a-.example",
        "a.-b",
        "a.b-",
        "~",
        "~root",
        "%2e%2e",
        "a%00",
        "a\0",
        "a\0.example",
        "a.example\n",
        " a.example",
        "a example",
        "a:443",
        "[::1]",
        "::1",
        "2001:db8::7",
        "a@b",
        "$HOME",
        "a;b",
        "`a`",
        "b\u00fccher.example",
        "\u212a.example", // the Kelvin sign, K in lower case
        "\u0130.example", // a capital I with a dot, i in lower case
        "a\u3002example", // an ideographic full stop
        "\uff0e\uff0e",
        "\u2215a",
        "a\u202eexample",
        "\ud83e\uddc0.example",
        "\ud800",
      })
  void whatElseIsNone(String sent) {
    assertNull(HostName.of(sent));
  }

  @Test
  void labelsHave63CharactersAndAll253() {
    assertEquals(63, LABEL.length());
    assertEquals(LABEL + ".example", HostName.of(LABEL + ".example"));
    assertNull(HostName.of(LABEL + "9.example"));
    assertNull(HostName.of("example." + LABEL + "9"));
    assertEquals(253, LONG.length());
    assertEquals(LONG, HostName.of(LONG));
    assertNull(HostName.of(LONG + "9"));
    assertNull(HostName.of("x".repeat(65_535)));
  }

  @Test
  void aWildcardStandsForTheFirstLabelOfSeveral() {
    assertEquals("_.example", HostName.withFirst("_", "a.example"));
    assertEquals("_.b.example", HostName.withFirst("_", "a.b.example"));
    assertNull(HostName.withFirst("_", "localhost"));
  }
}
