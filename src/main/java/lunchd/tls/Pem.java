package lunchd.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import lunchd.operator.NamedFile;
import org.bouncycastle.util.encoders.DecoderException;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;

/** A file in the textual encoding of RFC 7468. */
final class Pem {
  private static final int DER_SEQUENCE = 0x30;

  private Pem() {}

  /**
   * Reads the blocks of a file; text around them, CRLF and a byte order mark do no harm.
   *
   * @param option the option that named the file, for the error
   * @throws Misconfiguration 66 if it can't be read, 78 if there is no block or a broken one
   */
  static List<PemObject> read(String option, Path file) throws Misconfiguration {
    return parse(option, file, NamedFile.read(option, file));
  }

  /** Does it with what has been read of the file. */
  static List<PemObject> parse(String option, Path file, byte[] octets) throws Misconfiguration {
    int start = hasByteOrderMark(octets) ? 3 : 0;
    List<PemObject> blocks = new ArrayList<>();
    try (PemReader reader =
        new PemReader(
            new InputStreamReader(
                new ByteArrayInputStream(octets, start, octets.length - start),
                StandardCharsets.ISO_8859_1))) {
      for (PemObject block; (block = reader.readPemObject()) != null; ) {
        blocks.add(block);
      }
    } catch (IOException | DecoderException e) {
      throw unusable(option, file, "is broken PEM (" + e.getMessage() + "); copy it anew");
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
