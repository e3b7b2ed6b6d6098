package org.conscrypt;

import java.security.InvalidKeyException;
import java.security.PrivateKey;

/**
 * A private key for BoringSSL. Java code can't get at its number: there is no encoding of it. It is
 * in this package because only this package can call Conscrypt's native methods.
 */
public abstract class SigningKey implements PrivateKey, OpenSSLKeyHolder {
  private static final long serialVersionUID = 1;

  /** ECDSA, which has no padding. */
  public static final int NO_RSA = 0;

  /** RSASSA-PKCS1-v1_5 on a DigestInfo, which BoringSSL pads: RFC 8017 section 8.2. */
  public static final int PKCS1 = NativeConstants.RSA_PKCS1_PADDING;

  /** RSA on a block that is padded already, for RSASSA-PSS: RFC 8017 section 8.1. */
  public static final int NONE = NativeConstants.RSA_NO_PADDING;

  private final String algorithm;
  private final transient OpenSSLKey key;

  private SigningKey(String algorithm, OpenSSLKey key) {
    this.algorithm = algorithm;
    this.key = key;
  }

  @Override
  public String getAlgorithm() {
    return algorithm;
  }

  @Override
  public String getFormat() {
    return null;
  }

  @Override
  public byte[] getEncoded() {
    return null;
  }

  @Override
  public OpenSSLKey getOpenSSLKey() {
    return key;
  }

  final NativeRef.EVP_PKEY ref() {
    return key.getNativeRef();
  }

  private static NativeRef.EVP_PKEY publicKey(byte[] info) throws InvalidKeyException {
    try {
      return new NativeRef.EVP_PKEY(NativeCrypto.EVP_parse_public_key(info));
    } catch (OpenSSLX509CertificateFactory.ParsingException | RuntimeException e) {
      throw new InvalidKeyException(String.valueOf(e.getMessage()));
    }
  }

  private static boolean isRsa(NativeRef.EVP_PKEY key) {
    return NativeCrypto.EVP_PKEY_type(key) == NativeConstants.EVP_PKEY_RSA;
  }

  /** A key that BoringSSL holds. */
  public static final class Held extends SigningKey {
    private static final long serialVersionUID = 1;

    private Held(String algorithm, OpenSSLKey key) {
      super(algorithm, key);
    }

    /**
     * Parses a key.
     *
     * @param algorithm the name of its algorithm for a {@link java.security.KeyFactory}
     * @param encoding the key in PKCS#8, DER; overwritten in any case
     * @return the key
     * @throws InvalidKeyException if it is broken
     */
    public static Held parse(String algorithm, byte[] encoding) throws InvalidKeyException {
      try {
        return new Held(algorithm, new OpenSSLKey(NativeCrypto.EVP_parse_private_key(encoding)));
      } catch (OpenSSLX509CertificateFactory.ParsingException | RuntimeException e) {
        throw new InvalidKeyException(String.valueOf(e.getMessage()));
      } finally {
        // The JVM passed BoringSSL a copy, and freed it without clearing it. The next piece of the
        // same length gets that place in the C heap.
        NativeCrypto.RAND_bytes(encoding);
        java.util.Arrays.fill(encoding, (byte) 0);
      }
    }

    /**
     * Tells whether this is the key of a certificate.
     *
     * @param info the certificate's SubjectPublicKeyInfo
     * @return whether it is
     * @throws InvalidKeyException if {@code info} is broken
     */
    public boolean isKeyOf(byte[] info) throws InvalidKeyException {
      return NativeCrypto.EVP_PKEY_cmp(ref(), publicKey(info)) == 1;
    }

    /** {@return the length of an RSA key's modulus in bits; 0 for another key} */
    public int modulusBits() {
      if (!isRsa(ref())) {
        return 0;
      }
      byte[] modulus = NativeCrypto.get_RSA_public_params(ref())[0];
      int zeros = 0;
      while (modulus[zeros] == 0) {
        zeros++;
      }
      int first = Integer.numberOfLeadingZeros(modulus[zeros] & 0xff) - (Integer.SIZE - Byte.SIZE);
      return Byte.SIZE * (modulus.length - zeros) - first;
    }

    /**
     * Signs.
     *
     * @param padding {@link #NO_RSA}, {@link #PKCS1} or {@link #NONE}
     * @param input a digest for ECDSA, else what the padding expects
     * @return the signature
     */
    public byte[] sign(int padding, byte[] input) {
      byte[] signature;
      int length;
      if (padding == NO_RSA) {
        signature = new byte[NativeCrypto.ECDSA_size(ref())];
        length = NativeCrypto.ECDSA_sign(input, input.length, signature, ref());
      } else {
        signature = new byte[NativeCrypto.RSA_size(ref())];
        length = NativeCrypto.RSA_private_encrypt(input.length, input, signature, ref(), padding);
      }
      return java.util.Arrays.copyOf(signature, length);
    }
  }

  /** A key that another process holds. Only its public key is known here. */
  public abstract static class Remote extends SigningKey {
    private static final long serialVersionUID = 1;

    private final transient NativeRef.EVP_PKEY publicKey;

    /**
     * Makes a key that can be used only by {@link #sign}.
     *
     * @param algorithm the name of its algorithm
     * @param info the SubjectPublicKeyInfo of its certificate, for RSA or EC
     * @throws InvalidKeyException if {@code info} is broken
     */
    protected Remote(String algorithm, byte[] info) throws InvalidKeyException {
      this(algorithm, publicKey(info), new Self());
    }

    private Remote(String algorithm, NativeRef.EVP_PKEY publicKey, Self self) {
      super(algorithm, new OpenSSLKey(wrapper(self, publicKey), true));
      this.publicKey = publicKey;
      self.key = this;
    }

    private static long wrapper(Self self, NativeRef.EVP_PKEY publicKey) {
      return isRsa(publicKey)
          ? NativeCrypto.getRSAPrivateKeyWrapper(
              self, NativeCrypto.get_RSA_public_params(publicKey)[0])
          : NativeCrypto.getECPrivateKeyWrapper(
              self, new NativeRef.EC_GROUP(NativeCrypto.EC_KEY_get1_group(publicKey)));
    }

    /**
     * Has the other process sign.
     *
     * @param padding {@link #NO_RSA}, {@link #PKCS1} or {@link #NONE}
     * @param input a digest for ECDSA, else what the padding expects
     * @return the signature, or null if the other process gave none
     */
    protected abstract byte[] sign(int padding, byte[] input);

    /**
     * Tells whether a signature was made by this key.
     *
     * @param padding as for {@link #sign}
     * @param input what was to be signed
     * @param signature any octets
     * @return whether it is
     */
    protected final boolean verifies(int padding, byte[] input, byte[] signature) {
      try {
        if (padding == NO_RSA) {
          return NativeCrypto.ECDSA_verify(input, input.length, signature, publicKey) == 1;
        }
        byte[] block = new byte[NativeCrypto.RSA_size(publicKey)];
        int length =
            NativeCrypto.RSA_public_decrypt(signature.length, signature, block, publicKey, padding);
        return java.util.Arrays.equals(block, 0, length, input, 0, input.length);
      } catch (java.security.GeneralSecurityException | RuntimeException e) {
        return false;
      }
    }
  }

  /** Stands for the key in BoringSSL, which needs an object before the key itself can be made. */
  static final class Self implements PrivateKey {
    private static final long serialVersionUID = 1;

    private transient Remote key;

    Remote key() {
      return key;
    }

    @Override
    public String getAlgorithm() {
      return key.getAlgorithm();
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
