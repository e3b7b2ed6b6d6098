package lunchd.signer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import lunchd.signer.SignerRequest.Kind;
import lunchd.signer.SignerRequest.Malformed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SignerRequestTest {
  private static SignerRequest parse(byte[] octets) throws Malformed {
    return SignerRequest.parse(ByteBuffer.wrap(octets));
  }

  /** What is written is what is read. */
  @Test
  void octets() throws Malformed {
    byte[] chain = new SignerRequest(Kind.CHAIN, false, "a.example".getBytes()).encode();
    assertArrayEquals("C\ta.example".getBytes(StandardCharsets.US_ASCII), chain);
    assertEquals("a.example", parse(chain).name());
    byte[] digest = new byte[32];
    byte[] signature = new SignerRequest(Kind.ECDSA, true, digest).encode();
    assertEquals(36, signature.length);
    assertArrayEquals(new byte[] {'E', 1, 0, 32}, java.util.Arrays.copyOf(signature, 4));
    SignerRequest request = parse(signature);
    assertEquals(Kind.ECDSA, request.kind());
    assertTrue(request.isStale());
    assertArrayEquals(digest, request.content());
  }

  @Test
  void isNoneBeforeItsLastOctet() throws Malformed {
    for (Kind kind : Kind.values()) {
      byte[] whole = new SignerRequest(kind, false, "a.example".getBytes()).encode();
      for (int length = 0; length < whole.length; length++) {
        assertNull(parse(java.util.Arrays.copyOf(whole, length)), kind + " " + length);
      }
      assertEquals(kind, parse(whole).kind());
      byte[] more = java.util.Arrays.copyOf(whole, whole.length + 1);
      assertThrows(Malformed.class, () -> parse(more));
    }
  }

  @Test
  void bounds() throws Malformed {
    byte[] name = "a".repeat(SignerRequest.MAX_NAME).getBytes();
    assertEquals(253, parse(new SignerRequest(Kind.CHAIN, false, name).encode()).content().length);
    assertThrows(Malformed.class, () -> parse(new byte[] {'C', (byte) 254}));
    byte[] input = new byte[SignerRequest.MAX_INPUT];
    byte[] longest = new SignerRequest(Kind.PSS, false, input).encode();
    assertEquals(SignerRequest.MAX_LENGTH, longest.length);
    assertEquals(input.length, parse(longest).content().length);
    assertThrows(Malformed.class, () -> parse(new byte[] {'S', 0, 4, 1}));
    assertThrows(Malformed.class, () -> parse(new byte[] {'S', 2, 0, 1}));
    assertThrows(Malformed.class, () -> parse(new byte[] {'D'}));
    assertThrows(Malformed.class, () -> parse(new byte[] {0}));
  }

  /** Nothing that could lead a path out of its directory. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        ".",
        "..",
        "../key",
        "a/b",
        "/etc",
        "a..b",
        ".a",
        "a.",
        "A.example",
        "a b",
        "a\0",
        "ä",
        "*.a",
        "a%2f",
        "a\\b",
        "a\n",
        "~",
        "a:b"
      })
  void namesThatAreNone(String name) {
    byte[] octets =
        new SignerRequest(Kind.CHAIN, false, name.getBytes(StandardCharsets.UTF_8)).encode();
    assertThrows(Malformed.class, () -> parse(octets), name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a.example", "_.example", "xn--4ca.example", "1.2.3.4", "-"})
  void names(String name) throws Malformed {
    byte[] octets =
        new SignerRequest(Kind.CHAIN, false, name.getBytes(StandardCharsets.US_ASCII)).encode();
    assertEquals(name, parse(octets).name());
  }
}
