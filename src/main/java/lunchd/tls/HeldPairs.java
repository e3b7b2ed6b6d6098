package lunchd.tls;

import java.io.File;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import lunchd.log.Log;
import lunchd.operator.Misconfiguration;
import lunchd.signer.Keyring;

/**
 * The pairs that a signer holds: one for all names, and those of single names, each of which is
 * read when it is first asked for, and kept. Nobody but handlers ask, for a name that a client has
 * asked them for.
 */
public final class HeldPairs implements Keyring {
  private final HeldPair otherwise;
  private final Path directory;
  private final Path passwordFile;
  private final Map<String, HeldPair> named = new HashMap<>();

  private HeldPairs(HeldPair otherwise, Path directory, Path passwordFile) {
    this.otherwise = otherwise;
    this.directory = directory;
    this.passwordFile = passwordFile;
  }

  /**
   * Reads the pair for all names.
   *
   * @param keyFile as for {@link Identity#read}
   * @param chainFile the same
   * @param passwordFile the same, for the keys of single names too
   * @param directory holds key and chain of single names, such as {@code
   *     directory/a.example/key.pem}; or, as systemd hands over a directory of credentials, {@code
   *     directory_a.example_key.pem}; null if there are none
   * @return the pairs
   * @throws Misconfiguration as for {@link HeldPair#read}
   */
  public static HeldPairs read(Path keyFile, Path chainFile, Path passwordFile, Path directory)
      throws Misconfiguration {
    return new HeldPairs(HeldPair.read(keyFile, chainFile, passwordFile), directory, passwordFile);
  }

  /** By the same rules as a handler: the name's own, else a wildcard's, else that for all names. */
  @Override
  public Pair pair(String name) {
    if (directory == null || !Identities.isName(name)) {
      return otherwise;
    }
    String wildcard = HostName.withFirst(Identities.WILDCARD, name);
    if (has(name)) {
      return named(name);
    }
    return wildcard != null && has(wildcard) ? named(wildcard) : otherwise;
  }

  private boolean has(String entry) {
    return named.containsKey(entry)
        || file(entry, "chain.pem").exists()
        || file(entry, "key.pem").exists();
  }

  private HeldPair named(String entry) {
    HeldPair pair = named.get(entry);
    if (pair == null) {
      try {
        pair =
            HeldPair.read(
                file(entry, "key.pem").toPath(), file(entry, "chain.pem").toPath(), passwordFile);
        named.put(entry, pair);
      } catch (Misconfiguration e) {
        Log.error(Log.printable(e.getMessage()));
      }
    }
    return pair;
  }

  private File file(String entry, String name) {
    return directory.toFile().isDirectory()
        ? directory.resolve(entry).resolve(name).toFile()
        : new File(directory + "_" + entry + "_" + name);
  }
}
