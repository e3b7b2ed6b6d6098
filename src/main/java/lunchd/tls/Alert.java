package lunchd.tls;

import java.nio.ByteBuffer;
import java.util.Locale;

/** The alerts of RFC 8446 section 6, and those that a client of TLS 1.2 may still send. */
public enum Alert {
  /** The sender says no more: no error. */
  CLOSE_NOTIFY(0),
  /** A message came where it must not. */
  UNEXPECTED_MESSAGE(10),
  /** A record can't be decrypted. */
  BAD_RECORD_MAC(20),
  /** A record is longer than any may be. */
  RECORD_OVERFLOW(22),
  /** There is no way that both sides take. */
  HANDSHAKE_FAILURE(40),
  /** The certificate is broken. */
  BAD_CERTIFICATE(42),
  /** The certificate is of a kind that is not taken. */
  UNSUPPORTED_CERTIFICATE(43),
  /** The certificate's signer has revoked it. */
  CERTIFICATE_REVOKED(44),
  /** The certificate has expired, or is not yet valid. */
  CERTIFICATE_EXPIRED(45),
  /** The certificate can't be used for some other reason. */
  CERTIFICATE_UNKNOWN(46),
  /** A field has a value that it must not have. */
  ILLEGAL_PARAMETER(47),
  /** The certificate's issuer is not trusted. */
  UNKNOWN_CA(48),
  /** The certificate is valid, but not for this. */
  ACCESS_DENIED(49),
  /** A message can't be parsed. */
  DECODE_ERROR(50),
  /** A signature or a Finished is wrong. */
  DECRYPT_ERROR(51),
  /** The version is not supported. */
  PROTOCOL_VERSION(70),
  /** What the other side offers is too weak. */
  INSUFFICIENT_SECURITY(71),
  /** The fault is the sender's own. */
  INTERNAL_ERROR(80),
  /** The client falls back to a version below what both support, RFC 7507. */
  INAPPROPRIATE_FALLBACK(86),
  /** The sender gives up, for no reason in the protocol. */
  USER_CANCELED(90),
  /** TLS 1.2: the sender does not renegotiate. */
  NO_RENEGOTIATION(100),
  /** An extension that must be there is missing. */
  MISSING_EXTENSION(109),
  /** An extension that must not be there is. */
  UNSUPPORTED_EXTENSION(110),
  /** No server of that name. */
  UNRECOGNIZED_NAME(112),
  /** The stapled OCSP response is wrong. */
  BAD_CERTIFICATE_STATUS_RESPONSE(113),
  /** No such pre-shared key. */
  UNKNOWN_PSK_IDENTITY(115),
  /** A client's certificate is missing. */
  CERTIFICATE_REQUIRED(116),
  /** None of the application protocols is spoken here, RFC 7301 section 3.2. */
  NO_APPLICATION_PROTOCOL(120);

  private static final byte CONTENT_TYPE = 21;
  private static final byte FATAL = 2;
  private static final int HEADER = 5;

  /** How BoringSSL's numbers of TLS errors begin, in hexadecimal. */
  private static final String ERROR = "error:10";

  private static final int DIGITS = 6; // what follows

  /** BoringSSL numbers a received alert as a reason: this and its description. */
  private static final int REASON = 1_000;

  private static final int REASON_MASK = 0xfff;

  /** What it says of a close_notify in the handshake, and of nothing else. */
  private static final String CLOSED = ":SSL_HANDSHAKE_FAILURE";

  private final byte description;

  Alert(int description) {
    this.description = (byte) description;
  }

  /** Returns the name that the RFC gives an alert, or its number if there is none. */
  static String name(int description) {
    for (Alert alert : values()) {
      if (alert.description == description) {
        return alert.name().toLowerCase(Locale.ROOT);
      }
    }
    return "number " + description;
  }

  /**
   * Returns the alert that a client sent in plaintext after the server's first flight, as OpenSSL
   * does where it refuses the certificate: to the engine it is a record that can't be decrypted.
   *
   * @return the alert's name, or null if the record is none
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
   * Returns the client's alert that an error of BoringSSL's stands for.
   *
   * @param text such as {@code error:10000438:SSL routines:OPENSSL_internal:...}
   * @return the alert's name, or null if the error is none
   */
  static String in(String text) {
    if (text.contains(CLOSED)) {
      return name(CLOSE_NOTIFY.description);
    }
    int start = text.indexOf(ERROR) + ERROR.length();
    if (start < ERROR.length()) {
      return null;
    }
    int reason = Integer.parseInt(text, start, start + DIGITS, 16) & REASON_MASK;
    return reason < REASON ? null : name(reason - REASON);
  }

  /** {@return a plaintext record with this fatal alert; good only before the keys are in use} */
  public ByteBuffer record() {
    return ByteBuffer.wrap(new byte[] {CONTENT_TYPE, 3, 3, 0, 2, FATAL, description});
  }
}
