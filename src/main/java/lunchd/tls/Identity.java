package lunchd.tls;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactorySpi;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import lunchd.operator.NamedFile;
import lunchd.signer.SignerConnection;
import org.conscrypt.SigningKey;

/** The server's identity: a private key, and the certificate chain for it. */
public final class Identity {
  private static final String NO_KIND =
      "holds a kind of key that TLS can't use here;"
          + " make one of RSA, EC (P-256, P-384, P-521) or Ed25519";

  private final Path keyFile; // null if a signer has the key
  private final Path chainFile;
  private final SignerConnection signer; // null if the key is here
  private byte[] encoding; // of the key, PKCS#8, until BoringSSL has it
  private byte[] file; // the content of the chain's file
  private KeyType keyType;
  private List<byte[]> chain;
  private boolean isStale;
  private SigningKey key;
  private Misconfiguration failure;
  private String name = ""; // under which it is listed; a check asks the signer for it

  private Identity(Path keyFile, Path chainFile, SignerConnection signer) {
    this.keyFile = keyFile;
    this.chainFile = chainFile;
    this.signer = signer;
  }

  /**
   * Reads key and chain. Whether they belong together is checked when a handshake needs them.
   *
   * @param keyFile a private key, PKCS#8, PKCS#1 or SEC1 in PEM
   * @param chainFile certificates in PEM, the leaf first, then the intermediates
   * @param passwordFile holds the key's password, or null if the key is not encrypted
   * @return the identity
   * @throws Misconfiguration 66 if a file can't be read, 78 if it can't be used
   */
  public static Identity read(Path keyFile, Path chainFile, Path passwordFile)
      throws Misconfiguration {
    Identity identity = new Identity(keyFile, chainFile, null);
    identity.encoding = KeyFile.read(keyFile, passwordFile);
    try {
      identity.keyType = KeyType.of(identity.encoding);
    } catch (IllegalArgumentException e) {
      throw KeyFile.broken(keyFile);
    }
    if (identity.keyType == null) {
      throw KeyFile.unusable(keyFile, NO_KIND);
    }
    identity.file = NamedFile.read("--certificate", chainFile);
    identity.chain = chain(chainFile, identity.file);
    return identity;
  }

  /**
   * Reads a chain whose key a signer has. The chain that is served comes from the signer, so that
   * it always belongs to the key. This one should be the same; if not, the signer is told that its
   * chain is out of date.
   *
   * @param signer the signer that has the key; it is asked when a handshake needs it
   * @param chainFile as for {@link #read}
   * @return the identity
   * @throws Misconfiguration 66 if the file can't be read, 78 if it can't be used
   */
  public static Identity of(SignerConnection signer, Path chainFile) throws Misconfiguration {
    Identity identity = new Identity(null, chainFile, signer);
    identity.file = NamedFile.read("--certificate", chainFile);
    identity.chain = chain(chainFile, identity.file);
    return identity;
  }

  /**
   * Reads the identity of one of several names: a key and its chain, or only a chain if a signer
   * has the keys.
   *
   * @param directory where the files are; its name is the name that the identity is for
   * @param passwordFile as for {@link #read}
   * @throws Misconfiguration as for {@link #read}
   */
  Identity named(Path directory, Path passwordFile) throws Misconfiguration {
    Path chain = directory.resolve("chain.pem");
    if (signer == null) {
      return read(directory.resolve("key.pem"), chain, passwordFile);
    }
    Identity identity = of(signer, chain);
    identity.name = directory.getFileName().toString();
    return identity;
  }

  /**
   * Makes sure that key and chain belong together, without a handshake.
   *
   * @throws Misconfiguration 78 if they don't, or if the signer has no usable pair
   */
  public void verify() throws Misconfiguration {
    BoringSsl.context(); // first, so that an error of the library isn't taken for one of the key
    if (!isReady(name)) {
      throw failure;
    }
    try {
      if (key instanceof SigningKey.Held held
          && !held.isKeyOf(Der.publicKeyInfo(chain.getFirst()))) {
        throw mismatch();
      }
    } catch (IllegalArgumentException | InvalidKeyException e) {
      throw badChain("the first");
    }
  }

  /**
   * Prepares what a handshake needs: passes the key to BoringSSL, or gets the signer's chain.
   *
   * @param asked the host name that the client asks for, or empty for none
   * @return whether everything is ready; if not, there is a {@link #failure}
   */
  boolean isReady(String asked) {
    if (key == null && failure == null) {
      try {
        if (signer == null) {
          takeKey();
        } else {
          takeChain(asked);
        }
      } catch (Misconfiguration e) {
        failure = e;
      }
    }
    return failure == null;
  }

  /** Overwrites the key, unless BoringSSL has it already: there will be no handshake. */
  void forgetKey() {
    if (encoding != null) {
      Arrays.fill(encoding, (byte) 0);
    }
  }

  private void takeKey() throws Misconfiguration {
    try {
      key = SigningKey.Held.parse(keyType.algorithm(), encoding);
    } catch (InvalidKeyException e) {
      throw badKey(String.valueOf(e.getMessage()));
    } finally {
      encoding = null;
    }
  }

