package lunchd.tls;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.NoSuchPaddingException;
import lunchd.operator.Misconfiguration;
import lunchd.operator.NamedFile;
import org.bouncycastle.util.io.pem.PemObject;

/** A private key in a PEM file, in any of the usual formats. */
final class KeyFile {
  /** 1.2.840.113549.1.1.1, RFC 8017. */
  private static final byte[] RSA_ENCRYPTION = {
    0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1
  };

  /** 1.2.840.10045.2.1, RFC 5480. */
  private static final byte[] EC_PUBLIC_KEY = {0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

  private static final int SEC1_PARAMETERS = 0xa0; // [0], explicit

  private final Path file;
  private final Path passwordFile;
  private final char[] password;

  private KeyFile(Path file, Path passwordFile) throws Misconfiguration {
    this.file = file;
    this.passwordFile = passwordFile;
    this.password = passwordFile == null ? null : password(passwordFile);
  }

  /**
   * Reads the first private key of a file.
   *
   * @param passwordFile holds the password, or is null
   * @return the key, PKCS#8
   */
  static byte[] read(Path file, Path passwordFile) throws Misconfiguration {
    return new KeyFile(file, passwordFile).read();
  }

  private byte[] read() throws Misconfiguration {
    for (PemObject block : Pem.read("--key", file)) {
      if (block.getType().endsWith("PRIVATE KEY")) {
        return unwrap(block);
      }
    }
    throw unusable(file, "holds no private key; name the key that belongs to the certificate");
  }

  /** Unwraps PKCS#8, plain or encrypted, PKCS#1 or SEC1. */
  private byte[] unwrap(PemObject block) throws Misconfiguration {
    byte[] der = block.getContent();
    boolean hasHeaders = !block.getHeaders().isEmpty(); // as OpenSSL's own encryption has
    try {
      return switch (hasHeaders ? "" : block.getType()) {
        case "PRIVATE KEY" -> der;
        case "RSA PRIVATE KEY" -> rsa(der);
        case "EC PRIVATE KEY" -> ec(der);
        case "ENCRYPTED PRIVATE KEY" -> decrypt(der);
        default ->
            throw unusable(
                file, "is in a format of OpenSSL's own; convert it with: openssl pkcs8 -topk8");
      };
    } catch (IllegalArgumentException e) {
      throw broken(file);
    }
  }

  /** RFC 8017 appendix A.1.2: the algorithm's parameters are NULL. */
  private static byte[] rsa(byte[] pkcs1) {
    Der.sequence(pkcs1).enter(Der.INTEGER);
    return pkcs8(RSA_ENCRYPTION, Der.encode(Der.NULL), pkcs1);
  }

  /** RFC 5915 section 3: the algorithm's parameters are the key's own. */
  private static byte[] ec(byte[] sec1) {
    Der key = Der.sequence(sec1);
    key.enter(Der.INTEGER);
    key.enter(Der.OCTET_STRING);
    byte[] parameters = key.has(SEC1_PARAMETERS) ? key.enter(SEC1_PARAMETERS).rest() : new byte[0];
    return pkcs8(EC_PUBLIC_KEY, parameters, sec1);
  }

  private static byte[] pkcs8(byte[] algorithm, byte[] parameters, byte[] key) {
    return Der.encode(
        Der.SEQUENCE,
        Der.encode(Der.INTEGER, new byte[1]),
        Der.encode(Der.SEQUENCE, Der.encode(Der.OBJECT_IDENTIFIER, algorithm), parameters),
        Der.encode(Der.OCTET_STRING, key));
  }

  private byte[] decrypt(byte[] encrypted) throws Misconfiguration {
    Der.sequence(encrypted);
    if (password == null) {
      throw unusable(file, "is encrypted; name the file with its password by --key-password-file");
    }
    try {
      byte[] key = Pbes2.decrypt(encrypted, password);
      KeyType.of(key); // it may be junk, if the padding fits
      return key;
    } catch (NoSuchAlgorithmException | NoSuchPaddingException e) {
      throw unusable(
          file,
          "is encrypted in an unsupported way ("
              + e.getMessage()
              + "); encrypt it with: openssl pkcs8 -topk8 -v2 aes-256-cbc");
    } catch (GeneralSecurityException | RuntimeException e) {
      throw Pem.unusable(
          "--key-password-file",
          passwordFile,
          "does not open --key " + file + "; put the right password on its first line");
    }
  }

  /** The first line, without its end. */
  private static char[] password(Path file) throws Misconfiguration {
    byte[] octets = NamedFile.read("--key-password-file", file);
    int end = 0;
    while (end < octets.length && octets[end] != '\n' && octets[end] != '\r') {
      end++;
    }
    if (end == 0) {
      throw Pem.unusable(
          "--key-password-file", file, "holds no password; put it on the first line");
    }
    return new String(octets, 0, end, StandardCharsets.UTF_8).toCharArray();
  }

  static Misconfiguration broken(Path file) {
    return unusable(file, "holds a broken key; restore or replace it");
  }

  static Misconfiguration unusable(Path file, String why) {
    return Pem.unusable("--key", file, why);
  }
}
