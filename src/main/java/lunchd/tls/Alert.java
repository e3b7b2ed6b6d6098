package lunchd.tls;

import java.nio.ByteBuffer;

/** TLS alerts that lunchd writes itself, where no engine does: RFC 8446 section 6. */
public enum Alert {
  /** The client sent what is of no kind that TLS has. */
  UNEXPECTED_MESSAGE(10),
  /** The client sent a record that is longer than any may be. */
  RECORD_OVERFLOW(22),
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

  /** {@return a plaintext record with this fatal alert; good only before the keys are in use} */
  public ByteBuffer record() {
    return ByteBuffer.wrap(
        new byte[] {CONTENT_TYPE_ALERT, MAJOR_VERSION, 3, 0, 2, FATAL, description});
  }
}
