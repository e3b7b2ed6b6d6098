package lunchd.jar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jars as tools write them, and files that only look like one. */
final class JarTest {
  private static final byte[] TEXT = "green tea, green tea, green tea".repeat(50).getBytes();

  @TempDir private Path directory;

  private static byte[] jar(String comment) throws IOException {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(octets)) {
      zip.setComment(comment);
      zip.putNextEntry(new ZipEntry("tea/"));
      zip.putNextEntry(new ZipEntry("tea/Tea.class"));
      zip.write(TEXT);
      ZipEntry stored = new ZipEntry("tea/Grün.class");
      stored.setMethod(ZipEntry.STORED);
      stored.setExtra(new byte[] {1, 2, 0, 0});
      stored.setSize(TEXT.length);
      CRC32 crc = new CRC32();
      crc.update(TEXT);
      stored.setCrc(crc.getValue());
      zip.putNextEntry(stored);
      zip.write(TEXT);
      zip.putNextEntry(new ZipEntry("empty"));
    }
    return octets.toByteArray();
  }

  private Jar open(byte[] octets) throws IOException {
    return new Jar(Files.write(directory.resolve("x.jar"), octets).toFile());
  }

  private static void assertWhole(Jar jar) throws IOException {
    assertArrayEquals(TEXT, jar.read("tea/Tea.class"));
    assertArrayEquals(TEXT, jar.read("tea/Grün.class"));
    assertEquals(0, jar.read("empty").length);
    assertNull(jar.read("tea/Coffee.class"));
    assertNull(jar.read("tea/Tea.clasz"));
    assertNull(jar.read(""));
  }

  @Test
  void entriesPackedAndStored() throws IOException {
    assertWhole(open(jar(null)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 22, 0xffff})
  void aCommentAtTheEnd(int length) throws IOException {
    assertWhole(open(jar("x".repeat(length))));
  }

  @Test
  void aProgramBeforeTheArchive() throws IOException {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    octets.write("#!/bin/sh\nexec java -jar \"$0\"\n".getBytes(StandardCharsets.US_ASCII));
    octets.write(jar(null));
    assertWhole(open(octets.toByteArray()));
  }

  @Test
  void whatIsNoJar() throws IOException {
    assertThrows(IOException.class, () -> new Jar(directory.resolve("none.jar").toFile()));
    assertThrows(IOException.class, () -> new Jar(directory.toFile()));
    for (String text : new String[] {"", "no jar", "x".repeat(100_000)}) {
      IOException e = assertThrows(IOException.class, () -> open(text.getBytes()));
      assertEquals("it is no jar", e.getMessage());
    }
    byte[] zip64 = jar(null);
    Arrays.fill(zip64, zip64.length - 14, zip64.length - 2, (byte) -1);
    assertEquals(
        "it is broken, or ZIP64", assertThrows(IOException.class, () -> open(zip64)).getMessage());
  }

  /** Any wrong octet in the archive gives a result or an IOException. */
  @Test
  void anyOctetMayBeWrong() throws IOException {
    byte[] right = jar(null);
    int wrong = 0;
    for (int i = 0; i < right.length; i++) {
      byte[] octets = right.clone();
      octets[i] ^= (byte) 0xff;
      try {
        Jar jar = open(octets);
        jar.read("tea/Tea.class");
        jar.read("tea/Grün.class");
      } catch (IOException e) {
        wrong++;
      }
    }
    assertTrue(wrong > 50, "errors noticed: " + wrong);
  }

  /** Truncated anywhere, it is not a jar. */
  @Test
  void cutShort() throws IOException {
    byte[] right = jar(null);
    for (int length = 0; length < right.length; length++) {
      byte[] octets = Arrays.copyOf(right, length);
      assertThrows(IOException.class, () -> open(octets));
    }
  }
}
