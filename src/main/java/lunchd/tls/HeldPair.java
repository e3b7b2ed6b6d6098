package lunchd.tls;

import java.nio.file.Path;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import lunchd.signer.Keyring;
import lunchd.signer.SignerRequest.Kind;
import org.conscrypt.SigningKey;

/** A pair that a signer holds: the key in BoringSSL, and the chain as it is in its file. */
public final class HeldPair implements Keyring.Pair {
  private final SigningKey.Held key;
  private final byte[] chain;

  private HeldPair(SigningKey.Held key, byte[] chain) {
    this.key = key;
    this.chain = chain;
  }

  /**
   * Reads a pair, and makes sure that key and chain belong together.
   *
   * @param keyFile as for {@link Identity#read}
   * @param chainFile the same
   * @param passwordFile the same
   * @return the pair
   * @throws Misconfiguration 66 if a file can't be read, 78 if it can't be used here, or if the key
   *     does not belong to the chain
   */
  public static HeldPair read(Path keyFile, Path chainFile, Path passwordFile)
      throws Misconfiguration {
    Identity identity = Identity.read(keyFile, chainFile, passwordFile);
    if (identity.keyType() == KeyType.ED25519) {
      throw new Misconfiguration(
          ExitStatus.CONFIG,
          "--key "
              + keyFile
              + " is an Ed25519 key, which a signer can't use;"
              + " get an EC or RSA pair, or serve without a signer");
    }
    identity.verify();
    return new HeldPair((SigningKey.Held) identity.key(), identity.file());
  }

  @Override
  public byte[] chain() {
    return chain;
  }

  @Override
  public int modulusBits() {
    return key.modulusBits();
  }

  @Override
  public byte[] sign(Kind kind, byte[] input) {
    return key.sign(
        switch (kind) {
          case PKCS1 -> SigningKey.PKCS1;
          case PSS -> SigningKey.NONE;
          default -> SigningKey.NO_RSA;
        },
        input);
  }
}
