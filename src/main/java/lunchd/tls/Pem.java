package lunchd.tls;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import lunchd.operator.NamedFile;

/**
 * Reads a file in the textual encoding of RFC 7468. It may hold a private key, so no String is made
 * of its lines: a String can't be overwritten.
 */
final class Pem {
  private static final byte[] BEGIN = "-----BEGIN ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "-----END ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DASHES = "-----".getBytes(StandardCharsets.US_ASCII);
  private static final int DER_SEQUENCE = 0x30;

  private final String option;
  private final Path file;
  private final byte[] octets;
  private int start; // of the line
  private int end; // of the line, without its line break
  private int next; // where the line after it starts

  private Pem(String option, Path file, byte[] octets) {
    this.option = option;
    this.file = file;
    this.octets = octets;
    this.next = hasByteOrderMark(octets) ? 3 : 0;
  }

  /** A block of a file. */
  static final class Block {
    private final String type;
    private final boolean hasHeaders;
    private final byte[] content;

    private Block(String type, boolean hasHeaders, byte[] content) {
      this.type = type;
      this.hasHeaders = hasHeaders;
      this.content = content;
    }

    /** Returns its label, such as {@code CERTIFICATE}. */
    String type() {
      return type;
    }

    /** Tells whether it is a private key, in any wrapping. */
    boolean isPrivateKey() {
      return type.endsWith("PRIVATE KEY");
    }

    /** Tells whether it has headers, which RFC 1421 allows and RFC 7468 does not. */
    boolean hasHeaders() {
      return hasHeaders;
    }

    /** Returns the decoded content: the array itself, not a copy. */
    byte[] content() {
      return content;
    }
  }

  /**
   * Reads the blocks of a file; text around them, CRLF and a byte order mark do no harm. Of what
   * was read, only the blocks' content stays in memory.
   *
   * @param option the option that named the file, for the error
   * @throws Misconfiguration 66 if it can't be read, 78 if there is no block or a broken one
   */
  static List<Block> read(String option, Path file) throws Misconfiguration {
    byte[] octets = NamedFile.read(option, file);
    try {
      return parse(option, file, octets);
    } finally {
      Arrays.fill(octets, (byte) 0);
    }
  }

  /** Reads the blocks of a file's content, and does not overwrite it. */
  static List<Block> parse(String option, Path file, byte[] octets) throws Misconfiguration {
    List<Block> blocks = new ArrayList<>();
    Pem pem = new Pem(option, file, octets);
    while (pem.nextLine()) {
      if (pem.isBegin()) {
        blocks.add(pem.block());
      }
    }
    if (blocks.isEmpty()) {
      throw unusable(
          option,
          file,
          octets.length == 0
              ? "is empty; name a PEM file"
              : octets[0] == DER_SEQUENCE
                  ? "is DER; convert it to PEM with: openssl x509 -inform DER (or pkey -inform DER)"
                  : "is not PEM: it has no -----BEGIN line; name a PEM file");
    }
    return blocks;
  }

  /** Moves to the next line. CRLF counts as two line ends, since an empty line does no harm. */
  private boolean nextLine() {
    if (next >= octets.length) {
      return false;
    }
    start = next;
    end = start;
    while (end < octets.length && octets[end] != '\n' && octets[end] != '\r') {
      end++;
    }
    next = end + 1;
    return true;
  }

  /**
   * Tells whether a block begins here: a label without hyphens, and nothing but white space after
   * it.
   */
  private boolean isBegin() {
    if (!has(start, BEGIN)) {
      return false;
    }
    int dash = start + BEGIN.length;
    while (dash < end && octets[dash] != '-') {
      dash++;
    }
    int last = end;
    while (isSpace(octets[last - 1])) {
      last--;
    }
    return dash > start + BEGIN.length && has(dash, DASHES) && dash + DASHES.length == last;
  }

  private boolean has(int place, byte[] text) {
    return text.length <= end - place
        && Arrays.equals(octets, place, place + text.length, text, 0, text.length);
  }

  private static boolean isSpace(byte octet) {
    return octet == ' ' || octet == '\t';
  }

  /** Reads a block, from the line that begins it to the line that ends it. */
  private Block block() throws Misconfiguration {
    int label = start + BEGIN.length;
    int labelLength = 0;
    while (octets[label + labelLength] != '-') {
      labelLength++;
    }
    String type = new String(octets, label, labelLength, StandardCharsets.ISO_8859_1);
    byte[] body = new byte[octets.length - end]; // without white space
    int length = 0;
    boolean hasHeaders = false;
    try {
      while (nextLine()) {
        int place = start + END.length;
        if (has(start, END)
            && place + labelLength <= end
            && Arrays.equals(octets, label, label + labelLength, octets, place, place + labelLength)
            && has(place + labelLength, DASHES)) {
          return new Block(type, hasHeaders, decode(body, length));
        }
        int lineLength = length;
        for (int i = start; i < end; i++) {
          if (octets[i] == ':') { // not in base64: a header
            hasHeaders = true;
            length = lineLength;
            break;
          }
          if (!isSpace(octets[i])) {
            body[length++] = octets[i];
          }
        }
      }
    } catch (IllegalArgumentException e) {
      throw broken("unable to decode base64 string");
    } finally {
      Arrays.fill(body, (byte) 0);
    }
    throw broken("-----END " + type + "----- not found");
  }

  /** Decodes from a buffer, since decoding from an array would make a second one. */
  private static byte[] decode(byte[] base64, int length) {
    return Base64.getDecoder().decode(ByteBuffer.wrap(base64, 0, length)).array();
  }

  private Misconfiguration broken(String why) {
    return unusable(option, file, "is broken PEM (" + why + "); copy it again");
  }

  /** Makes the error for a file that was read but can't be used. */
  static Misconfiguration unusable(String option, Path file, String why) {
    return new Misconfiguration(ExitStatus.CONFIG, option + " " + file + " " + why);
  }

  private static boolean hasByteOrderMark(byte[] octets) {
    return octets.length > 2
        && octets[0] == (byte) 0xef
        && octets[1] == (byte) 0xbb
        && octets[2] == (byte) 0xbf;
  }
}
