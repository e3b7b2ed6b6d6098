package lunchd.tls;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;

/**
 * The server's identities: one for each name that a client may ask for (RFC 6066 section 3), and
 * one for all other names. Only the one that a client asks for is read.
 */
public final class Identities {
  /** Stands for the {@code *} of a wildcard in a directory's name: no client can ask for it. */
  static final String WILDCARD = "_";

  private final Identity otherwise;
  private final Path directory;
  private final Path passwordFile;

  private Identities(Identity otherwise, Path directory, Path passwordFile) {
    this.otherwise = otherwise;
    this.directory = directory;
    this.passwordFile = passwordFile;
  }

  /**
   * Makes the identities of a server with one certificate for all its names.
   *
   * @param identity the server's only identity
   * @return this identity, whatever name is asked for
   */
  public static Identities only(Identity identity) {
    return new Identities(identity, null, null);
  }

  /**
   * Makes the identities of a server with several names.
   *
   * @param otherwise the identity for all names that are not in the directory
   * @param directory has a directory for each name, such as {@code a.example}, or {@code _.example}
   *     for {@code *.example}: in it the key is {@code key.pem}, its chain {@code chain.pem}
   * @param passwordFile holds the password of encrypted keys, or null
   * @return the identities
   * @throws Misconfiguration 66 if nothing in the directory can be read
   */
  public static Identities in(Path directory, Identity otherwise, Path passwordFile)
      throws Misconfiguration {
    File file = directory.toFile();
    if (!file.isDirectory() || !file.canExecute()) {
      throw new Misconfiguration(
          ExitStatus.NO_INPUT,
          "--certificates "
              + directory
              + " is not a directory, or lunchd may not enter it; name one that has a directory for"
              + " each name");
    }
    return new Identities(otherwise, directory, passwordFile);
  }

  /**
   * Reads the identity for a name: its own, otherwise that of a wildcard, otherwise the one for all
   * others.
   *
   * @param name the host name, or null if the client named none
   * @throws Misconfiguration if the identity can't be used
   */
  Identity of(String name) throws Misconfiguration {
    if (directory == null || name == null) {
      return otherwise;
    }
    Identity identity = in(name);
    String wildcard = HostName.withFirst(WILDCARD, name);
    if (identity == null && wildcard != null) {
      identity = in(wildcard);
    }
    return identity == null ? otherwise : identity;
  }

  /** Overwrites the key that has been read, if there will be no handshake. */
  public void forgetKey() {
    otherwise.forgetKey();
  }

  /**
   * Lists the names that have their own identity. No request needs it.
   *
   * @return host names and wildcards such as {@code *.example}, sorted
   * @throws Misconfiguration 66 if they can't be listed
   */
  public List<String> names() throws Misconfiguration {
    List<String> names = new ArrayList<>();
    for (String entry : entries()) {
      if (isName(entry)) {
        names.add(entry.startsWith(WILDCARD) ? "*" + entry.substring(1) : entry);
      }
    }
    return names;
  }

  /**
   * Lists what is in the directory but can't be a name. Entries that begin with a dot are hidden.
   *
   * @return the files' names, sorted
   * @throws Misconfiguration 66 if they can't be listed
   */
  public List<String> strays() throws Misconfiguration {
    List<String> strays = entries();
    strays.removeIf(Identities::isName);
    return strays;
  }

  /** Tells whether a directory's name can be a host name, or a wildcard's. */
  static boolean isName(String entry) {
    String name = entry.startsWith(WILDCARD + ".") ? "x" + entry.substring(1) : entry;
    return name.equals(HostName.of(name));
  }

  private List<String> entries() throws Misconfiguration {
    List<String> entries = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String entry = file.getFileName().toString();
        if (!entry.startsWith(".")) {
          entries.add(entry);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      throw new Misconfiguration(
          ExitStatus.NO_INPUT,
          "--certificates "
              + directory
              + " can't be listed, which a check needs; make it readable for lunchd");
    }
    Collections.sort(entries);
    return entries;
  }

  /**
   * Reads the identity of one of the {@link #names}.
   *
   * @param name as it is in the list
   * @return its identity
   * @throws Misconfiguration if it can't be used
   */
  public Identity named(String name) throws Misconfiguration {
    return otherwise.named(directory.resolve(name.replace("*", WILDCARD)), passwordFile);
  }

  /** Reads the identity in a directory, or returns null if there is no such directory. */
  private Identity in(String name) throws Misconfiguration {
    Path entry = directory.resolve(name);
    if (!entry.toFile().exists()) {
      return null;
    }
    try {
      // Both files of one directory, even if a link to it leads elsewhere in the meantime.
      entry = entry.toRealPath();
    } catch (IOException e) {
      return null; // it has been removed since
    }
    return otherwise.named(entry, passwordFile);
  }
}
