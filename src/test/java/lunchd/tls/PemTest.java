package lunchd.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as people have them. */
final class PemTest {
  private static final String BLOCK = "-----BEGIN LUNCH-----\nAQID\n-----END LUNCH-----\n";

  @TempDir private Path directory;

  /** Each char is an octet. */
  private List<Pem.Block> read(String octets) throws IOException, Misconfiguration {
    Path file = directory.resolve("file.pem");
    Files.writeString(file, octets, StandardCharsets.ISO_8859_1);
    return Pem.read("--key", file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\u00ef\u00bb\u00bf", "text before\n", "\u00ef\u00bb\n", "\n\n"})
  void whatIsBeforeABlockDoesNoHarm(String before) throws Exception {
    List<Pem.Block> blocks = read(before + BLOCK + "text between\n" + BLOCK + "text after\n");
    assertEquals(2, blocks.size());
    for (Pem.Block block : blocks) {
      assertEquals("LUNCH", block.type());
      assertArrayEquals(new byte[] {1, 2, 3}, block.content());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', is empty",
    "\u00ef, is not PEM",
    "\u00ef\u00bb, is not PEM",
    "\u00ef\u00bb\u00bf, is not PEM",
    "\u00ef\u00bb., is not PEM",
    "\u00ef.., is not PEM",
    "lunch, is not PEM",
    "0\u0003\u0002\u0001\u0007, is DER",
    "0, is DER",
    "-----BEGIN -----, is not PEM",
    "-----BEGIN LUNCH, is not PEM",
    "-----BEGIN LUNCH--, is not PEM",
    "-----BEGIN LUNCH-----AQID, is not PEM",
    "-----BEGIN LUNCH---------, is not PEM",
    "'-----BEGIN LUNCH-----\n', is broken PEM",
    "'-----BEGIN LUNCH-----\nAQID\n-----END LUN\n', is broken PEM",
    "'-----BEGIN LUNCH-----\nAQID\n-----END LUNCH\n', is broken PEM",
    "'-----BEGIN LUNCH-----\nAQID\n-----END SUPPER-----\n', is broken PEM",
    "'-----BEGIN LUNCH-----\n!!!!\n-----END LUNCH-----\n', is broken PEM",
  })
  void whatIsNoPemIsTheOperatorsError(String octets, String complaint) {
    Misconfiguration error = assertThrows(Misconfiguration.class, () -> read(octets));
    assertEquals(ExitStatus.CONFIG, error.status());
    assertTrue(error.getMessage().contains("file.pem " + complaint), error.getMessage());
    assertTrue(error.getMessage().contains("; "), "and the fix: " + error.getMessage());
  }

  /** As editors and mail programs change it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "-----BEGIN LUNCH----- \t\nAQID\n-----END LUNCH-----",
        "-----BEGIN LUNCH-----\r\nAQID\r\n-----END LUNCH-----\r\n",
        "-----BEGIN LUNCH-----\rAQID\r-----END LUNCH-----\r",
        "-----BEGIN LUNCH-----\n AQ\tID \n\n-----END LUNCH----- and text\n",
        "-----BEGIN LUNCH-----\nA\nQ\nID\n-----END LUNCH-----\n",
      })
  void whiteSpaceAndLineEndsDoNoHarm(String octets) throws Exception {
    List<Pem.Block> blocks = read(octets);
    assertEquals(1, blocks.size());
    assertEquals("LUNCH", blocks.getFirst().type());
    assertArrayEquals(new byte[] {1, 2, 3}, blocks.getFirst().content());
  }

  @Test
  void blocksMayBeOfDifferentTypes() throws Exception {
    List<Pem.Block> blocks = read(BLOCK + BLOCK.replace("LUNCH", "DINNER"));
    assertEquals(List.of("LUNCH", "DINNER"), blocks.stream().map(Pem.Block::type).toList());
  }
}
