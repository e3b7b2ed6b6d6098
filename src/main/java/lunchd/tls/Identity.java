package lunchd.tls;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactorySpi;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import org.bouncycastle.util.io.pem.PemObject;

/** Who the server proves to be: a private key, and the certificate chain that vouches for it. */
public final class Identity {
  private final Path keyFile;
  private final Path chainFile;
  private final KeyType keyType;
  private final byte[] key;
  private final List<byte[]> chain;

  private Identity(Path keyFile, Path chainFile, KeyType keyType, byte[] key, List<byte[]> chain) {
    this.keyFile = keyFile;
    this.chainFile = chainFile;
    this.keyType = keyType;
    this.key = key;
    this.chain = chain;
  }

  /**
   * Reads key and chain. Whether they belong together shows when a handshake needs them.
   *
   * @param keyFile a private key, PKCS#8, PKCS#1 or SEC1 in PEM
   * @param chainFile certificates in PEM, the leaf first, then the intermediates
   * @param passwordFile holds the key's password, or null if the key is not encrypted
   * @return the identity
   * @throws Misconfiguration 66 if a file can't be read, 78 if it can't be used
   */
  public static Identity read(Path keyFile, Path chainFile, Path passwordFile)
      throws Misconfiguration {
    byte[] key = KeyFile.read(keyFile, passwordFile);
    KeyType type;
    try {
      type = KeyType.of(key);
    } catch (IllegalArgumentException e) {
      throw KeyFile.broken(keyFile);
    }
    if (type == null) {
      throw KeyFile.unusable(
          keyFile,
          "holds a kind of key that TLS can't use here;"
              + " make one of RSA, EC (P-256, P-384, P-521) or Ed25519");
    }
    return new Identity(keyFile, chainFile, type, key, chain(chainFile));
  }

  private static List<byte[]> chain(Path file) throws Misconfiguration {
    List<byte[]> chain = new ArrayList<>();
    for (PemObject block : Pem.read("--certificate", file)) {
      if (block
          .getType()
          .equals("CERTIFICATE")) { // a key in the chain is none of a client's business
        byte[] der = block.getContent();
        try {
          Der.sequence(der); // the outermost shell; a parse to the core costs 5 ms
        } catch (IllegalArgumentException e) {
          throw Pem.unusable(
              "--certificate",
              file,
              "has a broken certificate (the one at place "
                  + (chain.size() + 1)
                  + ")"
                  + "; get the chain anew from its authority");
        }
        chain.add(der);
      }
    }
    if (chain.isEmpty()) {
      throw Pem.unusable(
          "--certificate",
          file,
          "holds no certificate; name the chain (certbot calls it fullchain.pem)");
    }
    return chain;
  }

  /**
   * Parses the chain to the core: off the way of a request, which does without.
   *
   * @return the certificates, leaf first
   * @throws Misconfiguration 78 if one of them is broken
   */
  public List<X509Certificate> certificates() throws Misconfiguration {
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      CertificateFactorySpi parser = parser();
      for (byte[] der : chain) {
        certificates.add(
            (X509Certificate) parser.engineGenerateCertificate(new ByteArrayInputStream(der)));
      }
    } catch (CertificateException e) {
      throw badChain("the one at place " + (certificates.size() + 1) + ": " + e.getMessage());
    }
    return certificates;
  }

  /**
   * The JDK's own. By its everyday name, CertificateFactory, the image has another: see pom.xml.
   */
  private static CertificateFactorySpi parser() {
    try {
      Provider.Service service =
          Security.getProvider("SUN").getService("CertificateFactory", "X.509");
      return (CertificateFactorySpi) service.newInstance(null);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  /**
   * Tells whether a private key has strayed into the chain's file: lunchd ignores it, but it is no
   * secret there.
   *
   * @return whether there is one
   * @throws Misconfiguration as for {@link #read}
   */
  public boolean hasKeyInChain() throws Misconfiguration {
    for (PemObject block : Pem.read("--certificate", chainFile)) {
      if (block.getType().endsWith("PRIVATE KEY")) {
        return true;
      }
    }
    return false;
  }

  /**
   * Tells whether the key is encrypted with a password, which takes long to derive a key from.
   *
   * @return whether it is
   * @throws Misconfiguration as for {@link #read}
   */
  public boolean hasEncryptedKey() throws Misconfiguration {
    for (PemObject block : Pem.read("--key", keyFile)) {
      if (block.getType().endsWith("PRIVATE KEY")) {
        return block.getType().startsWith("ENCRYPTED");
      }
    }
    return false;
  }

  /** Returns the error for a key that is not the leaf's, or a leaf that can't be used. */
  Misconfiguration mismatch() {
    return new Misconfiguration(
        ExitStatus.CONFIG,
        "--key "
            + keyFile
            + " is not the key of the first certificate in --certificate "
            + chainFile
            + "; name a pair, and in the chain the leaf first");
  }

  /** Returns the error for a key that the TLS provider refuses. */
  Misconfiguration badKey(String why) {
    return KeyFile.unusable(keyFile, "holds a broken key (" + why + "); restore or replace it");
  }

  /** Returns the error for a chain that the TLS provider refuses. */
  Misconfiguration badChain(String why) {
    return Pem.unusable(
        "--certificate",
        chainFile,
        "has a broken certificate (" + why + "); get the chain anew from its authority");
  }

  /** Returns the error for a pair that fails in a handshake with lunchd's own client. */
  Misconfiguration unfit(String why) {
    return Pem.unusable(
        "--certificate",
        chainFile,
        "and --key "
            + keyFile
            + " fail in a handshake ("
            + why.replace('\n', ' ') // BoringSSL's reasons are of several lines
            + "); get both anew");
  }

  /** {@return the file that the key was read from} */
  public Path keyFile() {
    return keyFile;
  }

  /** {@return the file that the chain was read from} */
  public Path chainFile() {
    return chainFile;
  }

  KeyType keyType() {
    return keyType;
  }

  /** Returns the private key: PKCS#8, DER (RFC 5958). */
  byte[] key() {
    return key;
  }

  /** Returns the certificates, leaf first: X.509, DER (RFC 5280). */
  List<byte[]> chain() {
    return chain;
  }
}
