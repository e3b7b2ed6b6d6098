package lunchd.tls;

import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/** The kinds of key that every TLS provider here can sign a handshake with. */
enum KeyType {
  /** RSA, RFC 8017. */
  RSA("RSA"),
  /** ECDSA on P-256, P-384 or P-521, RFC 5480. */
  EC("EC"),
  /** Ed25519, RFC 8410. */
  ED25519("Ed25519");

  // By number: Bouncy Castle's tables of names are large interfaces, slow to initialise.
  static final ASN1ObjectIdentifier RSA_ENCRYPTION =
      new ASN1ObjectIdentifier("1.2.840.113549.1.1.1");
  static final ASN1ObjectIdentifier EC_PUBLIC_KEY = new ASN1ObjectIdentifier("1.2.840.10045.2.1");

  private final String algorithm;

  KeyType(String algorithm) {
    this.algorithm = algorithm;
  }

  /** Returns the name of the algorithm for a {@link java.security.KeyFactory}. */
  String algorithm() {
    return algorithm;
  }

  /** Returns the type of a key, or null if it is of no use here. */
  static KeyType of(AlgorithmIdentifier identifier) {
    return switch (identifier.getAlgorithm().getId()) {
      case "1.2.840.113549.1.1.1" -> RSA;
      case "1.2.840.10045.2.1" -> isCommonCurve(identifier) ? EC : null;
      case "1.3.101.112" -> ED25519;
      default -> null;
    };
  }

  private static boolean isCommonCurve(AlgorithmIdentifier identifier) {
    return switch (String.valueOf(identifier.getParameters())) {
      case "1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35" -> true;
      default -> false;
    };
  }
}
