package lunchd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** The package's copyright file lists everything that is bundled. */
final class CopyrightTest {
  private static List<MatchResult> all(String pattern, String text) {
    List<MatchResult> found = Pattern.compile(pattern).matcher(text).results().toList();
    assertFalse(found.isEmpty(), pattern);
    return found;
  }

  private static String copyright() throws Exception {
    return Files.readString(Path.of("src/main/debian/copyright"));
  }

  @Test
  void everyLibraryIsNamed() throws Exception {
    String copyright = copyright();
    NodeList libraries =
        (NodeList)
            XPathFactory.newInstance()
                .newXPath()
                .evaluate(
                    "/*/*[local-name()='dependencies']/*[not(*[local-name()='scope'] = 'test')]"
                        + "/*[local-name()='groupId']",
                    new InputSource("pom.xml"),
                    XPathConstants.NODESET);
    assertNotEquals(0, libraries.getLength());
    for (int i = 0; i < libraries.getLength(); i++) {
      String library = libraries.item(i).getTextContent();
      assertTrue(copyright.contains("\n " + library), library);
    }
  }

  @Test
  void everyNoticeOfTheRuntimeIsNamed() throws Exception {
    String copyright = copyright();
    Path legal = Path.of(System.getProperty("java.home"), "legal", "java.base");
    try (var files = Files.newDirectoryStream(legal, "*.md")) {
      List<String> notices = new ArrayList<>();
      files.forEach(file -> notices.add(file.getFileName().toString()));
      assertNotEquals(List.of(), notices);
      for (String notice : notices) {
        assertTrue(copyright.contains("\n " + notice + ":"), notice);
      }
    }
  }

  @Test
  void everyLicenceHasItsText() throws Exception {
    String copyright = copyright();
    Set<String> named =
        all("(?m)^Files: .*\n(?:[ A-Z].*\n)*?License: (.*)\n", copyright).stream()
            .flatMap(stanza -> Pattern.compile(" and ").splitAsStream(stanza.group(1)))
            .collect(Collectors.toSet());
    Set<String> texts =
        all("(?m)\n\nLicense: (.*)\n \\S", copyright).stream()
            .map(stanza -> stanza.group(1))
            .collect(Collectors.toSet());
    assertEquals(texts, named);
  }
}
