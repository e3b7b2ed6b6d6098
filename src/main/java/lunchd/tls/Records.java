package lunchd.tls;

import java.nio.ByteBuffer;

/** The part of TLS records that lunchd itself looks at: RFC 8446 section 5.1. */
final class Records {
  private static final byte CHANGE_CIPHER_SPEC = 20; // the first of the content types
  private static final byte APPLICATION_DATA = 23; // the last
  private static final byte MAJOR_VERSION = 3; // of TLS, and of SSL 3.0

  private static final int HEADER = 5;
  private static final int MAX_FRAGMENT = 1 << 14; // in plaintext
  private static final int MAX_ENCRYPTED = 16_709 - HEADER; // Conscrypt parses no longer ones

  private static final int SERVER_KEY_EXCHANGE = 12;
  private static final int SHA1 = 2; // HashAlgorithm, RFC 5246 section 7.4.1.4.1

  private Records() {}

  /**
   * Conscrypt parses a record's header before BoringSSL sees it, and sends no alert for a bad one.
   *
   * @param record what came, from its first octet
   * @return a record for BoringSSL to refuse instead, or null if the header is valid
   */
  static ByteBuffer insteadOf(ByteBuffer record) {
    if (record.remaining() < HEADER) {
      return null;
    }
    int start = record.position();
    byte type = record.get(start);
    byte major = record.get(start + 1);
    int length = record.getShort(start + 3) & 0xffff;
    if (type >= CHANGE_CIPHER_SPEC
        && type <= APPLICATION_DATA
        && major == MAJOR_VERSION
        && length > 0
        && length <= MAX_ENCRYPTED) {
      return null;
    }
    return junk(major == MAJOR_VERSION ? 3 : 0, length);
  }

  /**
   * Returns a record that no client with the keys would send. BoringSSL's alert is
   * unexpected_message before the keys are in use, bad_record_mac after.
   */
  static ByteBuffer junk() {
    return junk(3, 0);
  }

  /**
   * Returns application data of zeros.
   *
   * @param minor the minor version: with any but 3 it is protocol_version once there is a version
   * @param length if more than a record may have, the record is too long: record_overflow before
   *     the keys are in use
   */
  private static ByteBuffer junk(int minor, int length) {
    // As long as possible, or BoringSSL would skip it where it skips early data.
    int fragment = length > MAX_ENCRYPTED ? MAX_FRAGMENT + 1 : MAX_FRAGMENT;
    ByteBuffer record = ByteBuffer.allocate(HEADER + fragment);
    record.put(APPLICATION_DATA).put(MAJOR_VERSION).put((byte) minor).putShort((short) fragment);
    return record.rewind();
  }

  /**
   * Tells whether the server's key exchange is signed with SHA-1, as BoringSSL does for a client of
   * TLS 1.2 that takes nothing better; RFC 9155 section 4 forbids it.
   *
   * @param flight whole records of the server's
   */
  static boolean isSignedWithSha1(ByteBuffer flight) {
    ByteBuffer messages = ByteBuffer.allocate(flight.remaining());
    int start = flight.position();
    while (start < flight.limit() && flight.get(start) == TlsConnection.HANDSHAKE) {
      int length = flight.getShort(start + 3) & 0xffff;
      messages.put(flight.slice(start + HEADER, length));
      start += HEADER + length;
    }
    messages.flip();
    while (messages.hasRemaining()) { // RFC 5246 section 7.4: type, length
      int header = messages.getInt();
      int body = messages.position();
      if (header >>> 24 == SERVER_KEY_EXCHANGE) { // RFC 8422 section 5.4: curve, point, signature
        int point = messages.get(body + 3) & 0xff;
        return messages.get(body + 4 + point) <= SHA1;
      }
      messages.position(body + (header & 0xffffff));
    }
    return false;
  }
}
