package lunchd.it.support;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Protects the records of one direction: TLS_AES_128_GCM_SHA256, RFC 8446 sections 5.2 and 7. */
public final class TrafficKeys {
  private static final int TAG_BITS = 128;
  private static final int HASH_LENGTH = 32;

  private final byte[] secret;
  private final SecretKeySpec key;
  private final byte[] iv;
  private long sequence;

  public TrafficKeys(byte[] secret) throws GeneralSecurityException {
    this.secret = secret;
    key = new SecretKeySpec(expand(secret, "key", new byte[0], 16), "AES");
    iv = expand(secret, "iv", new byte[0], 12);
  }

  /** Returns those that follow a KeyUpdate, section 7.2. */
  public TrafficKeys next() throws GeneralSecurityException {
    return new TrafficKeys(expand(secret, "traffic upd", new byte[0], HASH_LENGTH));
  }

  /** Returns the verify_data of a Finished, section 4.4.4. */
  public byte[] finished(byte[] transcriptHash) throws GeneralSecurityException {
    return hmac(expand(secret, "finished", new byte[0], HASH_LENGTH), transcriptHash);
  }

  /** Returns a whole record. */
  public byte[] seal(int type, byte[] content, int padding) throws GeneralSecurityException {
    byte[] inner = Arrays.copyOf(content, content.length + 1 + padding);
    inner[content.length] = (byte) type;
    byte[] header =
        ByteBuffer.allocate(5)
            .put((byte) RawClient.APPLICATION_DATA)
            .putShort((short) 0x0303)
            .putShort((short) (inner.length + TAG_BITS / 8))
            .array();
    return ClientHello.join(header, crypt(Cipher.ENCRYPT_MODE, header, inner));
  }

  /** Returns the content of a record, and after it its type. */
  public byte[] open(byte[] header, byte[] fragment) throws GeneralSecurityException {
    byte[] inner = crypt(Cipher.DECRYPT_MODE, header, fragment);
    int end = inner.length;
    while (inner[end - 1] == 0) {
      end--;
    }
    return Arrays.copyOf(inner, end);
  }

  private byte[] crypt(int mode, byte[] header, byte[] text) throws GeneralSecurityException {
    byte[] nonce = iv.clone();
    for (int i = 0; i < 8; i++) {
      nonce[nonce.length - 1 - i] ^= (byte) (sequence >>> (8 * i));
    }
    sequence++;
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(header);
    return cipher.doFinal(text);
  }

  /** HKDF-Extract and HMAC are the same, RFC 5869 section 2.2. */
  public static byte[] hmac(byte[] key, byte[] message) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(message);
  }

  /** HKDF-Expand-Label, for a single block of output. */
  public static byte[] expand(byte[] secret, String label, byte[] context, int length)
      throws GeneralSecurityException {
    byte[] name = ("tls13 " + label).getBytes(StandardCharsets.US_ASCII);
    byte[] info =
        ClientHello.join(
            ClientHello.uint16(length),
            ClientHello.vector8(name),
            ClientHello.vector8(context),
            new byte[] {1});
    return Arrays.copyOf(hmac(secret, info), length);
  }
}
