package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import lunchd.it.support.Dist;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** lib/lunchd.cdx.json, in CycloneDX, lists what is in the distribution, no more and no less. */
class BillOfMaterialsIT {
  private static final XPath XPATH = XPathFactory.newInstance().newXPath();

  private static String bill() throws Exception {
    Path bill = Dist.BUILT.file("lib/lunchd.cdx.json");
    assertTrue(Files.exists(bill), "built offline: Maven makes it only without -o");
    return Files.readString(bill);
  }

  /**
   * JSON by RFC 8259: if arrays and objects of values are replaced by values, one value is left.
   */
  @Test
  void isJson() throws Exception {
    String json =
        bill()
            .replaceAll("\"([^\"\\\\\\p{Cntrl}]|\\\\([\"\\\\/bfnrt]|u[0-9A-Fa-f]{4}))*+\"", "S")
            .replaceAll("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?|true|false|null", "V")
            .replaceAll("[ \t\r\n]+", "");
    for (String before = ""; !json.equals(before); ) {
      before = json;
      json = json.replaceAll("\\[([SV](,[SV])*)?]|\\{(S:[SV](,S:[SV])*)?}", "V");
    }
    assertEquals("V", json);
  }

  @Test
  void namesWhatIsInTheDistributionAndNothingElse() throws Exception {
    TreeSet<String> expected = dependencies();
    String vendor = System.getProperty("java.vendor").toLowerCase().replaceAll("[^a-z0-9]+", "-");
    String openJdk = System.getProperty("java.runtime.version").replace("+", "%2B");
    expected.add("pkg:generic/" + vendor + "/openjdk@" + openJdk);
    expected.add("pkg:generic/google/boringssl@" + boringSslVersion());
    List<String> named =
        strings("^ {6}\"purl\" : \"([^\"]+)\"", bill()).stream()
            .filter(purl -> !purl.startsWith("pkg:maven/lunchd/"))
            .sorted()
            .toList();
    assertEquals(List.copyOf(expected), named);
  }

  /** Everything that is listed as part of lunchd is described, and nothing else. */
  @Test
  void dependsOnItsComponents() throws Exception {
    String[] parts = bill().split("\n {2}\"dependencies\" : ");
    assertEquals(2, parts.length);
    List<String> components = strings("^ {6}\"bom-ref\" : \"(.+)\"", parts[0]);
    List<String> dependencies = strings("^ {8}\"(.+)\",?$", parts[1]);
    assertEquals(components.subList(1, components.size()), dependencies);
    assertEquals(components.subList(0, 1), strings("^ {6}\"ref\" : \"(.+)\"", parts[1]));
  }

  private static List<String> strings(String pattern, String text) {
    return Pattern.compile(pattern, Pattern.MULTILINE)
        .matcher(text)
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  @Test
  void theRuntimeHasItsVendor() throws Exception {
    String supplier =
        "\"supplier\" : {\n        \"name\" : \"%s\"\n      },\n      \"name\" : \"openjdk\""
            .formatted(System.getProperty("java.vendor"));
    assertTrue(bill().contains(supplier), supplier);
  }

  /** Returns the dependencies in the pom that are not for tests. */
  private static TreeSet<String> dependencies() throws Exception {
    Document pom = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse("pom.xml");
    NodeList nodes =
        (NodeList)
            XPATH.evaluate(
                "/project/dependencies/dependency[not(scope='test')]", pom, XPathConstants.NODESET);
    TreeSet<String> purls = new TreeSet<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      Node node = nodes.item(i);
      String property = XPATH.evaluate("version", node).replaceAll("[${}]", "");
      String version = XPATH.evaluate("/project/properties/" + property, pom);
      String group = XPATH.evaluate("groupId", node);
      String artifact = XPATH.evaluate("artifactId", node);
      purls.add(purl(group, artifact, version));
    }
    return purls;
  }

  private static String purl(String group, String artifact, String version) {
    return "pkg:maven/" + group + "/" + artifact + "@" + version + "?type=jar";
  }

  private static String boringSslVersion() throws Exception {
    Properties conscrypt = new Properties();
    try (InputStream in =
        BillOfMaterialsIT.class.getResourceAsStream("/org/conscrypt/conscrypt.properties")) {
      conscrypt.load(in);
    }
    return conscrypt.getProperty("org.conscrypt.boringssl.version");
  }
}
