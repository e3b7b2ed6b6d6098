package lunchd.tls;

import java.util.Arrays;

/**
 * The part of DER (X.690) that is needed to recognise what is in a key file. A library for all of
 * it has a hundred classes, which would cost time at every start.
 */
final class Der {
  static final int INTEGER = 0x02;
  static final int OCTET_STRING = 0x04;
  static final int NULL = 0x05;
  static final int OBJECT_IDENTIFIER = 0x06;
  static final int SEQUENCE = 0x30;
  private static final int VERSION = 0xa0; // of a certificate: [0], explicit

  private final byte[] octets;
  private int position;
  private final int end;

  private Der(byte[] octets, int start, int end) {
    this.octets = octets;
    this.position = start;
    this.end = end;
  }

  /**
   * Enters a sequence that is all of an encoding.
   *
   * @throws IllegalArgumentException if it is not
   */
  static Der sequence(byte[] encoding) {
    Der whole = new Der(encoding, 0, encoding.length);
    Der content = whole.enter(SEQUENCE);
    if (whole.position != whole.end) {
      throw new IllegalArgumentException("more than one element");
    }
    return content;
  }

  /** Tells whether the next element has this tag. */
  boolean has(int tag) {
    return position < end && (octets[position] & 0xff) == tag;
  }

  /**
   * Enters the next element; here it is skipped.
   *
   * @throws IllegalArgumentException if it is not of this kind, or not whole
   */
  Der enter(int tag) {
    if (!has(tag) || position + 1 == end) {
      throw new IllegalArgumentException("no element of tag " + tag);
    }
    int start = position + 2;
    int length = octets[position + 1] & 0xff;
    if (length >= 0x80) { // in as many octets as the rest says
      int lengthOctets = length & 0x7f;
      if (lengthOctets == 0 || lengthOctets > 3 || lengthOctets > end - start) {
        throw new IllegalArgumentException("no such length");
      }
      length = 0;
      for (int i = 0; i < lengthOctets; i++) {
        length = length << Byte.SIZE | octets[start++] & 0xff;
      }
    }
    if (length > end - start) {
      throw new IllegalArgumentException("cut short");
    }
    position = start + length;
    return new Der(octets, start, position);
  }

  /** Returns what is left. */
  byte[] rest() {
    return Arrays.copyOfRange(octets, position, end);
  }

  /** Skips the next element, an object identifier, and returns it in dotted form. */
  String objectIdentifier() {
    StringBuilder dotted = new StringBuilder();
    long arc = 0;
    for (byte octet : enter(OBJECT_IDENTIFIER).rest()) {
      arc = arc << 7 | octet & 0x7f;
      if (octet >= 0) {
        if (dotted.isEmpty()) { // the first two in one
          long first = Math.min(arc / 40, 2);
          dotted.append(first);
          arc -= 40 * first;
        }
        dotted.append('.').append(arc);
        arc = 0;
      }
    }
    return dotted.toString();
  }

  /**
   * Finds the public key in a certificate, RFC 5280 section 4.1.
   *
   * @return its SubjectPublicKeyInfo
   * @throws IllegalArgumentException if the certificate is broken
   */
  static byte[] publicKeyInfo(byte[] certificate) {
    Der signed = sequence(certificate).enter(SEQUENCE);
    if (signed.has(VERSION)) {
      signed.enter(VERSION);
    }
    signed.enter(INTEGER); // the serial number
    signed.enter(SEQUENCE); // the algorithm of the signature
    signed.enter(SEQUENCE); // the issuer
    signed.enter(SEQUENCE); // the validity
    signed.enter(SEQUENCE); // the subject
    return encode(SEQUENCE, signed.enter(SEQUENCE).rest());
  }

  /** Encodes an element; its length is below 2^24. */
  static byte[] encode(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    int lengthOctets = length > 0xffff ? 3 : length > 0xff ? 2 : length >= 0x80 ? 1 : 0;
    byte[] element = new byte[2 + lengthOctets + length]; // at once: it may be of a key
    int end = 0;
    element[end++] = (byte) tag;
    if (lengthOctets > 0) {
      element[end++] = (byte) (0x80 | lengthOctets);
    }
    for (int i = Math.max(lengthOctets - 1, 0); i >= 0; i--) {
      element[end++] = (byte) (length >> Byte.SIZE * i);
    }
    for (byte[] part : parts) {
      System.arraycopy(part, 0, element, end, part.length);
      end += part.length;
    }
    return element;
  }
}
