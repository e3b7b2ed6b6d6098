package lunchd.tls;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.X509TrustManager;
import org.conscrypt.Sha256;

/**
 * Accepts a client if its certificate or public key is in a list. The handshake proves that the
 * client has the private key as well.
 */
final class ClientVerifier implements X509TrustManager {
  private static final String HEX = "0123456789abcdef";

  private final ClientCertificates clients;
  private String fingerprint; // of the client that was accepted, or null
  private String name;

  ClientVerifier(ClientCertificates clients) {
    this.clients = clients;
  }

  /**
   * Returns the listed fingerprint, of the certificate or the key, or null if no client was
   * accepted yet.
   */
  String fingerprint() {
    return fingerprint;
  }

  /** Returns its name in the list, or null. */
  String name() {
    return name;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    byte[] certificate = chain[0].getEncoded();
    String ofCertificate = hex(Sha256.of(certificate));
    String taken = ofCertificate;
    int place = clients.find(taken);
    if (place < 0) {
      taken = hex(Sha256.of(publicKey(certificate)));
      place = clients.find(taken);
    }
    if (place < 0) {
      throw new CertificateException(
          "the client's certificate is not in --client-certificates: " + ofCertificate);
    }
    fingerprint = taken;
    name = clients.name(place);
  }

  /**
   * Returns a certificate's SubjectPublicKeyInfo, found by the steps that BoringSSL finds it by: it
   * must be the key whose possession is proved.
   */
  static byte[] publicKey(byte[] certificate) throws CertificateException {
    try {
      return Der.publicKeyInfo(certificate);
    } catch (IllegalArgumentException e) {
      throw new CertificateException("the client's certificate is broken", e);
    }
  }

  private static String hex(byte[] octets) {
    StringBuilder hex = new StringBuilder(2 * octets.length);
    for (byte octet : octets) {
      hex.append(HEX.charAt(octet >> 4 & 0xf)).append(HEX.charAt(octet & 0xf));
    }
    return hex.toString();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("no client is here");
  }

  /** The server names no authorities. */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
