package lunchd.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lunchd.syntax.AsciiSet;

/**
 * A well-formed request, RFC 9110 section 6, as a handler sees it. Its content is not read until
 * the handler asks for it; nothing else here waits for the client.
 */
public final class Request {
  /** The longest form that {@link #form} reads, in octets. */
  public static final int MAX_FORM = 64 * 1024;

  private static final String FORM = "application/x-www-form-urlencoded";

  private final String method;
  private final String path;
  private final String query;
  private final String host;
  private final List<Field> fields;
  private final Source source;

  /**
   * What the connection behind a request provides on demand. Handlers use the methods of {@link
   * Request}.
   */
  public interface Source {
    /**
     * Reads the content.
     *
     * @param limit the most octets that it may have
     * @return all of it; the same when it is asked for again
     * @throws Rejection 413 over the limit, 400 if it is malformed or cut short, 408 if it is late
     * @throws IOException if the client is gone
     */
    byte[] content(int limit) throws IOException;

    /** {@return who asks; never null} */
    Client client();

    /** {@return the time until the exchange's deadline; zero when it is over} */
    Duration timeLeft();
  }

  /**
   * Makes a request. lunchd does; a test uses {@link #builder}.
   *
   * @param method a token, RFC 9110 section 9; case matters
   * @param path see {@link #path}
   * @param query see {@link #query}
   * @param host see {@link #host}
   * @param fields the header fields, in the order they came
   * @param source the connection behind it
   */
  public Request(
      String method, String path, String query, String host, List<Field> fields, Source source) {
    this.method = method;
    this.path = path;
    this.query = query;
    this.host = host;
    this.fields = fields;
    this.source = source;
  }

  /**
   * Begins a request for a handler's test, without fields, content or address.
   *
   * @param method such as {@code GET}
   * @param target a path and, after a question mark, a query: both as they would be sent
   * @return what takes the rest of the request
   */
  public static Builder builder(String method, String target) {
    return new Builder(method, target);
  }

  /** {@return the method, such as {@code GET}; lunchd answers those it does not know with 501} */
  public String method() {
    return method;
  }

  /**
   * {@return the path, such as {@code /tea/green}; percent-encoded unreserved characters are
   * decoded (RFC 3986 section 6.2.2.2), the rest is as it came; empty for {@code OPTIONS *} and
   * CONNECT}
   */
  public String path() {
    return path;
  }

  /** {@return the query as it came, without its question mark; empty if there is none} */
  public String query() {
    return query;
  }

  /**
   * {@return the requested host, in lower case and without its port; an IPv6 address is in
   * brackets; empty if the client named none (HTTP/1.0)}
   */
  public String host() {
    return host;
  }

  /** {@return whether the method is HEAD} */
  public boolean isHead() {
    return method.equals("HEAD");
  }

  /**
   * Finds a header field.
   *
   * @param name its name, in any case
   * @return the value of the first field of that name, or null
   */
  public String field(String name) {
    return Field.first(fields, name);
  }

  /** {@return all header fields, in the order they came; at most 100, in 32 KiB} */
  public List<Field> fields() {
    return fields;
  }

  /**
   * Finds a parameter of the query, decoded as a form is: by the URL Standard's parser of {@code
   * application/x-www-form-urlencoded}. So {@code +} is a space, octets are taken as UTF-8, and a
   * malformed percent-encoding stays as it is.
   *
   * @param name its name, decoded
   * @return the first value of that name, empty for {@code ?name}; null if there is none
   */
  public String parameter(String name) {
    return UrlEncoded.first(query, name);
  }

  /**
   * Finds all parameters of a name in the query, see {@link #parameter}.
   *
   * @param name the name, decoded
   * @return their values, in the order they came; empty if there are none
   */
  public List<String> parameters(String name) {
    return UrlEncoded.all(query, name);
  }

  /**
   * Finds an entry of the form in the content, decoded as {@link #parameter} is. It reads the
   * content, if it has the media type {@code application/x-www-form-urlencoded}.
   *
   * @param name its name, decoded
   * @return the first value of that name; null if there is none, or the content is of another media
   *     type
   * @throws Rejection as {@link #content} does; the limit is {@link #MAX_FORM}
   * @throws IOException if the client is gone
   */
  public String form(String name) throws IOException {
    String type = field("Content-Type");
    int end = type == null ? -1 : type.indexOf(';');
    String mediaType = end < 0 ? type : type.substring(0, end);
    if (mediaType == null || !mediaType.strip().equalsIgnoreCase(FORM)) {
      return null;
    }
    return UrlEncoded.first(new String(content(MAX_FORM), StandardCharsets.ISO_8859_1), name);
  }

