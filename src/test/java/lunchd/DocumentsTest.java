package lunchd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** README and the pages that it leads to. */
final class DocumentsTest {
  private static final Path README = Path.of("README.md");
  private static final Path PAGES = Path.of("src/main/doc");

  private static List<Path> pages() throws Exception {
    try (Stream<Path> files = Files.list(PAGES)) {
      return files.filter(file -> file.toString().endsWith(".md")).sorted().toList();
    }
  }

  /** Returns a document without its blocks of code. */
  private static String prose(Path document) throws Exception {
    return Files.readString(document).replaceAll("(?ms)^```.*?^```$", "");
  }

  private static List<String> links(Path document) throws Exception {
    return Pattern.compile("\\]\\(([^)\\s]+)\\)")
        .matcher(prose(document))
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  /** Returns what a link to each heading of a document ends in, as GitHub makes it. */
  private static Set<String> anchors(Path document) throws Exception {
    return Pattern.compile("(?m)^#+ (.*)$")
        .matcher(prose(document))
        .results()
        .map(match -> match.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void readmeFitsACoffee() throws Exception {
    long lines = Files.readAllLines(README).size();
    assertTrue(lines <= 250, lines + " lines; put what is new into a page of src/main/doc");
  }

  @Test
  void readmeLeadsToEveryPageAndToTheKeyInOneClick() throws Exception {
    List<String> links = links(README);
    for (Path page : pages()) {
      assertTrue(links.contains(page.toString()), page + " is not linked in README.md");
    }
    assertTrue(links.contains("src/main/doc/security.md#the-key"));
  }

  @Test
  void everyLinkLeadsSomewhere() throws Exception {
    List<Path> documents = new ArrayList<>(pages());
    documents.add(README);
    documents.add(Path.of("units/README.md"));
    List<String> broken = new ArrayList<>();
    int followed = 0;
    for (Path document : documents) {
      for (String link : links(document)) {
        if (link.startsWith("https://")) {
          continue;
        }
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]).normalize();
        if (!Files.exists(target) || parts.length > 1 && !anchors(target).contains(parts[1])) {
          broken.add(document + ": " + link);
        }
        followed++;
      }
    }
    assertEquals(List.of(), broken);
    assertFalse(followed < 30, "only " + followed + " links were found");
  }
}
