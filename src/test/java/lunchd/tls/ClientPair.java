package lunchd.tls;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * A client's private key and certificate, which it shows to every server that asks.
 *
 * @param key need not be the certificate's
 */
public record ClientPair(PrivateKey key, X509Certificate certificate) {
  /** Reads a pair of test-fixtures/tls, such as p256. */
  public static ClientPair of(String name) {
    Path directory = Path.of("test-fixtures/tls");
    try (InputStream chain = Files.newInputStream(directory.resolve(name + "-chain.pem"))) {
      X509Certificate certificate =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(chain);
      String pem = Files.readString(directory.resolve(name + "-key.pem"));
      byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----.*-----", ""));
      KeyFactory factory = KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm());
      return new ClientPair(factory.generatePrivate(new PKCS8EncodedKeySpec(der)), certificate);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Returns this certificate with the key of another, as a client without its key would show it.
   */
  public ClientPair withKeyOf(ClientPair other) {
    return new ClientPair(other.key, certificate);
  }

  /** Returns the certificate's SHA-256. */
  public String fingerprint() {
    try {
      return sha256(certificate.getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the public key's SHA-256. */
  public String keyFingerprint() {
    return sha256(certificate.getPublicKey().getEncoded());
  }

  private static String sha256(byte[] octets) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns a key manager that shows it. */
  public X509ExtendedKeyManager manager() {
    return new X509ExtendedKeyManager() {
      @Override
      public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
        return "client";
      }

      @Override
      public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
        return "client";
      }

      @Override
      public String[] getClientAliases(String type, Principal[] issuers) {
        return new String[] {"client"};
      }

      @Override
      public X509Certificate[] getCertificateChain(String alias) {
        return new X509Certificate[] {certificate};
      }

      @Override
      public PrivateKey getPrivateKey(String alias) {
        return key;
      }

      @Override
      public String[] getServerAliases(String type, Principal[] issuers) {
        return null;
      }

      @Override
      public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
        return null;
      }
    };
  }
}
