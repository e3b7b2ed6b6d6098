package lunchd.tls;

import java.security.InvalidKeyException;
import lunchd.operator.Misconfiguration;
import lunchd.signer.SignerConnection;
import lunchd.signer.SignerRequest.Kind;
import org.conscrypt.SigningKey;

/** A key that a signer holds: BoringSSL asks this class to sign, and it asks the signer. */
final class SignerKey extends SigningKey.Remote {
  private static final long serialVersionUID = 1;

  /**
   * What BoringSSL gets if there is no signature; it is never sent. With nothing, Conscrypt would
   * write a line of its own to stderr, which may be the client.
   */
  private static final byte[] NO_SIGNATURE = new byte[1];

  private final transient SignerConnection signer;
  private final boolean isStale;
  private transient Misconfiguration failure;
  private boolean isAskedForSha1;

  /**
   * Makes one.
   *
   * @param publicKeyInfo that of the leaf that the signer gave
   * @param isStale whether to tell the signer that there is another chain by now
   */
  SignerKey(KeyType type, byte[] publicKeyInfo, SignerConnection signer, boolean isStale)
      throws InvalidKeyException {
    super(type.algorithm(), publicKeyInfo);
    this.signer = signer;
    this.isStale = isStale;
  }

  @Override
  protected byte[] sign(int padding, byte[] input) {
    Kind kind = padding == NO_RSA ? Kind.ECDSA : padding == PKCS1 ? Kind.PKCS1 : Kind.PSS;
    if (!SignerConnection.isSignable(kind, input)) {
      isAskedForSha1 = true;
      return NO_SIGNATURE;
    }
    try {
      byte[] signature = signer.sign(kind, isStale, input);
      if (verifies(padding, input, signature)) {
        return signature;
      }
      failure = signer.nonsense();
    } catch (Misconfiguration e) {
      failure = e;
    }
    return NO_SIGNATURE;
  }

  /** Returns why there is no signature, or null if that is the client's fault. */
  Misconfiguration failure() {
    return failure;
  }

  /** Returns whether the client accepts only signatures with SHA-1, which RFC 9155 forbids. */
  boolean isAskedForSha1() {
    return isAskedForSha1;
  }
}
