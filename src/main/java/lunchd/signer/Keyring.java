package lunchd.signer;

/** The pairs of key and certificate chain that a signer holds. */
@FunctionalInterface
public interface Keyring {
  /**
   * Finds a pair.
   *
   * @param name a server's name in lower case, or empty for the pair that is served to clients that
   *     ask for no name
   * @return the pair that is served under this name, or null if there is no usable one
   */
  Pair pair(String name);

  /**
   * Tells whether a new signer might be able to use a pair that this one has just failed to use.
   *
   * @return whether this signer should end, to make room for a new one
   */
  default boolean isOutdated() {
    return true;
  }

  /** A key, and the chain that it belongs to. */
  interface Pair {
    /** {@return the chain in PEM, as it is in its file} */
    byte[] chain();

    /** {@return the length of an RSA key's modulus in bits; 0 for an EC key} */
    int modulusBits();

    /**
     * Signs what {@link Signable} allows.
     *
     * @param kind how to sign
     * @param input what the kind asks for
     * @return the signature
     */
    byte[] sign(SignerRequest.Kind kind, byte[] input);
  }
}
