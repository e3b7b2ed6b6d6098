package lunchd.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.cert.X509Extension;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A certificate that is not parsed: it must not make up what it does not know. */
final class EncodedCertificateTest {
  private static final byte[] DER = {0x30, 0};
  private static final List<String> KNOWN = List.of("getEncoded", "getPublicKey", "toString");

  private final EncodedCertificate certificate = new EncodedCertificate(DER);

  @Test
  void isItsEncoding() {
    assertArrayEquals(DER, certificate.getEncoded());
    assertEquals("X.509 certificate of 2 octets", certificate.toString());
    assertNull(certificate.getPublicKey(), "BoringSSL compares the keys");
  }

  static Stream<Method> unknown() {
    return Stream.of(X509Certificate.class, Certificate.class, X509Extension.class)
        .flatMap(type -> Stream.of(type.getDeclaredMethods()))
        .filter(method -> Modifier.isPublic(method.getModifiers()))
        .filter(method -> Modifier.isAbstract(method.getModifiers()))
        .filter(method -> !KNOWN.contains(method.getName()));
  }

  @ParameterizedTest
  @MethodSource("unknown")
  void knowsNothingElse(Method method) {
    Object[] arguments = new Object[method.getParameterCount()];
    InvocationTargetException thrown =
        assertThrows(InvocationTargetException.class, () -> method.invoke(certificate, arguments));
    assertInstanceOf(UnsupportedOperationException.class, thrown.getCause());
  }
}