  /**
   * Finds a cookie, RFC 6265 section 4.2.
   *
   * @param name its name; case matters
   * @return the value of the first of that name, without quotation marks around it; or null
   */
  public String cookie(String name) {
    for (Field field : fields) {
      if (field.name().equalsIgnoreCase("Cookie")) {
        String value = cookie(field.value(), name);
        if (value != null) {
          return value;
        }
      }
    }
    return null;
  }

  private static String cookie(String pairs, String name) {
    for (int start = 0, end; start < pairs.length(); start = end + 1) {
      end = pairs.indexOf(';', start);
      end = end < 0 ? pairs.length() : end;
      int equals = pairs.indexOf('=', start);
      if (equals >= 0 && equals < end && pairs.substring(start, equals).strip().equals(name)) {
        String value = pairs.substring(equals + 1, end).strip();
        boolean isQuoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return isQuoted ? value.substring(1, value.length() - 1) : value;
      }
    }
    return null;
  }

  /**
   * Reads the content, and waits for the client to send it. A client that waits to be told ({@code
   * Expect: 100-continue}) is told to go on. If this throws, lunchd answers with the status of the
   * {@link Rejection}, whatever the handler does then.
   *
   * @param limit the most octets that the content may have
   * @return the content, without its chunks' framing; empty if there is none. The same octets when
   *     it is asked for again.
   * @throws Rejection 413 if there is more than the limit, as soon as that is known; 400 if it is
   *     cut short or has malformed chunks; 408 if it does not arrive before the deadline
   * @throws IOException if the client is gone
   */
  public byte[] content(int limit) throws IOException {
    return source.content(limit);
  }

  /** {@return who asks; never null} */
  public Client client() {
    return source.client();
  }

  /** {@return the time until the exchange's deadline ({@code --timeout}); zero when it is over} */
  public Duration timeLeft() {
    return source.timeLeft();
  }

  /** Makes a request for a test. */
  public static final class Builder {
    private static final Duration TIME_LEFT = Duration.ofSeconds(10);

    private final String method;
    private final String target;
    private final List<Field> fields = new ArrayList<>();
    private byte[] content = new byte[0];
    private Client client = new Client(null, null, null, null);
    private Duration timeLeft = TIME_LEFT;

    private Builder(String method, String target) {
      this.method = method;
      this.target = target;
    }

    /**
     * Adds a header field.
     *
     * @param name its name
     * @param value its value
     * @return this
     */
    public Builder field(String name, String value) {
      fields.add(new Field(name, value));
      return this;
    }

    /**
     * Gives the request content.
     *
     * @param octets the content
     * @return this
     */
    public Builder content(byte[] octets) {
      content = octets.clone();
      return this;
    }

    /**
     * Gives the request a form for its content, with the Content-Type of one.
     *
     * @param encoded such as {@code name=Ann&cups=2}, encoded as it would be sent
     * @return this
     */
    public Builder form(String encoded) {
      return field("Content-Type", FORM).content(encoded.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Sets the client; by default it has no address and speaks plaintext.
     *
     * @param who the client
     * @return this
     */
    public Builder client(Client who) {
      client = who;
      return this;
    }

    /**
     * Lets the request come in plaintext from an address.
     *
     * @param address the client's
     * @return this
     */
    public Builder from(InetSocketAddress address) {
      return client(new Client(address, null, null, null));
    }

    /**
     * Sets how much time is left; by default it is always ten seconds.
     *
     * @param left the time until the deadline
     * @return this
     */
    public Builder timeLeft(Duration left) {
      timeLeft = left;
      return this;
    }

    /** {@return the request} */
    public Request build() {
      int mark = target.indexOf('?');
      String host = Field.first(fields, "Host");
      return new Request(
          method,
          AsciiSet.UNRESERVED.decode(mark < 0 ? target : target.substring(0, mark)),
          mark < 0 ? "" : target.substring(mark + 1),
          host == null ? "" : host.toLowerCase(Locale.ROOT).replaceFirst(":[0-9]*$", ""),
          List.copyOf(fields),
          new Given(content, client, timeLeft));
    }
  }

  /** What a test has provided. */
  private record Given(byte[] octets, Client client, Duration timeLeft) implements Source {
    @Override
    public byte[] content(int limit) throws Rejection {
      if (octets.length > limit) {
        throw new Rejection(413, "The content is longer than " + limit + " octets.");
      }
      return octets;
    }
  }
}
