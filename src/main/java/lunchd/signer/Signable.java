package lunchd.signer;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import lunchd.signer.SignerRequest.Kind;

/**
 * What a TLS handshake can ask a key to sign: a digest of SHA-256, SHA-384 or SHA-512, encoded as
 * the signature scheme requires. An RSA signature of anything else could decrypt a message.
 */
final class Signable {
  private static final int SHORTEST_MODULUS = 1024; // in bits

  private static final byte TRAILER = (byte) 0xbc;

  /** The DER of a DigestInfo before the digest, RFC 8017 section 9.2 note 1: SHA-256, 384, 512. */
  private static final byte[][] DIGEST_INFO = {
    digestInfo(1, 32), digestInfo(2, 48), digestInfo(3, 64)
  };

  private Signable() {}

  private static byte[] digestInfo(int hash, int length) {
    return new byte[] {
      0x30,
      (byte) (17 + length),
      0x30,
      0x0d,
      0x06,
      0x09,
      0x60,
      (byte) 0x86,
      0x48,
      0x01,
      0x65,
      0x03,
      0x04,
      0x02,
      (byte) hash,
      0x05,
      0x00,
      0x04,
      (byte) length
    };
  }

  /**
   * Tells whether a key may sign this.
   *
   * @param kind the scheme
   * @param input what is to be signed
   * @param modulusBits the length of an RSA key, 0 for an EC key
   */
  static boolean isSignable(Kind kind, byte[] input, int modulusBits) {
    return switch (kind) {
      case CHAIN -> false;
      case ECDSA -> modulusBits == 0 && isDigestLength(input.length);
      case PKCS1 -> modulusBits >= SHORTEST_MODULUS && isDigestInfo(input);
      case PSS -> modulusBits >= SHORTEST_MODULUS && isPss(input, modulusBits);
    };
  }

  /** Tells whether this length is that of a digest that may be signed. SHA-1's is not. */
  static boolean isDigestLength(int octets) {
    return octets == 32 || octets == 48 || octets == 64;
  }

  /** Tells whether this is the DigestInfo of such a digest. */
  static boolean isDigestInfo(byte[] input) {
    for (byte[] prefix : DIGEST_INFO) {
      int length = prefix[prefix.length - 1];
      if (input.length == prefix.length + length
          && Arrays.equals(prefix, 0, prefix.length, input, 0, prefix.length)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Tells whether this is an encoded message of EMSA-PSS, RFC 8017 section 9.1, with a salt as long
   * as the digest, as TLS requires (RFC 8446 section 4.2.3). The message itself can't be checked,
   * but nobody can find such a block without starting from a digest.
   */
  private static boolean isPss(byte[] block, int modulusBits) {
    if (block.length != Math.ceilDiv(modulusBits, Byte.SIZE)
        || block[block.length - 1] != TRAILER) {
      return false;
    }
    try {
      return isPss(block, modulusBits, "SHA-256", 32)
          || isPss(block, modulusBits, "SHA-384", 48)
          || isPss(block, modulusBits, "SHA-512", 64);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isPss(byte[] block, int modulusBits, String function, int digestLength)
      throws NoSuchAlgorithmException {
    int unused = Byte.SIZE * block.length - (modulusBits - 1); // bits in front, all 0
    int start = unused / Byte.SIZE; // one octet, if the modulus has one bit more than whole octets
    int hash = block.length - 1 - digestLength;
    int salt = hash - digestLength;
    if (salt - 1 < start || start == 1 && block[0] != 0) {
      return false;
    }
    int firstMask = 0xff >> unused % Byte.SIZE;
    if ((block[start] & ~firstMask & 0xff) != 0) {
      return false;
    }
    byte[] data = Arrays.copyOfRange(block, start, hash);
    unmask(data, Arrays.copyOfRange(block, hash, hash + digestLength), function);
    data[0] &= (byte) firstMask;
    int one = salt - start - 1; // the octet before the salt
    for (int i = 0; i < one; i++) {
      if (data[i] != 0) {
        return false;
      }
    }
    return data[one] == 1;
  }

  /** MGF1, RFC 8017 appendix B.2.1, over data. */
  private static void unmask(byte[] data, byte[] seed, String function)
      throws NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance(function);
    for (int position = 0, counter = 0; position < data.length; counter++) {
      digest.update(seed);
      digest.update(new byte[] {0, 0, 0, (byte) counter});
      for (byte octet : digest.digest()) {
        if (position < data.length) {
          data[position++] ^= octet;
        }
      }
    }
  }
}
