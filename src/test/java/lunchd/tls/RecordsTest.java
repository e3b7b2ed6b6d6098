package lunchd.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RecordsTest {
  private static ByteBuffer octets(String hex) {
    return ByteBuffer.wrap(HexFormat.of().parseHex("0000" + hex.replace(" ", ""))).position(2);
  }

  /** One that any engine refuses: application data, for its version or its length. */
  @ParameterizedTest
  @CsvSource({
    "13 03 03 00 01, 1703034000",
    "18 03 03 00 01, 1703034000",
    "ff 03 03 00 01, 1703034000",
    "16 03 03 00 00, 1703034000",
    "17 03 03 41 41, 1703034001",
    "16 03 03 ff ff, 1703034001",
    "16 02 00 00 01, 1703004000",
    "47 45 54 20 2f, 1703004000",
    "14 03 03 00 01,",
    "17 03 00 41 40,",
    "13 03 03 00,",
    "'',",
  })
  void insteadOfWhatIsNoRecord(String header, String substitute) {
    ByteBuffer record = Records.insteadOf(octets(header));
    if (substitute == null) {
      assertNull(record);
      return;
    }
    byte[] start = new byte[5];
    record.get(start);
    assertEquals(substitute, HexFormat.of().formatHex(start));
    assertEquals(Integer.parseInt(substitute.substring(6), 16), record.remaining());
  }

  /** A ServerHello of one octet, then the key exchange with its curve, point, and signature. */
  @ParameterizedTest
  @CsvSource({
    "160303 000f 02000001aa 0c000006 03001d 00 0203, true",
    "160303 0011 02000001aa 0c000008 03001d 02ffff 0203, true",
    "160303 0011 02000001aa 0c000008 03001d 020202 0403, false",
    "160303 0008 02000001aa 0c0000 160303 0007 06 03001d 00 0203, true",
    "160303 0008 02000001aa 0c0000 160303 0007 06 03001d 00 0403, false",
    "160303 0005 02000001aa 140303 0001 01 170303 0002 0c00, false",
    "160303 0005 02000001aa, false",
    "'', false",
  })
  void aSignatureWithSha1(String flight, boolean is) {
    assertEquals(is, Records.isSignedWithSha1(octets(flight)));
  }
}
