package lunchd.tls;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import javax.crypto.NoSuchPaddingException;
import lunchd.operator.Misconfiguration;
import lunchd.operator.NamedFile;

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

  KeyFile(Path file, Path passwordFile) throws Misconfiguration {
    this.file = file;
    this.passwordFile = passwordFile;
    this.password = passwordFile == null ? null : password(passwordFile);
  }

  /**
   * Reads the first private key of a file. Every other copy that this makes of it is overwritten.
   *
   * @param passwordFile holds the password, or null
   * @return the key in PKCS#8
   */
  static byte[] read(Path file, Path passwordFile) throws Misconfiguration {
    KeyFile keyFile = new KeyFile(file, passwordFile);
    try {
      return keyFile.unwrap(first(file));
    } finally {
      if (keyFile.password != null) {
        Arrays.fill(keyFile.password, '\0');
      }
    }
  }

  /**
   * Tells whether the first private key of a file is encrypted with a password.
   *
   * @throws Misconfiguration as {@link #read} does for a file without a key
   */
  static boolean isEncrypted(Path file) throws Misconfiguration {
    Pem.Block key = first(file);
    erase(key.content());
    return key.type().startsWith("ENCRYPTED");
  }

  private static Pem.Block first(Path file) throws Misconfiguration {
    Pem.Block key = null;
    for (Pem.Block block : Pem.read("--key", file)) {
      if (key == null && block.isPrivateKey()) {
        key = block;
      } else {
        erase(block.content()); // it may be a key too
      }
    }
    if (key == null) {
      throw unusable(file, "holds no private key; name the key that belongs to the certificate");
    }
    return key;
  }

  private static void erase(byte[] secret) {
    Arrays.fill(secret, (byte) 0);
  }

  /** Unwraps PKCS#8, plain or encrypted, PKCS#1 or SEC1. */
  private byte[] unwrap(Pem.Block block) throws Misconfiguration {
    return unwrap(block.hasHeaders() ? "" : block.type(), block.content());
  }

  /** Unwraps a key, and overwrites the array that it was in, unless it returns that array. */
  byte[] unwrap(String type, byte[] der) throws Misconfiguration {
    byte[] key = null;
    try {
      key =
          switch (type) {
            case "PRIVATE KEY" -> der;
            case "RSA PRIVATE KEY" -> rsa(der);
            case "EC PRIVATE KEY" -> ec(der);
            case "ENCRYPTED PRIVATE KEY" -> decrypt(der);
            default -> // with headers, as in OpenSSL's own encryption
                throw unusable(
                    file, "is in OpenSSL's own format; convert it with: openssl pkcs8 -topk8");
          };
      return key;
    } catch (IllegalArgumentException e) {
      throw broken(file);
    } finally {
      if (key != der) {
        erase(der);
      }
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
    byte[] octets = Der.encode(Der.OCTET_STRING, key);
    try {
      return Der.encode(
          Der.SEQUENCE,
          Der.encode(Der.INTEGER, new byte[1]),
          Der.encode(Der.SEQUENCE, Der.encode(Der.OBJECT_IDENTIFIER, algorithm), parameters),
          octets);
    } finally {
      erase(octets);
    }
  }

  private byte[] decrypt(byte[] encrypted) throws Misconfiguration {
    Der.sequence(encrypted);
    if (password == null) {
      throw unusable(file, "is encrypted; name its password file with --key-password-file");
    }
    try {
      byte[] key = Pbes2.decrypt(encrypted, password);
      KeyType.of(key); // a wrong password may leave junk, if the padding fits
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
          "does not decrypt --key " + file + "; put the right password on its first line");
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
    CharBuffer text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(octets, 0, end));
    char[] password = Arrays.copyOf(text.array(), text.remaining());
    erase(octets);
    Arrays.fill(text.array(), '\0');
    return password;
  }

  static Misconfiguration broken(Path file) {
    return unusable(file, "holds a broken key; restore or replace it");
  }

  static Misconfiguration unusable(Path file, String why) {
    return Pem.unusable("--key", file, why);
  }
}
