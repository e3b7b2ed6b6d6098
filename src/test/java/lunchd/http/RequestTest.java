package lunchd.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a handler can get from a request. */
final class RequestTest {
  private static Request get(String target) {
    return Request.builder("GET", target).build();
  }

  private static Request form(String encoded) {
    return Request.builder("POST", "/").form(encoded).build();
  }

  // --- The query ------------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      value = {
        "q=tea               | tea",
        "q                   | ''",
        "q=                  | ''",
        "q==                 | =",
        "a=1&q=2&q=3         | 2",
        "q=green+tea         | green tea",
        "q=green%20tea%2B    | green tea+",
        "q=caf%C3%A9         | café",
        "%71=named           | named",
        "&&q=after           | after",
        "q=100%              | 100%",
        "q=%zz%4             | %zz%4",
        "q=%4                | %4",
        "q=%41%4             | A%4",
        "q=%FF               | \ufffd",
        "q=a%26b%3Dc         | a&b=c",
        "qq=no&q=yes         | yes",
      })
  void aParameterIsDecodedAsAForm(String query, String value) {
    assertEquals(value, get("/?" + query).parameter("q"));
    assertEquals(value, assertDoesNotFail(form(query)));
  }

  private static String assertDoesNotFail(Request request) {
    try {
      return request.form("q");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aParameterThatIsNotThere() {
    assertNull(get("/").parameter("q"));
    assertNull(get("/?").parameter("q"));
    assertNull(get("/?Q=1").parameter("q"));
    assertNull(get("/?=1").parameter("q"));
    assertEquals("1", get("/?=1").parameter(""));
    assertEquals(List.of(), get("/?a=1").parameters("q"));
  }

  @Test
  void allParametersOfAName() {
    assertEquals(List.of("1", "", "3"), get("/?q=1&a=2&q&q=3").parameters("q"));
    assertEquals(List.of("1", "2"), get("/?ids[]=1&ids%5B%5D=2").parameters("ids[]"));
  }

  /** As lunchd does for a request from the network. */
  @Test
  void aPathIsInItsNormalForm() {
    assertEquals("/tea~/%2Fcup%25", get("/%74ea%7e/%2fcup%25?q=%74").path());
    assertEquals("q=%74", get("/%74ea?q=%74").query());
  }

  @Test
  void pathAndQueryAreApart() {
    Request request = get("/tea?cups=2?3");
    assertEquals("/tea", request.path());
    assertEquals("cups=2?3", request.query());
    assertEquals("", get("/tea").query());
  }

  // --- Fields ---------------------------------------------------------------------------------

  @Test
  void aFieldHasItsNameInAnyCase() {
    Request request =
        Request.builder("GET", "/").field("X-Tea", "green").field("x-tea", "black").build();
    assertEquals("green", request.field("x-TEA"));
    assertNull(request.field("X-Coffee"));
    assertEquals(2, request.fields().size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "id=7              | 7",
        "a=1; id=7; id=8   | 7",
        "a=1;id=7          | 7",
        "id=\"7 8\"        | 7 8",
        "id=a=b            | a=b",
        "id=\"             | \"",
        "xid=1; id = 2     | 2",
        "id; id=3          | 3",
      })
  void aCookie(String field, String value) {
    assertEquals(value, Request.builder("GET", "/").field("Cookie", field).build().cookie("id"));
  }

  @Test
  void aCookieThatIsNotThere() {
    assertNull(get("/").cookie("id"));
    assertNull(Request.builder("GET", "/").field("Cookie", "ID=1; idx=2").build().cookie("id"));
    Request two =
        Request.builder("GET", "/").field("Cookie", "a=1").field("cookie", "id=2").build();
    assertEquals("2", two.cookie("id"));
  }

  @ParameterizedTest
  @CsvSource({"Lunch.Example:8443, lunch.example", "[2001:DB8::1]:443, [2001:db8::1]"})
  void theHostIsInLowerCaseWithoutItsPort(String field, String host) {
    assertEquals(host, Request.builder("GET", "/").field("Host", field).build().host());
    assertEquals("", get("/").host());
  }

  // --- Content --------------------------------------------------------------------------------

  @Test
  void contentUpToTheLimit() throws IOException {
    byte[] octets = {1, 2, 3};
    Request request = Request.builder("POST", "/").content(octets).build();
    assertArrayEquals(octets, request.content(3));
    assertArrayEquals(octets, request.content(4), "and again");
    assertEquals(413, assertThrows(Rejection.class, () -> request.content(2)).status());
    assertEquals(0, get("/").content(0).length);
  }

  @Test
  void aFormIsOfItsMediaTypeAlone() throws IOException {
    for (String type : List.of("text/plain", "multipart/form-data; boundary=x")) {
      Request other =
          Request.builder("POST", "/")
              .field("Content-Type", type)
              .content("q=tea".getBytes())
              .build();
      assertNull(other.form("q"), type);
    }
    assertNull(Request.builder("POST", "/").content("q=tea".getBytes()).build().form("q"));
    Request parameterized =
        Request.builder("POST", "/")
            .field("Content-Type", "Application/X-WWW-Form-URLEncoded ; charset=utf-8")
            .content("q=tea".getBytes())
            .build();
    assertEquals("tea", parameterized.form("q"));
  }

  @Test
  void aFormHasAtMost64KiB() throws IOException {
    String most = "q=" + "x".repeat(Request.MAX_FORM - 2);
    assertEquals(Request.MAX_FORM - 2, form(most).form("q").length());
    assertEquals(413, assertThrows(Rejection.class, () -> form(most + "x").form("q")).status());
  }

  // --- Who asks -------------------------------------------------------------------------------

  @Test
  void theClientIsSomebodyInPlaintextUnlessATestSaysOtherwise() {
    Client nobody = get("/").client();
    assertNull(nobody.address());
    assertFalse(nobody.isTls());
    InetSocketAddress address = new InetSocketAddress("192.0.2.7", 49152);
    assertEquals(address, Request.builder("GET", "/").from(address).build().client().address());
    Client tls = new Client(address, "TLSv1.3", "TLS_AES_128_GCM_SHA256", "tea.example");
    Request request = Request.builder("GET", "/").client(tls).build();
    assertTrue(request.client().isTls());
    assertEquals(tls, request.client());
  }

  @Test
  void theTimeLeft() {
    Duration left = Duration.ofMillis(250);
    assertEquals(left, Request.builder("GET", "/").timeLeft(left).build().timeLeft());
    assertEquals(Duration.ofSeconds(10), get("/").timeLeft());
  }
}
