package lunchd.tls;

import java.nio.ByteBuffer;

/** TLS alerts that lunchd writes itself, where no engine does: RFC 8446 section 6. */
public enum Alert {
  /** The client sent what is no TLS message. */
  DECODE_ERROR(50),
  /** The server's own configuration or code is at fault. */
  INTERNAL_ERROR(80),
  /** The client speaks none of the server's application protocols, RFC 7301 section 3.2. */
  NO_APPLICATION_PROTOCOL(120);

  private static final byte CONTENT_TYPE_ALERT = 21;
  private static final byte FATAL = 2;

  private final byte description;

  Alert(int description) {
    this.description = (byte) description;
  }

  /** {@return a plaintext record with this fatal alert; good only before the keys are in use} */
  public ByteBuffer record() {
    return ByteBuffer.wrap(new byte[] {CONTENT_TYPE_ALERT, 3, 3, 0, 2, FATAL, description});
  }
}
