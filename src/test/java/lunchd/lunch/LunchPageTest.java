package lunchd.lunch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lunchd.http.Response;
import org.junit.jupiter.api.Test;

/** The page, which loads nothing else. */
final class LunchPageTest {
  private static final Response PAGE = LunchPage.random("Soup");
  private static final String HTML = new String(PAGE.content(), StandardCharsets.UTF_8);

  @Test
  void fetchesNothingElse() {
    List<String> links =
        Pattern.compile("(?:href|src|url)[=(]\"?([^\" ]{1,5})")
            .matcher(HTML)
            .results()
            .map(link -> link.group(1))
            .toList();
    assertEquals("data:", links.get(0), "the icon, or a browser would ask for one");
    assertTrue(links.size() > 1, links::toString);
    assertTrue(links.stream().skip(1).allMatch(link -> link.startsWith("/")), links::toString);
    assertTrue(HTML.contains("<meta name=\"description\" content=\"Lunch as a Service "), HTML);
  }

  @Test
  void thePolicyForbidsAllButItsOwnStyle() throws NoSuchAlgorithmException {
    Matcher style = Pattern.compile("<style>(.*?)</style>", Pattern.DOTALL).matcher(HTML);
    assertTrue(style.find());
    byte[] digest =
        MessageDigest.getInstance("SHA-256")
            .digest(style.group(1).getBytes(StandardCharsets.UTF_8));
    assertEquals(
        List.of(
            "default-src 'none'",
            "style-src 'sha256-" + Base64.getEncoder().encodeToString(digest) + "'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'"),
        List.of(PAGE.field("Content-Security-Policy").split("; ")));
    assertFalse(style.find(), "one style, no other");
    assertFalse(HTML.contains("style="), "no style that the policy would refuse");
  }
}
