package lunchd.signer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Random;
import lunchd.signer.SignerRequest.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The blocks are those of the JDK's signatures, recovered with the public key. */
final class SignableTest {
  private static KeyPair rsa(int bits) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits);
    return generator.generateKeyPair();
  }

  /** Returns the block that was signed. */
  private static byte[] block(KeyPair pair, byte[] signature) {
    RSAPublicKey key = (RSAPublicKey) pair.getPublic();
    byte[] octets =
        new BigInteger(1, signature)
            .modPow(key.getPublicExponent(), key.getModulus())
            .toByteArray();
    byte[] block = new byte[signature.length];
    int length = Math.min(octets.length, block.length);
    System.arraycopy(octets, octets.length - length, block, block.length - length, length);
    return block;
  }

  private static byte[] pss(KeyPair pair, String hash, int saltLength) throws Exception {
    Signature signer = Signature.getInstance("RSASSA-PSS");
    signer.setParameter(
        new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), saltLength, 1));
    signer.initSign(pair.getPrivate());
    signer.update((byte) 1);
    return block(pair, signer.sign());
  }

  @ParameterizedTest
  @ValueSource(ints = {1024, 1025, 1026, 1031, 1032, 2048})
  void pssOfEachLength(int bits) throws Exception {
    KeyPair pair = rsa(bits);
    for (String hash : new String[] {"SHA-256", "SHA-384"}) {
      int length = hash.equals("SHA-256") ? 32 : 48;
      byte[] block = pss(pair, hash, length);
      assertTrue(Signable.isSignable(Kind.PSS, block, bits), bits + hash);
      for (int i = 0; i < block.length; i++) {
        byte[] other = block.clone();
        other[i] ^= (byte) (i == 0 ? 0x80 : 1);
        boolean isSalt = false; // any salt is valid
        boolean isHash = i >= block.length - 1 - length && i < block.length - 1;
        if (i >= block.length - 1 - 2 * length && i < block.length - 1 - length) {
          isSalt = true;
        }
        assertEquals(isSalt, Signable.isSignable(Kind.PSS, other, bits), "octet " + i + isHash);
      }
      assertFalse(Signable.isSignable(Kind.PSS, block, bits + 8));
      assertFalse(Signable.isSignable(Kind.PSS, block, 0));
    }
    assertFalse(Signable.isSignable(Kind.PSS, pss(pair, "SHA-1", 20), bits));
    assertFalse(Signable.isSignable(Kind.PSS, pss(pair, "SHA-256", 20), bits), "not TLS's salt");
  }

  @Test
  void pssWithSha512() throws Exception {
    KeyPair pair = rsa(2048);
    assertTrue(Signable.isSignable(Kind.PSS, pss(pair, "SHA-512", 64), 2048));
  }

  /** Such as an encrypted session key, blinded until the block ends as PSS does. */
  @Test
  void noBlockThatOnlyEndsAsPssDoes() {
    Random random = new Random(1);
    byte[] block = new byte[256];
    for (int i = 0; i < 2_000; i++) {
      random.nextBytes(block);
      block[0] &= 0x7f;
      block[255] = (byte) 0xbc;
      assertFalse(Signable.isSignable(Kind.PSS, block, 2048));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "SHA256withRSA, true",
    "SHA384withRSA, true",
    "SHA512withRSA, true",
    "SHA1withRSA, false",
    "SHA224withRSA, false",
    "SHA512/256withRSA, false",
    "MD5withRSA, false"
  })
  void digestInfo(String algorithm, boolean isSignable) throws Exception {
    KeyPair pair = rsa(2048);
    Signature signer = Signature.getInstance(algorithm);
    signer.initSign(pair.getPrivate());
    signer.update((byte) 1);
    byte[] block = block(pair, signer.sign());
    int start = 2; // 00 01 ff ... ff 00, and then the DigestInfo
    while (block[start] == (byte) 0xff) {
      start++;
    }
    byte[] info = Arrays.copyOfRange(block, start + 1, block.length);
    assertEquals(isSignable, Signable.isSignable(Kind.PKCS1, info, 2048));
    assertFalse(Signable.isSignable(Kind.PKCS1, info, 0), "an EC key");
    assertFalse(Signable.isSignable(Kind.PKCS1, Arrays.copyOf(info, info.length + 1), 2048));
    assertFalse(Signable.isSignable(Kind.PKCS1, Arrays.copyOf(info, info.length - 1), 2048));
    for (int i = 0; isSignable && i < 19; i++) {
      byte[] other = info.clone();
      other[i] ^= 1;
      assertFalse(Signable.isSignable(Kind.PKCS1, other, 2048), "octet " + i);
    }
  }

  @Test
  void digests() {
    for (int length = 0; length < 70; length++) {
      boolean isDigest = length == 32 || length == 48 || length == 64;
      assertEquals(isDigest, Signable.isSignable(Kind.ECDSA, new byte[length], 0), "" + length);
      assertFalse(Signable.isSignable(Kind.ECDSA, new byte[length], 2048), "an RSA key");
      assertFalse(Signable.isSignable(Kind.CHAIN, new byte[length], 0));
    }
  }
}
