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
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** README and the pages that it links to. */
final class DocumentsTest {
  private static final Path README = Path.of("README.md");
  private static final Path PAGES = Path.of("src/main/doc");

  private static List<Path> pages() throws Exception {
    try (Stream<Path> files = Files.list(PAGES)) {
      return files.filter(file -> file.toString().endsWith(".md")).sorted().toList();
    }
  }

  /** Returns a document without its code blocks. */
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

  /** Returns the anchor of each heading in a document, as GitHub makes it. */
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

  /** Returns the texts of a chart, in order; fails unless any browser can show it. */
  private static List<String> texts(String chart) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    Element svg =
        factory.newDocumentBuilder().parse(PAGES.resolve(chart).toFile()).getDocumentElement();
    assertEquals("http://www.w3.org/2000/svg", svg.getNamespaceURI());
    assertEquals("title desc", svg.getAttribute("aria-labelledby"));
    assertTrue(svg.getTextContent().contains("prefers-color-scheme: dark"));
    double width = Double.parseDouble(svg.getAttribute("width"));
    List<String> texts = new ArrayList<>();
    NodeList elements = svg.getElementsByTagName("*");
    for (int i = 0; i < elements.getLength(); i++) {
      Element element = (Element) elements.item(i);
      String text = element.getTextContent();
      switch (element.getTagName()) {
        case "title", "desc" -> assertFalse(text.isBlank());
        case "text" -> {
          double letter = element.getAttribute("class").equals("title") ? 9.5 : 7.5; // at most
          double end = Double.parseDouble(element.getAttribute("x")) + letter * text.length();
          assertTrue(end < width, () -> "\"" + text + "\" leaves " + chart);
          texts.add(text);
        }
        default -> assertTrue(Set.of("style", "rect", "line").contains(element.getTagName()));
      }
    }
    return texts;
  }

  @Test
  void everyChartIsASoundPictureAndIsShown() throws Exception {
    for (String chart : List.of("start.svg", "comparison.svg")) {
      assertTrue(texts(chart).size() > 10, chart);
      assertTrue(links(README).contains(PAGES.resolve(chart).toString()), chart);
      assertTrue(links(PAGES.resolve("speed.md")).contains(chart), chart);
    }
  }

  /** Both come from one run of scripts/bench --compare --svg. */
  @Test
  void readmesFiguresAreThoseOfTheChart() throws Exception {
    List<String> texts = texts("comparison.svg");
    StringBuilder row = new StringBuilder("| connection to last byte, HTTPS |");
    for (String way : List.of("lunchd", "a handler in Go", "nginx in front of lunchd")) {
      row.append(' ').append(texts.get(texts.indexOf(way) + 1)).append(" |");
    }
    assertTrue(Files.readAllLines(README).contains(row.toString()), "README's row must be " + row);
  }

  /** What it is for, what it needs, and how long it takes. */
  @Test
  void everyScriptHasItsRow() throws Exception {
    String page = Files.readString(PAGES.resolve("scripts.md"));
    try (Stream<Path> files = Files.list(Path.of("scripts"))) {
      for (Path script : files.filter(Files::isRegularFile).toList()) {
        String name = Pattern.quote("`" + script.getFileName() + "`");
        Pattern row = Pattern.compile("(?m)^\\| [^|]*" + name + "[^|]*(\\| [^|]*\\w[^|]* ){3}\\|$");
        assertTrue(
            row.matcher(page).find(), script + " has no row in scripts.md, or not a whole one");
      }
    }
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
