package lunchd.tls;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import lunchd.operator.Misconfiguration;
import lunchd.operator.NamedFile;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMDecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/** A private key in a PEM file, in any of its customary wrappings. */
final class KeyFile {
  private KeyFile() {}

  /**
   * Reads the first private key of a file.
   *
   * @param passwordFile holds the password, or is null
   */
  static PrivateKeyInfo read(Path file, Path passwordFile) throws Misconfiguration {
    char[] password = passwordFile == null ? null : password(passwordFile);
    for (PemObject block : Pem.read("--key", file)) {
      try {
        if (block
            .getType()
            .equals("PRIVATE KEY")) { // as certbot writes; the others cost 10 ms more
          return PrivateKeyInfo.getInstance(block.getContent());
        }
        if (block.getType().endsWith("PRIVATE KEY")) {
          return unwrap(file, block, passwordFile, password);
        }
      } catch (IOException | IllegalArgumentException e) {
        throw unusable(file, "holds a broken key; restore or replace it");
      }
    }
    throw unusable(file, "holds no private key; name the key that belongs to the certificate");
  }

  /** PKCS#1, SEC1, or encrypted in the way of PKCS#8 or of OpenSSL. */
  private static PrivateKeyInfo unwrap(
      Path file, PemObject block, Path passwordFile, char[] password)
      throws IOException, Misconfiguration {
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(block);
    }
    Object parsed;
    try (PEMParser parser = new PEMParser(new StringReader(text.toString()))) {
      parsed = parser.readObject();
    }
    if (parsed instanceof PEMKeyPair pair) {
      return pair.getPrivateKeyInfo();
    }
    if (password == null) {
      throw unusable(file, "is encrypted; name the file with its password by --key-password-file");
    }
    try {
      if (parsed instanceof PKCS8EncryptedPrivateKeyInfo encrypted) {
        return encrypted.decryptPrivateKeyInfo(
            new JceOpenSSLPKCS8DecryptorProviderBuilder()
                .setProvider(new BouncyCastleProvider()) // the JDK lacks scrypt, and a padding
                .build(password));
      }
      if (parsed instanceof PEMEncryptedKeyPair encrypted) {
        return encrypted
            .decryptKeyPair(
                new JcePEMDecryptorProviderBuilder()
                    .setProvider(new BouncyCastleProvider())
                    .build(password))
            .getPrivateKeyInfo();
      }
    } catch (PKCSException | OperatorCreationException | PEMException e) {
      throw Pem.unusable(
          "--key-password-file",
          passwordFile,
          "does not open --key " + file + "; put the right password on its first line");
    }
    throw unusable(file, "holds a key of no known format; convert it with: openssl pkcs8 -topk8");
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
