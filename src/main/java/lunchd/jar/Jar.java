package lunchd.jar;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The entries of a jar, by sections 4.3 and 4.4 of ZIP's APPNOTE.TXT. The JDK's JarFile can do
 * more: signatures, versions, ZIP64. It takes 3 ms when a JVM has just started; this class takes a
 * tenth of that.
 */
final class Jar {
  private static final int MAX_ENTRY = 16 * 1024 * 1024; // octets: larger than any class

  /** The end of central directory record, without its comment. */
  private static final int END_SIZE = 22;

  private static final int END = 0x06054b50;
  private static final int MAX_COMMENT = 0xffff;

  /** A header in the central directory, and one before an entry's data, without names. */
  private static final int HEADER_SIZE = 46;

  private static final int HEADER = 0x02014b50;
  private static final int LOCAL_SIZE = 30;
  private static final int LOCAL = 0x04034b50;

  private static final int STORED = 0;
  private static final int DEFLATED = 8;

  private final RandomAccessFile file;
  private final byte[] directory; // the central one
  private final long base; // what offsets count from: a program may come before the archive

  /**
   * Opens a jar; it stays open.
   *
   * @throws IOException if it can't be read, or is no jar
   */
  Jar(File path) throws IOException {
    file = new RandomAccessFile(path, "r");
    long length = file.length();
    byte[] tail = read(Math.max(length - END_SIZE, 0), (int) Math.min(length, END_SIZE));
    int end = end(tail);
    if (end < 0) { // there is a comment, then
      int size = (int) Math.min(length, END_SIZE + MAX_COMMENT);
      tail = read(length - size, size);
      end = end(tail);
    }
    if (end < 0) {
      throw new IOException("it is no jar");
    }
    long size = u4(tail, end + 12);
    long place = length - tail.length + end - size;
    base = place - u4(tail, end + 16);
    if (u2(tail, end + 10) == 0xffff || place < 0 || base < 0) {
      throw new IOException("it is broken, or ZIP64");
    }
    directory = read(place, (int) size);
  }

  private static int end(byte[] tail) {
    for (int i = tail.length - END_SIZE; i >= 0; i--) {
      if (u4(tail, i) == END) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Reads an entry.
   *
   * @param name its name, such as {@code tea/Tea.class}
   * @return what is in it; null if there is none of that name
   * @throws IOException if it can't be read, is broken, or larger than any class
   */
  byte[] read(String name) throws IOException {
    byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
    int header = 0;
    while (header + HEADER_SIZE <= directory.length && u4(directory, header) == HEADER) {
      int from = header + HEADER_SIZE;
      int length = u2(directory, header + 28);
      if (length == wanted.length
          && from + length <= directory.length
          && Arrays.equals(directory, from, from + length, wanted, 0, length)) {
        return entry(header);
      }
      header = from + length + u2(directory, header + 30) + u2(directory, header + 32);
    }
    return null;
  }

  private byte[] entry(int header) throws IOException {
    int method = u2(directory, header + 10);
    long packed = u4(directory, header + 20);
    long size = u4(directory, header + 24);
    long local = base + u4(directory, header + 42);
    byte[] head = read(local, LOCAL_SIZE);
    if (u4(head, 0) != LOCAL || packed > MAX_ENTRY || size > MAX_ENTRY) {
      throw new IOException("the jar is broken");
    }
    byte[] octets = read(local + LOCAL_SIZE + u2(head, 26) + u2(head, 28), (int) packed);
    return switch (method) {
      case STORED -> octets;
      case DEFLATED -> inflate(octets, (int) size);
      default -> throw new IOException("lunchd can't read ZIP's compression method " + method);
    };
  }

  private static byte[] inflate(byte[] packed, int size) throws IOException {
    byte[] octets = new byte[size];
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(packed);
      int done = 0;
      for (int more = 1; more > 0 && done < size; done += more) {
        more = inflater.inflate(octets, done, size - done);
      }
      if (done < size) {
        throw new IOException("the jar is broken");
      }
    } catch (DataFormatException e) {
      throw new IOException("the jar is broken: " + e.getMessage());
    } finally {
      inflater.end();
    }
    return octets;
  }

  private byte[] read(long place, int size) throws IOException {
    byte[] octets = new byte[size];
    file.seek(place);
    file.readFully(octets);
    return octets;
  }

  private static int u2(byte[] octets, int at) {
    return octets[at] & 0xff | (octets[at + 1] & 0xff) << 8;
  }

  private static long u4(byte[] octets, int at) {
    return u2(octets, at) | (long) u2(octets, at + 2) << 16;
  }
}
