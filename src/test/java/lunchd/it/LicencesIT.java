package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import lunchd.it.support.Dist;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The distribution contains the licences of everything that is bundled. */
class LicencesIT {
  @Test
  void theCopyrightFileIsInTheDistribution() throws Exception {
    assertEquals(
        Files.readString(Path.of("src/main/debian/copyright")),
        Files.readString(Dist.BUILT.file("copyright")));
  }

  /** If the copyright file refers to a file for the text, that file exists. */
  @ParameterizedTest
  @CsvSource({
    "LICENSE, Apache License",
    "runtime/legal/java.base/LICENSE, GNU General Public License",
    "runtime/legal/java.base/gcc.md, GNU GENERAL PUBLIC LICENSE",
    "runtime/legal/java.base/public_suffix.md, Mozilla Public License Version 2.0",
  })
  void theTextIsWhereItSays(String file, String title) throws Exception {
    String copyright = Files.readString(Dist.BUILT.file("copyright"));
    assertTrue(copyright.contains(" is in " + file), file);
    String text = Files.readString(Dist.BUILT.file(file));
    assertTrue(text.contains(title), file);
    assertTrue(text.length() > 9_000, file + " is the whole text");
  }
}
