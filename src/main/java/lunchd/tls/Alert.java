package lunchd.tls;

import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * TLS alerts that no engine writes or reads, so that lunchd does: its own, and a client's about the
 * certificate. RFC 8446 section 6.
 */
public enum Alert {
  /** The client sent what is of no kind that TLS has. */
  UNEXPECTED_MESSAGE(10),
  /** The client sent a record that is longer than any may be. */
  RECORD_OVERFLOW(22),
  /** The client finds the certificate broken. */
  BAD_CERTIFICATE(42),
  /** The client finds the certificate to be over, or not to have begun. */
  CERTIFICATE_EXPIRED(45),
  /** The client takes no such certificate. */
  CERTIFICATE_UNKNOWN(46),
  /** The client trusts none who issued the certificate. */
  UNKNOWN_CA(48),
  /** The client sent what is no TLS message. */
  DECODE_ERROR(50),
  /** The server's own configuration or code is at fault. */
  INTERNAL_ERROR(80),
  /** The client speaks none of the server's application protocols, RFC 7301 section 3.2. */
  NO_APPLICATION_PROTOCOL(120);

  private static final byte CHANGE_CIPHER_SPEC = 20; // the first of the content types
  private static final byte CONTENT_TYPE_ALERT = 21;
  private static final byte APPLICATION_DATA = 23; // the last
  private static final byte MAJOR_VERSION = 3; // of TLS, and of SSL 3.0
  private static final byte FATAL = 2;

  private static final int HEADER = 5;
  private static final int MAX_FRAGMENT = (1 << 14) + 256; // RFC 8446 section 5.2

  private final byte description;

  Alert(int description) {
    this.description = (byte) description;
  }

  /**
   * Returns the alert for what can't be a record, which engines refuse without one: RFC 8446
   * section 5. Null if the header is in order.
   */
  static Alert against(ByteBuffer record) {
    if (record.remaining() < HEADER) {
      return null;
    }
    int start = record.position();
    byte type = record.get(start);
    int length = record.getShort(start + 3) & 0xffff;
    if (type < CHANGE_CIPHER_SPEC || type > APPLICATION_DATA) {
      return UNEXPECTED_MESSAGE;
    }
    if (length > MAX_FRAGMENT) {
      return RECORD_OVERFLOW;
    }
    return length == 0 || record.get(start + 1) != MAJOR_VERSION ? DECODE_ERROR : null;
  }

  /**
   * Returns what a client says that refuses the server's flight in plaintext, as OpenSSL does. To
   * an engine that is a record whose protection is missing. Null if it is none of these.
   */
  static String of(ByteBuffer record) {
    int start = record.position();
    if (record.remaining() < HEADER + 2
        || record.get(start) != CONTENT_TYPE_ALERT
        || record.getShort(start + 3) != 2) {
      return null;
    }
    byte description = record.get(start + 6);
    for (Alert alert : values()) {
      if (alert.description == description) {
        return "the client's alert " + alert.name().toLowerCase(Locale.ROOT);
      }
    }
    return "the client's alert " + (description & 0xff);
  }

  /** {@return a plaintext record with this fatal alert; good only before the keys are in use} */
  public ByteBuffer record() {
    return ByteBuffer.wrap(
        new byte[] {CONTENT_TYPE_ALERT, MAJOR_VERSION, 3, 0, 2, FATAL, description});
  }
}
