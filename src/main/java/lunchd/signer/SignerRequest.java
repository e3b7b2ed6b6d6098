package lunchd.signer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a handler asks a signer for, and how it is written on their connection. First the chain of a
 * name, or in a check those of all names; then one signature with the key of the last of them,
 * which ends the connection:
 *
 * <pre>
 * request   = chain / signature
 * chain     = "C" length1 name         ; name: 0 to 253 octets, a server's name in lower case;
 *                                      ; none asks for what is served under no name
 * signature = scheme stale length2 input
 * scheme    = "E"                      ; ECDSA: input is the digest
 *           / "P"                      ; RSASSA-PKCS1-v1_5: input is the DigestInfo
 *           / "S"                      ; RSASSA-PSS: input is the encoded message, EMSA-PSS
 * stale     = %x00 / %x01              ; 1: on the disk there is another chain by now
 * answer    = status length3 content
 * status    = %x00                     ; content is the chain, PEM, or the signature
 *           / %x01                     ; refused: not signed by this signer; no content
 *           / %x02                     ; there is no key that can be used; no content
 * </pre>
 *
 * where {@code length1} is of one octet and so on, the highest first.
 *
 * @param kind which of them
 * @param isStale whether the handler knows of another chain
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

  /** In octets; RFC 1035 section 2.3.4 without the root's. */
  static final int MAX_NAME = 253;

  /** In octets: an RSA key of 8,192 bits. */
  static final int MAX_INPUT = 1024;

  /** The longest request. */
  static final int MAX_LENGTH = 4 + MAX_INPUT;

  /** The status of an answer with content. */
  static final byte OK = 0;

  /** The status if the request is refused. */
  static final byte REFUSED = 1;

  /** The status of a signer that has no usable key. */
  static final byte NO_KEY = 2;

  /** The octets of an answer before its content. */
  static final int ANSWER_HEADER = 4;

  /** A request that is none. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    Malformed(String what) {
      super(what, null, false, false);
    }
  }

  /**
   * Parses a request.
   *
   * @param octets what came so far; after it there is nothing, since each request waits for the
   *     answer to the one before
   * @return the request, or null if there is more to come
   * @throws Malformed if it is none
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
      check(contentLength <= MAX_NAME, "a name that is too long");
    } else {
      byte stale = octets.get(start + 1);
      check(stale == 0 || stale == 1, "neither stale nor not");
      isStale = stale == 1;
      contentLength = octets.getShort(start + 2) & 0xffff;
      check(contentLength <= MAX_INPUT, "an input that is too long");
    }
    check(length <= header + contentLength, "more than a request");
    if (length < header + contentLength) {
      return null;
    }
    byte[] content = new byte[contentLength];
    octets.get(start + header, content);
    if (kind == Kind.CHAIN) {
      check(isName(content), "a name that is not a host name");
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
   * Letters, digits, hyphens and underscores between dots: nothing that a path could begin with.
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

  /** {@return the server's name that a chain is asked for} */
  String name() {
    return new String(content, StandardCharsets.US_ASCII);
  }

  /** {@return the request as it is written} */
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

  /** {@return an answer as it is written} */
  static ByteBuffer answer(byte status, byte[] content) {
    return ByteBuffer.allocate(ANSWER_HEADER + content.length)
        .putInt(status << 24 | content.length)
        .put(content)
        .flip();
  }
}
