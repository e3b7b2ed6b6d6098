package lunchd.tls;

import java.math.BigInteger;
import java.security.Principal;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.Set;

/**
 * A certificate that is passed on in its encoding, without being parsed, which saves 20 ms. Its
 * methods that would need the contents throw.
 */
@SuppressWarnings("deprecation") // two of the methods that must be there
class EncodedCertificate extends X509Certificate {
  private static final long serialVersionUID = 1;

  private final byte[] der;

  EncodedCertificate(byte[] der) {
    this.der = der;
  }

  @Override
  public byte[] getEncoded() {
    return der;
  }

  /** Null: BoringSSL itself compares the certificate's public key with the private key. */
  @Override
  public PublicKey getPublicKey() {
    return null;
  }

  @Override
  public String toString() {
    return "X.509 certificate of " + der.length + " octets";
  }

  private static UnsupportedOperationException notParsed() {
    return new UnsupportedOperationException("the certificate has not been parsed");
  }

  @Override
  public void checkValidity() {
    throw notParsed();
  }

  @Override
  public void checkValidity(Date date) {
    throw notParsed();
  }

  @Override
  public int getVersion() {
    throw notParsed();
  }

  @Override
  public BigInteger getSerialNumber() {
    throw notParsed();
  }

  @Override
  public Principal getIssuerDN() {
    throw notParsed();
  }

  @Override
  public Principal getSubjectDN() {
    throw notParsed();
  }

  @Override
  public Date getNotBefore() {
    throw notParsed();
  }

  @Override
  public Date getNotAfter() {
    throw notParsed();
  }

  @Override
  public byte[] getTBSCertificate() {
    throw notParsed();
  }

  @Override
  public byte[] getSignature() {
    throw notParsed();
  }

  @Override
  public String getSigAlgName() {
    throw notParsed();
  }

  @Override
  public String getSigAlgOID() {
    throw notParsed();
  }

  @Override
  public byte[] getSigAlgParams() {
    throw notParsed();
  }

  @Override
  public boolean[] getIssuerUniqueID() {
    throw notParsed();
  }

  @Override
  public boolean[] getSubjectUniqueID() {
    throw notParsed();
  }

  @Override
  public boolean[] getKeyUsage() {
    throw notParsed();
  }

  @Override
  public int getBasicConstraints() {
    throw notParsed();
  }

  @Override
  public boolean hasUnsupportedCriticalExtension() {
    throw notParsed();
  }

  @Override
  public Set<String> getCriticalExtensionOIDs() {
    throw notParsed();
  }

  @Override
  public Set<String> getNonCriticalExtensionOIDs() {
    throw notParsed();
  }

  @Override
  public byte[] getExtensionValue(String oid) {
    throw notParsed();
  }

  @Override
  public void verify(PublicKey key) {
    throw notParsed();
  }

  @Override
  public void verify(PublicKey key, String provider) {
    throw notParsed();
  }
}
