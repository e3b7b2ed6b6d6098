package lunchd.signer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.regex.Pattern;
import lunchd.signer.SignerRequest.Kind;
import lunchd.signer.SignerRequest.Malformed;

/** Any octets from a handler: a well-formed request, the beginning of one, or neither. */
final class SignerRequestFuzzTest {
  private static final Pattern NAME = Pattern.compile("(?:[a-z0-9_-]+(?:\\.[a-z0-9_-]+)*)?");

  @FuzzTest
  void anyOctets(byte[] octets) {
    SignerRequest request;
    try {
      request = SignerRequest.parse(ByteBuffer.wrap(octets));
    } catch (Malformed e) {
      // No further octets can make it valid.
      byte[] more = Arrays.copyOf(octets, octets.length + 1);
      assertThrows(Malformed.class, () -> SignerRequest.parse(ByteBuffer.wrap(more)));
      return;
    }
    if (request == null) {
      assertTrue(octets.length < SignerRequest.MAX_LENGTH, "the parser must have stopped before");
      return;
    }
    assertArrayEquals(octets, request.encode());
    if (request.kind() == Kind.CHAIN) {
      assertTrue(NAME.matcher(request.name()).matches(), request.name());
      assertTrue(request.name().length() <= 253);
    }
    try {
      assertNull(SignerRequest.parse(ByteBuffer.wrap(octets, 0, octets.length - 1)));
    } catch (Malformed e) {
      assertEquals(Kind.CHAIN, request.kind(), "only a name that is cut short can be invalid");
    }
    // Anything is signed only if a handshake could need it.
    for (int bits : new int[] {0, 1024, 2048, 2049, 3072}) {
      if (Signable.isSignable(request.kind(), request.content(), bits)) {
        assertTrue(request.kind() != Kind.CHAIN && (bits == 0) == (request.kind() == Kind.ECDSA));
      }
    }
  }
}
