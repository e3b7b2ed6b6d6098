package lunchd.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import lunchd.log.Log;
import lunchd.operator.Misconfiguration;
import lunchd.signer.Keyring;

/**
 * The pairs that a signer holds: one for all names, and those of individual names. A name's pair is
 * read when a handler first asks for it, and then kept. Handlers ask only for names that clients
 * have asked them for.
 */
public final class HeldPairs implements Keyring {
  private static final String CHAIN = "chain.pem";

  private final HeldPair otherwise;
  private final Path certificates;
  private final Path keys;
  private final boolean areKeysCopies;
  private final Path passwordFile;
  private final Map<String, HeldPair> named = new HashMap<>();
  private boolean isOutdated;

  private HeldPairs(HeldPair otherwise, Path certificates, Path keys, Path passwordFile) {
    this.otherwise = otherwise;
    this.certificates = certificates;
    this.keys = keys;
    this.areKeysCopies = keys != null && !keys.toFile().isDirectory();
    this.passwordFile = passwordFile;
  }

  /**
   * Reads the pair for all names.
   *
   * @param keyFile as for {@link Identity#read}
   * @param chainFile the same
   * @param passwordFile the same, for the keys of individual names too
   * @param certificates holds the chains of individual names, such as {@code
   *     certificates/a.example/chain.pem}; null if there are none
   * @param keys holds their keys, such as {@code keys/a.example/key.pem}; or, as systemd passes a
   *     directory of credentials, {@code keys_a.example_key.pem}, which are copies from the time
   *     when the signer was started; null if the keys are beside the chains
   * @return the pairs
   * @throws Misconfiguration as for {@link HeldPair#read}
   */
  public static HeldPairs read(
      Path keyFile, Path chainFile, Path passwordFile, Path certificates, Path keys)
      throws Misconfiguration {
    HeldPair otherwise = HeldPair.read(keyFile, chainFile, passwordFile);
    return new HeldPairs(otherwise, certificates, keys == null ? certificates : keys, passwordFile);
  }

  /** Follows a handler's rules: the name's own pair, else a wildcard's, else that for all names. */
  @Override
  public Pair pair(String name) {
    if (certificates == null || !Identities.isName(name)) {
      return otherwise;
    }
    String wildcard = HostName.withFirst(Identities.WILDCARD, name);
    if (has(name)) {
      return named(name);
    }
    return wildcard != null && has(wildcard) ? named(wildcard) : otherwise;
  }

  /** Whether a name has an entry here; one that was added later waits for the next signer. */
  private boolean has(String entry) {
    return named.containsKey(entry)
        || certificates.resolve(entry).toFile().exists()
            && (key(entry).toFile().exists() || !isNewerThanKeys(entry));
  }

  private HeldPair named(String entry) {
    HeldPair pair = named.get(entry);
    if (pair == null) {
      try {
        pair = HeldPair.read(key(entry), certificates.resolve(entry).resolve(CHAIN), passwordFile);
        named.put(entry, pair);
      } catch (Misconfiguration e) {
        Log.error(Log.printable(e.getMessage()));
        isOutdated = isNewerThanKeys(entry);
      }
    }
    return pair;
  }

  private Path key(String entry) {
    return areKeysCopies
        ? Path.of(keys + "_" + entry + "_key.pem")
        : keys.resolve(entry).resolve("key.pem");
  }

  @Override
  public boolean isOutdated() {
    return isOutdated;
  }

  /**
   * Tells whether a chain has changed since its key was copied; keys that are not copies are read
   * again.
   */
  private boolean isNewerThanKeys(String entry) {
    if (!areKeysCopies) {
      return false;
    }
    Path directory = certificates.resolve(entry);
    long copied = keys.toAbsolutePath().getParent().toFile().lastModified();
    return changed(directory, LinkOption.NOFOLLOW_LINKS) >= copied
        || changed(directory.resolve(CHAIN)) >= copied;
  }

  /**
   * Returns the ctime: the time of the last write would stay the same when a file is replaced by
   * mv.
   */
  private static long changed(Path file, LinkOption... options) {
    try {
      return ((FileTime) Files.getAttribute(file, "unix:ctime", options)).toMillis();
    } catch (IOException e) {
      return 0; // there is no such file
    }
  }
}
