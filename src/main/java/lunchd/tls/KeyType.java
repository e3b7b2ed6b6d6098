package lunchd.tls;

/** The kinds of key that every TLS provider here can sign a handshake with. */
enum KeyType {
  /** RSA, RFC 8017. */
  RSA("RSA"),
  /** ECDSA on P-256, P-384 or P-521, RFC 5480. */
  EC("EC"),
  /** Ed25519, RFC 8410. */
  ED25519("Ed25519");

  private final String algorithm;

  KeyType(String algorithm) {
    this.algorithm = algorithm;
  }

  /** Returns the kind of TLS 1.2 cipher suite for which it signs: Ed25519 counts as EC there. */
  String suites() {
    return this == RSA ? "RSA" : "EC";
  }

  /** Returns the name of the algorithm for a {@link java.security.KeyFactory}. */
  String algorithm() {
    return algorithm;
  }

  /**
   * Returns the type of a key, or null if it can't be used here.
   *
   * @param pkcs8 the key, RFC 5958 section 2
   * @throws IllegalArgumentException if it is broken
   */
  static KeyType of(byte[] pkcs8) {
    Der key = Der.sequence(pkcs8);
    key.enter(Der.INTEGER); // the version
    Der identifier = key.enter(Der.SEQUENCE);
    key.enter(Der.OCTET_STRING);
    return of(identifier);
  }

  /**
   * Returns the type of a public key, or null if it can't be used here.
   *
   * @param info a SubjectPublicKeyInfo, RFC 5280 section 4.1.2.7
   * @throws IllegalArgumentException if it is broken
   */
  static KeyType ofPublic(byte[] info) {
    return of(Der.sequence(info).enter(Der.SEQUENCE));
  }

  private static KeyType of(Der identifier) {
    return switch (identifier.objectIdentifier()) {
      case "1.2.840.113549.1.1.1" -> RSA;
      case "1.2.840.10045.2.1" -> isCommonCurve(identifier) ? EC : null;
      case "1.3.101.112" -> ED25519;
      default -> null;
    };
  }

  private static boolean isCommonCurve(Der identifier) {
    return identifier.has(Der.OBJECT_IDENTIFIER)
        && switch (identifier.objectIdentifier()) {
          case "1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35" -> true;
          default -> false;
        };
  }
}
