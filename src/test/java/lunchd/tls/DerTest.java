package lunchd.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The part of DER that lunchd reads and writes, compared with Bouncy Castle, which has all of it.
 */
final class DerTest {
  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }

  private static byte[] sequence(byte[]... parts) {
    return Der.encode(Der.SEQUENCE, parts);
  }

  /** Lengths whose encoding takes one octet to four. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 127, 128, 255, 256, 65_535, 65_536, 300_000})
  void aLengthHasAsManyOctetsAsItNeeds(int length) throws Exception {
    byte[] octets = new byte[length];
    Arrays.fill(octets, (byte) 0xa5);
    byte[] encoded = Der.encode(Der.OCTET_STRING, octets);
    assertArrayEquals(new DEROctetString(octets).getEncoded(), encoded);
    assertArrayEquals(octets, Der.sequence(sequence(encoded)).enter(Der.OCTET_STRING).rest());
  }

  @ParameterizedTest
  @CsvSource({
    "'',           no element",
    "30,           no element",
    "0400,         no element",
    "3080,         no such length", // indefinite: BER
    "308400000001, no such length", // longer than any file
    "3082,         no such length",
    "308201,       no such length",
    "300100ff,     more than one element",
    "3000ff,       more than one element",
    "3001,         cut short",
    "30820001,     cut short",
  })
  void whatIsNoSequenceIsRefused(String octets, String why) {
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> Der.sequence(hex(octets)));
    assertTrue(error.getMessage().startsWith(why), error.getMessage());
  }

  /** One that ends before the sequence that contains it, or after it. */
  @Test
  void anElementIsWithinTheOneThatItIsIn() {
    Der content = Der.sequence(hex("300404020102"));
    assertTrue(content.has(Der.OCTET_STRING));
    assertArrayEquals(hex("0102"), content.enter(Der.OCTET_STRING).rest());
    assertFalse(content.has(Der.OCTET_STRING), "there is no more");
    assertThrows(IllegalArgumentException.class, () -> content.enter(Der.OCTET_STRING));
    Der cut = Der.sequence(hex("300404030102"));
    assertThrows(IllegalArgumentException.class, () -> cut.enter(Der.OCTET_STRING));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0", "0.39", "1.0", "1.39", "2.0", "2.999.3", "1.2.840.113549.1.5.13"})
  void anObjectIdentifierIsReadInDottedForm(String identifier) throws Exception {
    byte[] encoded = new ASN1ObjectIdentifier(identifier).getEncoded();
    assertEquals(identifier, Der.sequence(sequence(encoded)).objectIdentifier());
  }

  /** RFC 5280 section 4.1: the version is explicitly tagged, and v1 is left out. */
  @ParameterizedTest
  @ValueSource(strings = {"a003020102", ""})
  void thePublicKeyIsFoundInACertificateOfAnyVersion(String version) {
    byte[] empty = sequence();
    byte[] key = sequence(sequence(), hex("030100"));
    byte[] signed =
        sequence(hex(version), hex("020101"), empty, empty, empty, empty, key, hex("a100"));
    assertArrayEquals(key, Der.publicKeyInfo(sequence(signed, empty, hex("030100"))));
  }
}
