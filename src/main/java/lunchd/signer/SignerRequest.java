package lunchd.signer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a handler asks a signer for, and how this is written on their connection. It first asks for
 * the chain of a name, or in a check for those of all names; then for one signature with the key of
 * the last chain, which ends the connection:
 *
 * <pre>
 * request   = chain / signature
 * chain     = "C" length1 name         ; name: 0 to 253 octets, a server's name in lower case;
 *                                      ; empty: the chain for clients that name none
 * signature = scheme stale length2 input
 * scheme    = "E"                      ; ECDSA: input is the digest
 *           / "P"                      ; RSASSA-PKCS1-v1_5: input is the DigestInfo
 *           / "S"                      ; RSASSA-PSS: input is the encoded message, EMSA-PSS
 * stale     = %x00 / %x01              ; 1: the disk has another chain by now
 * answer    = status length3 content
 * status    = %x00                     ; content is the chain, PEM, or the signature
 *           / %x01                     ; refused: this signer does not sign that; no content
 *           / %x02                     ; there is no usable key; no content
 * </pre>
 *
 * where {@code length1} has one octet, and so on, the most significant first.
 *
 * @param kind what is asked for
 * @param isStale whether the handler has found another chain on the disk
 * @param content the name in ASCII, or the input
 */
public record SignerRequest(Kind kind, boolean isStale, byte[] content) {
  /** The kinds of request. */
  public enum Kind {
    /** The chain of a server's name. */
    CHAIN('C'),
    /** An ECDSA signature. */
    ECDSA('E'),
    /** An RSA signature with the padding of PKCS #1 v1.5, as TLS 1.2 still has it. */
    PKCS1('P'),
    /** An RSA signature with PSS. */
    PSS('S');

    private final byte code;

    Kind(char code) {
      this.code = (byte) code;
    }
  }

  /**
   * In octets; RFC 1035 section 2.3.4, without the length octets of the first label and the root.
   */
  static final int MAX_NAME = 253;

  /** In octets: an RSA key of 8,192 bits. */
  static final int MAX_INPUT = 1024;

  /** The longest request. */
  static final int MAX_LENGTH = 4 + MAX_INPUT;

  /** The status of an answer that has content. */
  static final byte OK = 0;

  /** The status if the request is refused. */
  static final byte REFUSED = 1;

  /** The status of a signer that has no usable key. */
  static final byte NO_KEY = 2;

  /** The octets of an answer before its content. */
  static final int ANSWER_HEADER = 4;

  /** Says that what was received is not a request. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    Malformed(String what) {
      super(what, null, false, false);
    }
  }

  /**
   * Parses a request.
   *
   * @param octets what has arrived so far; it ends with this request, since each request waits for
   *     the answer to the one before
   * @return the request, or null if it is not complete
   * @throws Malformed if it can't be the beginning of a request
   */
  static SignerRequest parse(ByteBuffer octets) throws Malformed {
    int start = octets.position();
    int length = octets.remaining();
    if (length == 0) {
      return null;
    }
    Kind kind = kind(octets.get(start));
    int header = kind == Kind.CHAIN ? 2 : 4;
    if (length < header) {
      return null;
    }
    int contentLength;
    boolean isStale = false;
    if (kind == Kind.CHAIN) {
      contentLength = octets.get(start + 1) & 0xff;
      check(contentLength <= MAX_NAME, "the name is too long");
    } else {
      byte stale = octets.get(start + 1);
      check(stale == 0 || stale == 1, "the flag for an outdated signer is neither 0 nor 1");
      isStale = stale == 1;
      contentLength = octets.getShort(start + 2) & 0xffff;
      check(contentLength <= MAX_INPUT, "the input is too long");
    }
    check(length <= header + contentLength, "it is longer than its length says");
    if (length < header + contentLength) {
      return null;
    }
    byte[] content = new byte[contentLength];
    octets.get(start + header, content);
    if (kind == Kind.CHAIN) {
      check(isName(content), "the name is not a host name");
    }
    return new SignerRequest(kind, isStale, content);
  }

  private static void check(boolean isFine, String what) throws Malformed {
    if (!isFine) {
      throw new Malformed(what);
    }
  }

  private static Kind kind(byte code) throws Malformed {
    return switch (code) {
      case 'C' -> Kind.CHAIN;
      case 'E' -> Kind.ECDSA;
      case 'P' -> Kind.PKCS1;
      case 'S' -> Kind.PSS;
      default -> throw new Malformed("no request");
    };
  }

  /**
   * Letters, digits, hyphens and underscores between dots: nothing that could lead to another
   * directory.
   */
  private static boolean isName(byte[] name) {
    byte last = '.';
    for (byte octet : name) {
      boolean isInLabel =
          octet >= 'a' && octet <= 'z'
              || octet >= '0' && octet <= '9'
              || octet == '-'
              || octet == '_';
      if (!isInLabel && (octet != '.' || last == '.')) {
        return false;
      }
      last = octet;
    }
    return name.length == 0 || last != '.';
  }

  /** {@return the server's name whose chain is asked for} */
  String name() {
    return new String(content, StandardCharsets.US_ASCII);
  }

  /** {@return the request as it is sent} */
  byte[] encode() {
    boolean isChain = kind == Kind.CHAIN;
    ByteBuffer octets = ByteBuffer.allocate((isChain ? 2 : 4) + content.length);
    octets.put(kind.code);
    if (isChain) {
      octets.put((byte) content.length);
    } else {
      octets.put((byte) (isStale ? 1 : 0)).putShort((short) content.length);
    }
    return octets.put(content).array();
  }

  /** {@return an answer as it is sent} */
  static ByteBuffer answer(byte status, byte[] content) {
    return ByteBuffer.allocate(ANSWER_HEADER + content.length)
        .putInt(status << 24 | content.length)
        .put(content)
        .flip();
  }
}
