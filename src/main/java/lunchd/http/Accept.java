package lunchd.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import lunchd.syntax.AsciiSet;

/**
 * What a client prefers: the Accept field, RFC 9110 section 12.5.1. A response that depends on it
 * should say so in the field {@code Vary: Accept}.
 *
 * <p>A malformed range is ignored. The only parameter that is ever met is {@code charset=utf-8}, as
 * every text is sent in it. Any other, such as {@code indent=2}, can't be met, and the type is sent
 * without it, which is better than nothing. Such a range counts less than the same range without
 * the parameter, and with a weight of 0 it refuses nothing.
 */
public final class Accept {
  private static final int NONE = -1;

  /** How precise a range is; by {@link #UNMET} less where it has a parameter that is not met. */
  private static final int ANY = 1;

  private static final int TYPE = 3;
  private static final int SUBTYPE = 5;
  private static final int PARAMETER = 7;
  private static final int UNMET = 1;

  /**
   * A media range and its weight.
   *
   * @param name a media type in lower case; or what it begins with, such as {@code text/} or
   *     nothing
   * @param precision the greater, the more precise
   * @param weight in thousandths
   */
  private record Range(String name, int precision, int weight) {
    boolean matches(String mediaType) {
      return name.isEmpty() || name.endsWith("/")
          ? mediaType.startsWith(name)
          : mediaType.equals(name);
    }
  }

  private final List<Range> ranges = new ArrayList<>();

  private Accept() {}

  /**
   * Reads the Accept fields of a request, which together are one list.
   *
   * @param request what was asked
   * @return its preferences; none where there is no such field, or nothing well-formed in it
   */
  public static Accept of(Request request) {
    Accept accept = new Accept();
    for (Field field : request.fields()) {
      if (field.name().equalsIgnoreCase("Accept")) {
        accept.list(field.value());
      }
    }
    return accept;
  }

  /**
   * Chooses what to send.
   *
   * @param offers media types in lower case, without parameters, the server's favourite first
   * @return the one of the greatest weight; of several, that which the client named first; of
   *     several of the same range, that which is offered first; null if none is acceptable
   */
  public String choose(String... offers) {
    if (ranges.isEmpty()) {
      return offers[0];
    }
    String best = null;
    int bestWeight = 0;
    int bestPlace = 0;
    for (String offer : offers) {
      int place = place(offer);
      int weight = place == NONE ? 0 : ranges.get(place).weight;
      if (weight > bestWeight || weight == bestWeight && weight > 0 && place < bestPlace) {
        best = offer;
        bestWeight = weight;
        bestPlace = place;
      }
    }
    return best;
  }

  /** Finds the range that counts for a type: the most precise one that matches. */
  private int place(String mediaType) {
    int place = NONE;
    for (int i = 0; i < ranges.size(); i++) {
      Range range = ranges.get(i);
      if (range.matches(mediaType)
          && (place == NONE || range.precision > ranges.get(place).precision)) {
        place = i;
      }
    }
    return place;
  }

  /** #( media-range [ weight ] ), RFC 9110 sections 5.6.1 and 12.5.1. */
  private void list(String value) {
    for (int start = 0, end; start < value.length(); start = end + 1) {
      end = end(value, start, ',');
      Range range = range(value.substring(start, end));
      if (range != null) {
        ranges.add(range);
      }
    }
  }

  /** media-range [ weight ]; null if it is malformed, or refuses what is not here anyway. */
  private static Range range(String member) {
    int end = end(member, 0, ';');
    String name = member.substring(0, end).strip().toLowerCase(Locale.ROOT);
    int precision = precision(name);
    boolean isMet = true;
    boolean isUtf8 = false;
    int weight = precision == NONE ? NONE : 1_000;
    for (int start = end + 1; start < member.length() && weight != NONE; start = end + 1) {
      end = end(member, start, ';');
      String parameter = member.substring(start, end).strip().toLowerCase(Locale.ROOT);
      if (parameter.startsWith("q=")) {
        weight = weight(parameter.substring(2));
        break; // what follows was an extension in older RFCs, and is ignored
      }
      if (parameter.equals("charset=utf-8") || parameter.equals("charset=\"utf-8\"")) {
        isUtf8 = true;
      } else if (isParameter(parameter)) {
        isMet = false;
      } else if (!parameter.isEmpty()) {
        weight = NONE;
      }
    }
    if (weight == NONE || weight == 0 && !isMet) {
      return null;
    }
    if (!isMet) {
      precision -= UNMET;
    } else if (isUtf8 && precision == SUBTYPE) {
      precision = PARAMETER;
    }
    int star = name.indexOf('*');
    return new Range(star < 0 ? name : name.substring(0, star), precision, weight);
  }

  private static int precision(String name) {
    int slash = name.indexOf('/');
    if (slash <= 0
        || slash == name.length() - 1
        || !AsciiSet.TCHAR.spans(name.substring(0, slash))
        || !AsciiSet.TCHAR.spans(name.substring(slash + 1))) {
      return NONE;
    }
    if (name.charAt(0) == '*') {
      return name.equals("*/*") ? ANY : NONE;
    }
    return name.endsWith("/*") ? TYPE : name.indexOf('*') < 0 ? SUBTYPE : NONE;
  }

  /** Tells whether it is token "=" ( token / quoted-string ), RFC 9110 section 5.6.6. */
  private static boolean isParameter(String text) {
    int equals = text.indexOf('=');
    String value = text.substring(equals + 1);
    return equals > 0
        && AsciiSet.TCHAR.spans(text.substring(0, equals))
        && (value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
            || !value.isEmpty() && AsciiSet.TCHAR.spans(value));
  }

  /** Reads ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] ), RFC 9110 section 12.4.2. */
  private static int weight(String text) {
    if (text.isEmpty() || text.length() > 5 || text.length() > 1 && text.charAt(1) != '.') {
      return NONE;
    }
    String digits = text.length() > 2 ? text.charAt(0) + text.substring(2) : text.substring(0, 1);
    if (!AsciiSet.DIGIT.spans(digits)) {
      return NONE;
    }
    int weight = Integer.parseInt((digits + "000").substring(0, 4));
    return weight > 1_000 ? NONE : weight;
  }

  /** Finds the next separator that is in no quoted-string (RFC 9110 section 5.6.4), or the end. */
  private static int end(String text, int start, char separator) {
    boolean isQuoted = false;
    for (int i = start; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        isQuoted = !isQuoted;
      } else if (c == '\\' && isQuoted) {
        i++;
      } else if (c == separator && !isQuoted) {
        return i;
      }
    }
    return text.length();
  }
}
