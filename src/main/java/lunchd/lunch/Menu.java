package lunchd.lunch;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import lunchd.operator.NamedFile;

/**
 * The choices for lunch.
 *
 * @param choices what to choose from
 */
public record Menu(List<Choice> choices) {
  /** The choices if the operator names no menu. */
  public static final Menu DEFAULT = of("Sandwich", "Soup", "Salad", "Burger", "Sushi");

  /**
   * Makes a menu of equal choices, every day.
   *
   * @param names at least one
   * @return the menu
   */
  public static Menu of(String... names) {
    Choice[] choices = new Choice[names.length];
    for (int i = 0; i < names.length; i++) {
      choices[i] = new Choice(names[i], 1, Days.ALL);
    }
    return new Menu(List.of(choices));
  }

  /**
   * Reads a menu: UTF-8, one choice on each line, such as {@code Soup}, {@code Soup x3} for three
   * times as often, {@code Fish [fri]} or {@code Stew x2 [mon,wed-fri]}; blank lines and those that
   * begin with {@code #} are skipped.
   *
   * @param file the menu, or null for {@link #DEFAULT}
   * @return the menu
   * @throws Misconfiguration 66 if it can't be read; 78 if there is no choice in it, or a line is
   *     not UTF-8, or has an invalid weight or days
   */
  public static Menu read(Path file) throws Misconfiguration {
    return file == null ? DEFAULT : parse(file, NamedFile.read("--menu", file));
  }

  private static Menu parse(Path file, byte[] octets) throws Misconfiguration {
    List<Choice> choices = new ArrayList<>();
    int number = 0;
    for (int start = 0, end; start < octets.length; start = end + 1) {
      end = start;
      while (end < octets.length && octets[end] != '\n') {
        end++;
      }
      String line = decode(file, ++number, ByteBuffer.wrap(octets, start, end - start));
      if (!line.isEmpty() && !line.startsWith("#")) {
        choices.add(choice(file, number, line));
      }
    }
    if (choices.isEmpty()) {
      throw new Misconfiguration(
          ExitStatus.CONFIG, "--menu " + file + " has no choices; write one on each line");
    }
    return new Menu(List.copyOf(choices));
  }

  private static String decode(Path file, int number, ByteBuffer line) throws Misconfiguration {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(line).toString();
      return (number == 1 && text.startsWith("\ufeff") ? text.substring(1) : text).strip();
    } catch (CharacterCodingException e) {
      throw new Misconfiguration(
          ExitStatus.CONFIG,
          "--menu " + file + ": line " + number + " is not UTF-8; save it in that encoding");
    }
  }

  private static Choice choice(Path file, int number, String line) throws Misconfiguration {
    try {
      return Choice.parse(line);
    } catch (IllegalArgumentException e) {
      throw new Misconfiguration(
          ExitStatus.CONFIG, "--menu " + file + ": line " + number + ": " + e.getMessage());
    }
  }

  /** {@return whether some choice is not on the menu every day} */
  boolean hasDays() {
    for (Choice choice : choices) {
      if (choice.days().bits() != Days.ALL.bits()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Leaves out the choices that are not on the menu on a day.
   *
   * @param day 1 for Monday, to 7 for Sunday
   * @return the rest, which may be nothing
   */
  Menu on(int day) {
    List<Choice> rest = new ArrayList<>();
    for (Choice choice : choices) {
      if (choice.days().has(day)) {
        rest.add(choice);
      }
    }
    return new Menu(rest);
  }

  /**
   * Draws a choice.
   *
   * @param random decides
   * @return a choice, as likely as its weight says; null if there is none
   */
  String draw(RandomGenerator random) {
    int total = 0;
    for (Choice choice : choices) {
      total += choice.weight();
    }
    int left = total == 0 ? 0 : random.nextInt(total);
    for (Choice choice : choices) {
      left -= choice.weight();
      if (left < 0) {
        return choice.name();
      }
    }
    return null;
  }
}
