package lunchd.tls;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import lunchd.operator.NamedFile;

/**
 * The clients to serve: a list of SHA-256 fingerprints of certificates or public keys, much like
 * the authorized_keys of ssh. No authority, path or date is checked.
 */
public final class ClientCertificates {
  private static final String OPTION = "--client-certificates";

  /** The number of hexadecimal digits in a fingerprint. */
  private static final int DIGITS = 64;

  /** What openssl x509 -fingerprint -sha256 writes before it, in any case. */
  private static final String OPENSSL = "sha256 fingerprint=";

  private final List<String> fingerprints = new ArrayList<>();
  private final List<String> names = new ArrayList<>(); // "" for none

  private ClientCertificates() {}

  /**
   * Reads a list: UTF-8, each line with a client's fingerprint and, optionally, a blank and a name;
   * blank lines and those that begin with {@code #} are skipped. A fingerprint has 64 hexadecimal
   * digits, with or without colons between pairs of them.
   *
   * @param file the list
   * @return the clients
   * @throws Misconfiguration 66 if it can't be read; 78 if there is none in it, or a line is not
   *     UTF-8 or has no fingerprint
   */
  public static ClientCertificates read(Path file) throws Misconfiguration {
    byte[] octets = NamedFile.read(OPTION, file);
    ClientCertificates clients = new ClientCertificates();
    int number = 0;
    for (int start = 0, end; start < octets.length; start = end + 1) {
      end = start;
      while (end < octets.length && octets[end] != '\n') {
        end++;
      }
      number++;
      String line = decode(file, number, ByteBuffer.wrap(octets, start, end - start));
      if (!line.isEmpty() && line.charAt(0) != '#' && !clients.add(line)) {
        throw unusable(
            file,
            ": line "
                + number
                + " does not begin with a SHA-256 fingerprint; write 64 hexadecimal digits, as from"
                + " openssl x509 -noout -fingerprint -sha256");
      }
    }
    if (clients.size() == 0) {
      throw unusable(file, " lists no clients; write one fingerprint on each line");
    }
    return clients;
  }

  private static String decode(Path file, int number, ByteBuffer line) throws Misconfiguration {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(line).toString();
      return (number == 1 && text.startsWith("\ufeff") ? text.substring(1) : text).strip();
    } catch (CharacterCodingException e) {
      throw unusable(file, ": line " + number + " is not UTF-8; save it in that encoding");
    }
  }

  private static Misconfiguration unusable(Path file, String why) {
    return new Misconfiguration(ExitStatus.CONFIG, OPTION + " " + file + why);
  }

  /** Adds a line's client; false if there is none. */
  private boolean add(String line) {
    int place = line.regionMatches(true, 0, OPENSSL, 0, OPENSSL.length()) ? OPENSSL.length() : 0;
    StringBuilder digits = new StringBuilder(DIGITS);
    for (; place < line.length() && digits.length() < DIGITS; place++) {
      char c = line.charAt(place);
      if (c >= 'A' && c <= 'F') {
        digits.append((char) (c + 'a' - 'A'));
      } else if (c >= '0' && c <= '9' || c >= 'a' && c <= 'f') {
        digits.append(c);
      } else if (c != ':'
          || digits.isEmpty()
          || digits.length() % 2 > 0
          || hasColonBefore(line, place)) {
        return false;
      }
    }
    boolean isFollowedByBlank =
        place == line.length() || line.charAt(place) == ' ' || line.charAt(place) == '\t';
    if (digits.length() < DIGITS || !isFollowedByBlank) {
      return false;
    }
    fingerprints.add(digits.toString());
    names.add(line.substring(place).strip());
    return true;
  }

  private static boolean hasColonBefore(String line, int place) {
    return line.charAt(place - 1) == ':';
  }

  /** {@return the number of clients} */
  public int size() {
    return fingerprints.size();
  }

  /** Returns the index of a fingerprint's first place in the list; -1 if it is not there. */
  int find(String fingerprint) {
    return fingerprints.indexOf(fingerprint);
  }

  /** Returns the name at an index, or null. */
  String name(int place) {
    String name = names.get(place);
    return name.isEmpty() ? null : name;
  }
}
