package lunchd.tls;

import java.io.IOException;
import java.io.InputStream;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;

/**
 * Replaces {@link java.security.cert.CertificateFactory} in the image, where Conscrypt parses a
 * client's certificate: here only its octets matter, and BoringSSL knows its key. When a JVM has
 * just started, the JDK's parser takes some 20 ms.
 */
public final class PeerCertificateFactory {
  private PeerCertificateFactory() {}

  /**
   * Finds a factory.
   *
   * @param type of certificates: X.509
   * @return the only one
   */
  public static PeerCertificateFactory getInstance(String type) {
    return new PeerCertificateFactory();
  }

  /**
   * Accepts a certificate without parsing it.
   *
   * @param in has it, in DER
   * @return the certificate, which knows nothing but its encoding
   * @throws CertificateException never: a stream in memory can be read
   */
  public Certificate generateCertificate(InputStream in) throws CertificateException {
    try {
      return new PeerCertificate(in.readAllBytes());
    } catch (IOException e) {
      throw new CertificateException(e);
    }
  }

  private static final class PeerCertificate extends EncodedCertificate {
    private static final long serialVersionUID = 1;

    PeerCertificate(byte[] der) {
      super(der);
    }

    /** Conscrypt asks for its algorithm, to tell {@link ClientVerifier}, which does not. */
    @Override
    public PublicKey getPublicKey() {
      return new EncodedPublicKey();
    }
  }

  private static final class EncodedPublicKey implements PublicKey {
    private static final long serialVersionUID = 1;

    @Override
    public String getAlgorithm() {
      return "";
    }

    @Override
    public String getFormat() {
      return null;
    }

    @Override
    public byte[] getEncoded() {
      return null;
    }
  }
}