  private void takeChain(String asked) throws Misconfiguration {
    byte[] served = signer.chain(asked);
    isStale = !Arrays.equals(served, file);
    if (isStale) {
      signer.noteOutdated();
      try {
        chain = chain(chainFile, served);
      } catch (Misconfiguration e) {
        throw signer.nonsense(); // a signer has checked its chain
      }
    }
    try {
      byte[] publicKey = Der.publicKeyInfo(chain.getFirst());
      keyType = KeyType.ofPublic(publicKey);
      if (keyType == null || keyType == KeyType.ED25519) {
        throw Pem.unusable(
            "--certificate", chainFile, "is for a kind of key that signers don't support");
      }
      key = new SignerKey(keyType, publicKey, signer, isStale);
    } catch (IllegalArgumentException | InvalidKeyException e) {
      throw badChain("the first");
    }
  }

  private static List<byte[]> chain(Path file, byte[] octets) throws Misconfiguration {
    List<byte[]> chain = new ArrayList<>();
    for (Pem.Block block : Pem.parse("--certificate", file, octets)) {
      // A private key in the chain's file is not for clients.
      if (block.type().equals("CERTIFICATE")) {
        byte[] der = block.content();
        try {
          Der.sequence(der); // only the outermost layer; parsing it all costs 5 ms
        } catch (IllegalArgumentException e) {
          throw Pem.unusable(
              "--certificate",
              file,
              "has a broken certificate (number "
                  + (chain.size() + 1)
                  + ")"
                  + "; get the chain from its authority again");
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
   * Parses the chain completely, which no request needs.
   *
   * @return the certificates, leaf first; with a signer, they are the signer's
   * @throws Misconfiguration 78 if one of them is broken, or if the signer has none
   */
  public List<X509Certificate> certificates() throws Misconfiguration {
    if (signer != null && !isReady(name)) {
      throw failure;
    }
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      CertificateFactorySpi parser = parser();
      for (byte[] der : chain) {
        certificates.add(
            (X509Certificate) parser.engineGenerateCertificate(new ByteArrayInputStream(der)));
      }
    } catch (CertificateException e) {
      throw badChain("number " + (certificates.size() + 1) + ": " + e.getMessage());
    }
    return certificates;
  }

  /**
   * Returns the JDK's own parser. In this image, CertificateFactory would give another: see
   * pom.xml.
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
   * Tells whether the chain's file also has a private key: lunchd ignores that key, but it may not
   * be secret there.
   *
   * @return whether there is one
   * @throws Misconfiguration as for {@link #read}
   */
  public boolean hasKeyInChain() throws Misconfiguration {
    for (Pem.Block block : Pem.read("--certificate", chainFile)) {
      if (block.isPrivateKey()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Tells whether the signer's chain differed from the file. The signer is told so and ends, and
   * the next one reads the file.
   *
   * @return whether it has
   */
  public boolean isStale() {
    return isStale;
  }

  /**
   * Tells whether the key is encrypted with a password; deriving a key from one takes long.
   *
   * @return whether it is
   * @throws Misconfiguration as for {@link #read}
   */
  public boolean hasEncryptedKey() throws Misconfiguration {
    return KeyFile.isEncrypted(keyFile);
  }

  /** Returns the error for a key that does not belong to the leaf, or a leaf that can't be used. */
  Misconfiguration mismatch() {
    return new Misconfiguration(
        ExitStatus.CONFIG,
        holder()
            + " is not the key of the first certificate in --certificate "
            + chainFile
            + "; name a matching pair, with the leaf first in the chain");
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
        "has a broken certificate (" + why + "); get the chain from its authority again");
  }

  /** Returns the error for a pair that fails in a handshake with lunchd's own client. */
  Misconfiguration unfit(String why) {
    return Pem.unusable(
        "--certificate",
        chainFile,
        "and "
            + holder()
            + " fail in a handshake ("
            + why.replace('\n', ' ') // BoringSSL's reasons have several lines
            + "); get a new pair");
  }

  /** {@return the file that the key was read from} */
  public Path keyFile() {
    return keyFile;
  }

  /** {@return the file that the chain was read from} */
  public Path chainFile() {
    return chainFile;
  }

  private String holder() {
    return keyFile == null ? "the signer's key" : "--key " + keyFile;
  }

  /** Returns why this is not ready or could not sign, or null. */
  Misconfiguration failure() {
    return failure == null && key instanceof SignerKey remote ? remote.failure() : failure;
  }

  /** Returns whether a handshake asked a signer for a signature with SHA-1, and got none. */
  boolean isAskedForSha1() {
    return key instanceof SignerKey remote && remote.isAskedForSha1();
  }

  KeyType keyType() {
    return keyType;
  }

  /** Returns the content of the chain's file. */
  byte[] file() {
    return file;
  }

  /** Returns the private key, as BoringSSL knows it. */
  SigningKey key() {
    return key;
  }

  /** Returns the certificates, leaf first: X.509, DER (RFC 5280). */
  List<byte[]> chain() {
    return chain;
  }
}
