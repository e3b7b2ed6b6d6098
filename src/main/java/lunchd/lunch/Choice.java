package lunchd.lunch;

/**
 * A line of the menu.
 *
 * @param name what there is
 * @param weight how often it is drawn, in comparison with the others; at least 1
 * @param days when there is
 */
public record Choice(String name, int weight, Days days) {
  /** The greatest weight: the sum of a whole menu of them still fits into an int. */
  static final int MAX_WEIGHT = 1_000;

  /**
   * Reads {@code name *1( SP weight ) *1( SP days )}, the last two in either order: {@code "x"
   * 1*DIGIT} and {@code "[" day *( "," day ) "]"}. Of two weights, and of two of days, the first
   * belongs to the name.
   *
   * @param line without white space around it, not empty
   * @throws IllegalArgumentException if a weight or the days can't be used; says why, and the fix
   */
  static Choice parse(String line) {
    String name = line;
    int weight = 0;
    Days days = null;
    for (int start; (start = suffix(name)) > 0; ) {
      String suffix = name.substring(start);
      if (suffix.charAt(0) == '[' && days == null) {
        days = Days.parse(suffix);
      } else if (suffix.charAt(0) == 'x' && weight == 0) {
        weight = weight(suffix);
      } else {
        break;
      }
      name = name.substring(0, start).strip();
    }
    return new Choice(name, weight == 0 ? 1 : weight, days == null ? Days.ALL : days);
  }

  /** Returns the shortest line that {@link #parse} reads as this choice. */
  @Override
  public String toString() {
    boolean isExplicit = suffix(name) > 0; // or the name's end would be taken for a suffix
    return name
        + (isExplicit || weight != 1 ? " x" + weight : "")
        + (isExplicit || days.bits() != Days.ALL.bits() ? " [" + days.names("") + "]" : "");
  }

  /** Finds where a weight or days begin, at the end of a text; 0 where there are none. */
  private static int suffix(String text) {
    boolean isBracket = text.endsWith("]");
    int start = isBracket ? text.lastIndexOf('[') : lastWord(text);
    if (start < 1 || !isSpace(text.charAt(start - 1))) {
      return 0; // the first word is the name's, whatever it is
    }
    return isBracket || isWeight(text.substring(start)) ? start : 0;
  }

  private static int lastWord(String text) {
    int start = text.length();
    while (start > 0 && !isSpace(text.charAt(start - 1))) {
      start--;
    }
    return start;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t';
  }

  /** Tells whether a word is meant as a weight: it has a number, right or wrong. */
  private static boolean isWeight(String word) {
    int digit = word.startsWith("x-") ? 2 : 1;
    return word.charAt(0) == 'x' && word.length() > digit && isDigit(word.charAt(digit));
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static int weight(String word) {
    int weight = 0;
    for (int i = 1; i < word.length() && weight <= MAX_WEIGHT; i++) {
      weight = isDigit(word.charAt(i)) ? 10 * weight + word.charAt(i) - '0' : MAX_WEIGHT + 1;
    }
    if (weight < 1 || weight > MAX_WEIGHT) {
      throw new IllegalArgumentException(
          word
              + " is not a weight; write x1 to x1000, or end the line with x1 if it is part of the"
              + " name");
    }
    return weight;
  }
}
