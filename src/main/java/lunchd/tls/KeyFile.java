package lunchd.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.NoSuchPaddingException;
import lunchd.operator.Misconfiguration;
import lunchd.operator.NamedFile;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.util.io.pem.PemObject;

/** A private key in a PEM file, in any of its customary wrappings. */
final class KeyFile {
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
   */
  static PrivateKeyInfo read(Path file, Path passwordFile) throws Misconfiguration {
    return new KeyFile(file, passwordFile).read();
  }

  private PrivateKeyInfo read() throws Misconfiguration {
    for (PemObject block : Pem.read("--key", file)) {
      try {
        if (block.getType().equals("PRIVATE KEY")) {
          return PrivateKeyInfo.getInstance(block.getContent());
        }
        if (block.getType().endsWith("PRIVATE KEY")) {
          return unwrap(block);
        }
      } catch (IOException | RuntimeException e) { // Bouncy Castle's are of many kinds
        throw unusable(file, "holds a broken key; restore or replace it");
      }
    }
    throw unusable(file, "holds no private key; name the key that belongs to the certificate");
  }

  /** PKCS#1, SEC1, or encrypted PKCS#8. */
  private PrivateKeyInfo unwrap(PemObject block) throws IOException, Misconfiguration {
    byte[] der = block.getContent();
    boolean hasHeaders = !block.getHeaders().isEmpty(); // as OpenSSL's own encryption has
    switch (hasHeaders ? "" : block.getType()) {
      case "RSA PRIVATE KEY" -> {
        return new PrivateKeyInfo(
            new AlgorithmIdentifier(KeyType.RSA_ENCRYPTION, DERNull.INSTANCE),
            RSAPrivateKey.getInstance(der));
      }
      case "EC PRIVATE KEY" -> {
        ECPrivateKey key = ECPrivateKey.getInstance(der);
        return new PrivateKeyInfo(
            new AlgorithmIdentifier(KeyType.EC_PUBLIC_KEY, key.getParametersObject()), key);
      }
      case "ENCRYPTED PRIVATE KEY" -> {
        return decrypt(EncryptedPrivateKeyInfo.getInstance(der));
      }
      default ->
          throw unusable(
              file, "is in a format of OpenSSL's own; convert it with: openssl pkcs8 -topk8");
    }
  }

  private PrivateKeyInfo decrypt(EncryptedPrivateKeyInfo encrypted) throws Misconfiguration {
    if (password == null) {
      throw unusable(file, "is encrypted; name the file with its password by --key-password-file");
    }
    try {
      return PrivateKeyInfo.getInstance(Pbes2.decrypt(encrypted, password));
    } catch (NoSuchAlgorithmException | NoSuchPaddingException e) {
      throw unusable(
          file,
          "is encrypted in a way not known here ("
              + e.getMessage()
              + "); encrypt it with: openssl pkcs8 -topk8 -v2 aes-256-cbc");
    } catch (GeneralSecurityException | RuntimeException e) { // or junk, if the padding fits
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

  static byte[] encode(Path file, PrivateKeyInfo key) throws Misconfiguration {
    try {
      return key.getEncoded();
    } catch (IOException e) {
      throw unusable(file, "holds a key that can't be encoded (" + e.getMessage() + ")");
    }
  }

  static Misconfiguration unusable(Path file, String why) {
    return Pem.unusable("--key", file, why);
  }
}
