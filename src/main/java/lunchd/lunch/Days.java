package lunchd.lunch;

import java.util.Locale;

/**
 * Days of the week.
 *
 * @param bits bit 0 for Monday, to bit 6 for Sunday
 */
public record Days(int bits) {
  /** Every day. */
  public static final Days ALL = new Days(0x7f);

  private static final String NAMES = "montuewedthufrisatsun";

  /**
   * Reads {@code [mon]}, {@code [mon,wed]}, {@code [mon-fri,sun]}; a range may go over the weekend.
   *
   * @param text with its brackets
   * @throws IllegalArgumentException if it is none; says why, and the fix
   */
  static Days parse(String text) {
    int bits = 0;
    for (String part : text.substring(1, text.length() - 1).split(",", -1)) {
      String range = part.strip();
      int dash = range.indexOf('-');
      int first = day(dash < 0 ? range : range.substring(0, dash), text);
      int last = dash < 0 ? first : day(range.substring(dash + 1), text);
      bits |= 1 << last;
      for (int day = first; day != last; day = (day + 1) % 7) {
        bits |= 1 << day;
      }
    }
    return new Days(bits);
  }

  private static int day(String name, String text) {
    int place = name.length() == 3 ? NAMES.indexOf(name.toLowerCase(Locale.ROOT)) : -1;
    if (place < 0 || place % 3 != 0) {
      throw new IllegalArgumentException(
          text
              + " is not a list of days; write it as [mon,wed-fri], or end the line with [mon-sun]"
              + " if it is part of the name");
    }
    return place / 3;
  }

  /** Tells whether a day is among them, 1 for Monday, to 7 for Sunday. */
  boolean has(int day) {
    return (bits >> day - 1 & 1) != 0;
  }

  /**
   * Returns them as in a menu, separated by commas, such as {@code mon,wed,fri}.
   *
   * @param quote what to put before and after each
   */
  String names(String quote) {
    StringBuilder text = new StringBuilder();
    for (int day = 1; day <= 7; day++) {
      if (has(day)) {
        text.append(text.isEmpty() ? "" : ",").append(quote);
        text.append(NAMES, 3 * day - 3, 3 * day).append(quote);
      }
    }
    return text.toString();
  }

  /** Returns them as a person reads them, such as Mon, Wed, Fri. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int day = 1; day <= 7; day++) {
      if (has(day)) {
        int name = 3 * day - 3;
        text.append(text.isEmpty() ? "" : ", ");
        text.append(Character.toUpperCase(NAMES.charAt(name))).append(NAMES, name + 1, name + 3);
      }
    }
    return text.toString();
  }
}
