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
 * What there is for lunch.
 *
 * @param choices at least one
 */
public record Menu(List<String> choices) {
  /** What there is where the operator names no menu. */
  public static final Menu DEFAULT =
      new Menu(List.of("Sandwich", "Soup", "Salad", "Burger", "Sushi"));

  /**
   * Reads a menu: UTF-8, a choice a line; blank lines and those that begin with {@code #} are
   * skipped.
   *
   * @param file the menu, or null for {@link #DEFAULT}
   * @return the menu
   * @throws Misconfiguration 66 if it can't be read; 78 if there is no choice in it, or a line is
   *     not UTF-8
   */
  public static Menu read(Path file) throws Misconfiguration {
    return file == null ? DEFAULT : parse(file, NamedFile.read("--menu", file));
  }

  private static Menu parse(Path file, byte[] octets) throws Misconfiguration {
    List<String> choices = new ArrayList<>();
    int number = 0;
    for (int start = 0, end; start < octets.length; start = end + 1) {
      end = start;
      while (end < octets.length && octets[end] != '\n') {
        end++;
      }
      String line = decode(file, ++number, ByteBuffer.wrap(octets, start, end - start));
      if (!line.isEmpty() && !line.startsWith("#")) {
        choices.add(line);
      }
    }
    if (choices.isEmpty()) {
      throw new Misconfiguration(
          ExitStatus.CONFIG, "--menu " + file + " has nothing on it; write a choice a line");
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

  /**
   * Draws a choice.
   *
   * @param random decides
   * @return a choice, each as likely as the others
   */
  public String draw(RandomGenerator random) {
    return choices.get(random.nextInt(choices.size()));
  }
}
