package lunchd.tls;

import java.nio.ByteBuffer;

/** The alerts of RFC 8446 section 6, and those that a client of TLS 1.2 may still send. */
public final class Alert {
  /** The two sides have no parameters in common. */
  static final int HANDSHAKE_FAILURE = 40;

  /** The fault is on the sender's side. */
  public static final int INTERNAL_ERROR = 80;

  /** None of the application protocols is spoken here, RFC 7301 section 3.2. */
  static final int NO_APPLICATION_PROTOCOL = 120;

  private static final byte CONTENT_TYPE = 21;
  private static final byte FATAL = 2;
  private static final int HEADER = 5;

  /** The beginning of BoringSSL's numbers of TLS errors, in hexadecimal. */
  private static final String ERROR = "error:10";

  private static final int DIGITS = 6; // what follows

  /** BoringSSL numbers a received alert as a reason: this and its description. */
  private static final int REASON = 1_000;

  private static final int REASON_MASK = 0xfff;

  /** What it says about a close_notify in the handshake, and about nothing else. */
  private static final String CLOSED = ":SSL_HANDSHAKE_FAILURE";

  private Alert() {}

  /**
   * Makes a fatal alert; valid only before the keys are in use.
   *
   * @param description its number
   * @return a plaintext record
   */
  public static ByteBuffer record(int description) {
    return ByteBuffer.wrap(new byte[] {CONTENT_TYPE, 3, 3, 0, 2, FATAL, (byte) description});
  }

  /** Returns the name that the RFC gives an alert, or its number if there is none. */
  static String name(int description) {
    return switch (description) {
      case 0 -> "close_notify";
      case 10 -> "unexpected_message";
      case 20 -> "bad_record_mac";
      case 22 -> "record_overflow";
      case 40 -> "handshake_failure";
      case 42 -> "bad_certificate";
      case 43 -> "unsupported_certificate";
      case 44 -> "certificate_revoked";
      case 45 -> "certificate_expired";
      case 46 -> "certificate_unknown";
      case 47 -> "illegal_parameter";
      case 48 -> "unknown_ca";
      case 49 -> "access_denied";
      case 50 -> "decode_error";
      case 51 -> "decrypt_error";
      case 70 -> "protocol_version";
      case 71 -> "insufficient_security";
      case 80 -> "internal_error";
      case 86 -> "inappropriate_fallback";
      case 90 -> "user_canceled";
      case 100 -> "no_renegotiation";
      case 109 -> "missing_extension";
      case 110 -> "unsupported_extension";
      case 112 -> "unrecognized_name";
      case 113 -> "bad_certificate_status_response";
      case 115 -> "unknown_psk_identity";
      case 116 -> "certificate_required";
      case 120 -> "no_application_protocol";
      default -> "number " + description;
    };
  }

  /**
   * Returns the alert that a client sent in plaintext after the server's first flight, as OpenSSL
   * does where it refuses the certificate: to the engine it is a record that can't be decrypted.
   *
   * @return the alert's name, or null if the record is not one
   */
  static String in(ByteBuffer record) {
    int start = record.position();
    if (record.remaining() < HEADER + 2
        || record.get(start) != CONTENT_TYPE
        || record.getShort(start + 3) != 2) {
      return null;
    }
    return name(record.get(start + HEADER + 1) & 0xff);
  }

  /**
   * Returns the client's alert that BoringSSL has reported as an error.
   *
   * @param text such as {@code error:10000438:SSL routines:OPENSSL_internal:...}
   * @return the alert's name, or null if the error is none
   */
  static String in(String text) {
    if (text.contains(CLOSED)) {
      return name(0);
    }
    int start = text.indexOf(ERROR) + ERROR.length();
    if (start < ERROR.length()) {
      return null;
    }
    int reason = Integer.parseInt(text, start, start + DIGITS, 16) & REASON_MASK;
    return reason < REASON ? null : name(reason - REASON);
  }
}
