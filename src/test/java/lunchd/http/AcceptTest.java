package lunchd.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which of html, plain and json is sent; the server prefers the first. */
final class AcceptTest {
  private static String choose(String... values) {
    List<Field> fields = new ArrayList<>();
    for (String value : values) {
      fields.add(new Field("Accept", value));
    }
    return choose(fields);
  }

  private static String choose(List<Field> fields) {
    Request request = new Request("GET", "/", "", "", fields, null);
    String best = Accept.of(request).choose("text/html", "text/plain", "application/json");
    return best == null ? "none" : best.substring(best.indexOf('/') + 1);
  }

  @Test
  void withoutAFieldTheFavouriteIsSent() {
    assertEquals("html", choose());
    assertEquals("html", choose(List.of(new Field("Accept-Language", "application/json"))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          */*                                                        | html
          text/html                                                  | html
          text/plain                                                 | plain
          application/json                                           | json
          text/*                                                     | html
          application/*                                              | json
          image/png                                                  | none
          image/*, audio/*;q=0.5                                     | none
          TEXT/Plain                                                 | plain
          Application/*                                              | json
          # the greater weight wins
          text/html;q=0.5, text/plain                                | plain
          text/html;q=0.5, text/plain;q=0.501                        | plain
          text/html;q=0.1,text/plain;q=0.9,application/json;q=1.000  | json
          text/html;q=0.999, */*                                     | plain
          text/plain;Q=0.1, application/json;q=0.2                   | json
          text/plain ; q=0.1 , application/json ;q=0.2               | json
          text/plain;q=1., application/json;q=0.9                    | plain
          text/html;q=a, text/plain;q=0.1                            | plain
          text/html;a=\\b, text/plain;q=0.1                          | plain
          # a weight of zero is a refusal
          text/html;q=0, */*                                         | plain
          text/*;q=0, */*;q=0.1                                      | json
          text/html;q=0                                              | none
          */*;q=0                                                    | none
          */*;q=0.000, application/json                              | json
          text/html;q=0.0, text/plain;q=0, application/json;q=0.001  | json
          # of two ranges that match, the more precise one counts, wherever it stands
          text/*;q=1, text/html;q=0.2, */*;q=0.5                     | plain
          */*, text/*;q=0.1                                          | json
          */*;q=0.9, text/html;q=0.1, text/plain;q=0.1               | json
          text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, */*;q=0.5 | plain
          text/plain;charset=utf-8;q=0.1, text/plain, text/html;q=0.5 | html
          # of one weight, what the client named first
          application/json, text/html                                | json
          application/json, text/plain, */*                          | json
          */*, application/json                                      | html
          text/plain, text/html                                      | plain
          # a parameter that all text here has is met
          text/plain;charset=UTF-8                                   | plain
          text/plain; charset="utf-8"                                | plain
          application/json;charset=utf-8                             | json
          text/*;charset=utf-8                                       | html
          text/plain;charset=utf-8;q=0, text/plain, text/html;q=0.5  | html
          # any other is not, and the type is sent without it
          application/json; indent=2                                 | json
          application/json;odata=nometadata                          | json
          text/html;charset=iso-8859-1                               | html
          text/plain;format=flowed                                   | plain
          text/plain;format=flowed;charset=utf-8                     | plain
          text/html;level=1                                          | html
          text/*;level=1                                             | html
          */*;level=1                                                | html
          image/png;level=1                                          | none
          text/html;level=1;q=0.1, text/plain;q=0.2                  | plain
          text/html;level=1, text/plain;q=0.2                        | html
          application/json; indent=2, */*;q=0.1                      | json
          application/json;odata=nometadata, text/plain, */*         | json
          */*, application/json; indent=2                            | html
          # but what is met counts before it, wherever it stands
          text/html;level=1;q=0.9, text/html;q=0.1, text/plain;q=0.2 | plain
          text/html;q=0.1, text/html;level=1;q=0.9, text/plain;q=0.2 | plain
          text/html;level=1, text/html;q=0                           | none
          text/plain;format=flowed;charset=utf-8;q=0.9, text/plain;q=0.1, text/html;q=0.5 | html
          text/*;level=1, text/*;q=0                                 | none
          */*;level=1, */*;q=0, application/json                     | json
          */*;q=0.2, text/*;level=1;q=0.1                            | json
          # and a refusal of what is not here refuses nothing
          text/html;level=1;q=0, */*                                 | html
          text/plain;format=flowed;q=0, text/*                       | html
          text/html;level=1;q=0                                      | html
          # within quotes nothing ends
          text/plain;a="b,c;q=0.1", application/json;q=0.5           | plain
          text/plain;a="\\",text/html,", application/json;q=0.5      | plain
          image/png;a="\\",text/html,", application/json;q=0.5       | json
          text/plain;a="b;q=0.1";q=0.4, application/json;q=0.5       | json
          text/plain;q=0.5;ext=1, application/json;q=0.4             | plain
          text/plain;;q=0.5;, text/html;q=0.4                        | plain
          # empty members of the list are none
          , ,text/plain,                                             | plain
          # what browsers, axios, jQuery and Java's HttpURLConnection send
          text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8 | html
          application/json, text/javascript, */*; q=0.01             | json
          text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2       | html
          """)
  void theBest(String accept, String sent) {
    assertEquals(sent, choose(accept));
  }

  /** What is malformed is ignored; if nothing else is left, it is as if there were no field. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        "*",
        "json",
        "/",
        "text/",
        "/plain",
        "text/plain/x",
        "*/plain",
        "te xt/plain",
        "text/*n",
        "text/plain;q",
        "text/plain;q=",
        "text/plain;q=2",
        "text/plain;q=1.001",
        "text/plain;q=0.1234",
        "text/plain;q=.5",
        "text/plain;q=-1",
        "text/plain;q=\"1\"",
        "text/plain;q=1x",
        "text/plain;q=00.5",
        "text/plain;q =1",
        "text/plain;charset",
        "text/plain;=utf-8",
        "text/plain;a=",
        "text/plain;a=\"b",
      })
  void malformedRangesDoNotCount(String range) {
    assertEquals("html", choose(range));
    assertEquals("json", choose("application/json;q=0.1," + range));
  }

  @Test
  void severalFieldsAreOneList() {
    assertEquals("json", choose("text/html;q=0.1", "application/json"));
    assertEquals("plain", choose("image/png", "text/*;q=0.5", "text/html;q=0"));
    assertEquals(
        "json", choose(List.of(new Field("accept", "*"), new Field("ACCEPT", "application/json"))));
  }

  @Test
  void theLongestListThatCanComeIsRead() {
    assertEquals("json", choose("text/plain;q=0.1,".repeat(1_800) + "application/json"));
  }
}
