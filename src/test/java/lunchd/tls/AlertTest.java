package lunchd.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AlertTest {
  @ParameterizedTest
  @ValueSource(
      ints = {Alert.HANDSHAKE_FAILURE, Alert.INTERNAL_ERROR, Alert.NO_APPLICATION_PROTOCOL})
  void isFatal(int description) {
    byte[] octets = {21, 3, 3, 0, 2, 2, (byte) description};
    assertEquals(ByteBuffer.wrap(octets), Alert.record(description));
  }

  /** Those of RFC 8446 section 6, no_renegotiation of RFC 5246, and unassigned ones. */
  @ParameterizedTest
  @CsvSource({
    "0, close_notify",
    "10, unexpected_message",
    "20, bad_record_mac",
    "22, record_overflow",
    "40, handshake_failure",
    "42, bad_certificate",
    "43, unsupported_certificate",
    "44, certificate_revoked",
    "45, certificate_expired",
    "46, certificate_unknown",
    "47, illegal_parameter",
    "48, unknown_ca",
    "49, access_denied",
    "50, decode_error",
    "51, decrypt_error",
    "70, protocol_version",
    "71, insufficient_security",
    "80, internal_error",
    "86, inappropriate_fallback",
    "90, user_canceled",
    "100, no_renegotiation",
    "109, missing_extension",
    "110, unsupported_extension",
    "112, unrecognized_name",
    "113, bad_certificate_status_response",
    "115, unknown_psk_identity",
    "116, certificate_required",
    "120, no_application_protocol",
    "1, number 1",
    "255, number 255",
  })
  void isNamedAsInTheRfc(int description, String name) {
    assertEquals(name, Alert.name(description));
  }

  @ParameterizedTest
  @CsvSource({
    "15 03 03 00 02 02 30, unknown_ca",
    "15 03 03 00 02 01 00, close_notify",
    "15 03 03 00 02 02 ff 15, number 255",
    "15 03 03 00 02 02,",
    "15 03 03 00 13 02 30,",
    "16 03 03 00 02 02 30,",
    "'',",
  })
  void inAPlaintextRecord(String record, String name) {
    byte[] octets = HexFormat.of().parseHex("0000" + record.replace(" ", ""));
    assertEquals(name, Alert.in(ByteBuffer.wrap(octets).position(2)));
  }

  @ParameterizedTest
  @CsvSource({
    "error:10000438:SSL routines:OPENSSL_internal:TLSV1_ALERT_INTERNAL_ERROR, internal_error",
    "Read error: ssl=0x1: error:100003e8:SSL routines, close_notify",
    "error:100004e7:SSL routines:OPENSSL_internal:reason(1255), number 255",
    "error:100000b8:SSL routines:OPENSSL_internal:NO_SHARED_CIPHER,",
    "error:100000e4:SSL routines:OPENSSL_internal:SSL_HANDSHAKE_FAILURE, close_notify",
    "error:100003e7:SSL routines,",
    "Unable to parse TLS packet header,",
  })
  void inAnErrorOfBoringSsl(String text, String name) {
    assertEquals(name, Alert.in(text));
  }
}
