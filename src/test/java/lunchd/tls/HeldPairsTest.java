package lunchd.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import javax.net.ssl.SNIHostName;
import lunchd.fixtures.LogCapture;
import lunchd.fixtures.RunningSigner;
import lunchd.operator.Misconfiguration;
import lunchd.signer.Keyring;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A signer with several names, alone and with a handler. */
final class HeldPairsTest {
  private static final Path TLS = Path.of("test-fixtures/tls");

  @TempDir private Path directory;

  private Path names;

  /** Where the keys of individual names are. */
  private enum Keys {
    WITH_CHAINS(null),
    APART("apart/keys"),
    /** As systemd passes them: LoadCredential=keys:DIRECTORY. */
    CREDENTIALS("credentials/keys");

    private final String option;

    Keys(String option) {
      this.option = option;
    }
  }

  @BeforeEach
  void chains() throws IOException {
    names = Files.createDirectory(directory.resolve("names"));
    for (String row : List.of("a.example rsa-2048", "b.example p256", "_.example rsa-3072")) {
      putChain(row.split(" ")[0], row.split(" ")[1] + "-chain.pem");
    }
  }

  private void putChain(String entry, String chain) throws IOException {
    Path own = Files.createDirectories(names.resolve(entry));
    Path coming = names.resolve(".coming");
    Files.copy(TLS.resolve(chain), coming, StandardCopyOption.COPY_ATTRIBUTES);
    Files.move(coming, own.resolve("chain.pem"), StandardCopyOption.REPLACE_EXISTING);
  }

  private void putKeys(Keys where) throws IOException {
    for (String row : List.of("a.example rsa-2048", "b.example p256", "_.example rsa-3072")) {
      Path key = key(where, row.split(" ")[0]);
      Files.createDirectories(key.getParent());
      Files.copy(TLS.resolve(row.split(" ")[1] + "-key.pem"), key);
    }
    if (where == Keys.CREDENTIALS) { // as if made now: files so far are older, later ones newer
      long now = fileTime() + 1;
      assertTrue(directory.resolve("credentials").toFile().setLastModified(now));
      while (fileTime() <= now) {
        Thread.onSpinWait();
      }
    }
  }

  private Path key(Keys where, String entry) {
    return switch (where) {
      case WITH_CHAINS -> names.resolve(entry).resolve("key.pem");
      case APART -> directory.resolve(where.option).resolve(entry).resolve("key.pem");
      case CREDENTIALS -> directory.resolve(where.option + "_" + entry + "_key.pem");
    };
  }

  /** Returns the time by the file system's clock, which is coarser. */
  private long fileTime() throws IOException {
    Path file = directory.resolve("clock");
    Files.write(file, new byte[1]);
    return file.toFile().lastModified();
  }

  private HeldPairs pairs(Keys where) throws Misconfiguration {
    Path apart = where.option == null ? null : directory.resolve(where.option);
    return HeldPairs.read(
        TLS.resolve("p384-key.pem"), TLS.resolve("p384-chain.pem"), null, names, apart);
  }

  private HeldPairs credentials() throws IOException, Misconfiguration {
    putKeys(Keys.CREDENTIALS);
    return pairs(Keys.CREDENTIALS);
  }

  private static void assertIs(String pair, Keyring.Pair held) throws IOException {
    assertArrayEquals(Files.readAllBytes(TLS.resolve(pair + "-chain.pem")), held.chain());
  }

  @ParameterizedTest
  @EnumSource(Keys.class)
  void eachNameHasItsOwn(Keys where) throws Exception {
    putKeys(where);
    HeldPairs pairs = pairs(where);
    assertIs("rsa-2048", pairs.pair("a.example"));
    assertIs("p256", pairs.pair("b.example"));
    assertIs("rsa-3072", pairs.pair("c.example"));
    assertIs("rsa-3072", pairs.pair("_.example"));
    assertSame(pairs.pair("c.example"), pairs.pair("d.example"), "and is read once");
    for (String other : List.of("", "example", "c.a.example", "a.test", "_", "_a.example", "a_b")) {
      assertIs("p384", pairs.pair(other));
    }
  }

  @Test
  void withoutADirectoryThereIsOneForAll() throws Exception {
    HeldPair one = HeldPair.read(TLS.resolve("p384-key.pem"), TLS.resolve("p384-chain.pem"), null);
    assertArrayEquals(one.chain(), allFor(null).pair("a.example").chain());
    assertIs("p384", allFor(directory.resolve("none")).pair("a.example"));
  }

  private static HeldPairs allFor(Path certificates) throws Misconfiguration {
    return HeldPairs.read(
        TLS.resolve("p384-key.pem"), TLS.resolve("p384-chain.pem"), null, certificates, null);
  }

  @ParameterizedTest
  @CsvSource({
    "p256-other-key.pem, is not the key of the first",
    "ed25519-key.pem, is an Ed25519 key",
    "truncated-key.pem, is broken PEM",
    "'', can't be read",
  })
  void onlyItsOwnNameGoesWithoutABrokenPair(String key, String why) throws Exception {
    for (Keys where : Keys.values()) {
      putKeys(where);
      Path file = key(where, "b.example");
      Files.delete(file);
      if (!key.isEmpty()) {
        Files.copy(TLS.resolve(key), file);
      }
      HeldPairs pairs = pairs(where);
      LogCapture.take();
      assertNull(pairs.pair("b.example"));
      String line = LogCapture.takeOne();
      assertTrue(line.startsWith("ERROR --key " + file + " " + why), line);
      assertFalse(pairs.isOutdated(), "a new signer would have the same");
      assertIs("rsa-2048", pairs.pair("a.example"));
      Files.deleteIfExists(file);
      Files.copy(TLS.resolve("p256-key.pem"), file);
      assertIs("p256", pairs.pair("b.example"));
    }
  }

  /** It has a new key by now, of which this signer has no copy. */
  @Test
  void aChainThatIsNewerThanItsKeyIsWorthAnotherSigner() throws Exception {
    HeldPairs pairs = credentials();
    putChain("b.example", "rsa-2048-chain.pem");
    assertNull(pairs.pair("b.example"));
    assertTrue(pairs.isOutdated());
    putKeys(Keys.APART); // these are read again at each attempt
    pairs = pairs(Keys.APART);
    putChain("b.example", "p384-chain.pem");
    assertNull(pairs.pair("b.example"));
    assertFalse(pairs.isOutdated());
  }

  /** Overwritten in place, with the time of the original, as cp -p does. */
  @Test
  void aChainThatIsWrittenOverIsAChangeToo() throws Exception {
    HeldPairs pairs = credentials();
    Files.write(
        names.resolve("b.example/chain.pem"),
        Files.readAllBytes(TLS.resolve("rsa-2048-chain.pem")));
    assertTrue(names.resolve("b.example/chain.pem").toFile().setLastModified(1_000));
    assertNull(pairs.pair("b.example"));
    assertTrue(pairs.isOutdated());
  }

  /** Two links with a directory behind each, both old. */
  @Test
  void aLinkThatIsSwappedIsAChangeToo() throws Exception {
    Files.move(names.resolve("b.example"), names.resolve(".old"));
    Files.createSymbolicLink(names.resolve("b.example"), Path.of(".old"));
    putChain(".new", "rsa-2048-chain.pem");
    putKeys(Keys.CREDENTIALS);
    HeldPairs pairs = pairs(Keys.CREDENTIALS);
    Files.createSymbolicLink(names.resolve(".link"), Path.of(".new"));
    Files.move(
        names.resolve(".link"), names.resolve("b.example"), StandardCopyOption.REPLACE_EXISTING);
    assertNull(pairs.pair("b.example"));
    assertTrue(pairs.isOutdated());
  }

  private Identities identities(RunningSigner signer) throws Misconfiguration {
    Identity otherwise = Identity.of(signer.handler(), TLS.resolve("p384-chain.pem"));
    return Identities.in(names, otherwise, null);
  }

  private static TlsClient client(String version, String name) {
    return TlsClient.of(
        "soup?",
        parameters -> {
          parameters.setProtocols(new String[] {version});
          parameters.setServerNames(List.of(new SNIHostName(name)));
        });
  }

  @ParameterizedTest
  @CsvSource({
    "a.example, rsa-2048",
    "B.example, p256",
    "c.example, rsa-3072",
    "a.test, p384",
  })
  void aHandlerServesEachWithoutAKey(String name, String pair) throws Exception {
    HeldPairs pairs = credentials();
    for (String version : List.of("TLSv1.3", "TLSv1.2")) {
      try (RunningSigner signer = RunningSigner.with(pairs)) {
        TlsClient client = client(version, name);
        TlsConnectionTest.talk(identities(signer), client);
        IdentitiesTest.assertShown(pair, client);
      }
    }
  }

  /** A name was added, removed or renewed since: no connection fails, and the signer ends. */
  @ParameterizedTest
  @CsvSource({
    "come,    d.test,    p384",
    "renewed, b.example, p256",
    "gone,    b.example, p256",
  })
  void aChangedNameIsServedAsItWasAndEndsTheSigner(String what, String name, String pair)
      throws Exception {
    HeldPairs pairs = credentials();
    Path entry = names.resolve(name);
    switch (what) {
      case "come" -> putChain(name, "p256-chain.pem");
      case "renewed" -> {
        assertIs(pair, pairs.pair(name));
        putChain(name, "not-yet-valid-chain.pem");
      }
      default -> {
        assertIs(pair, pairs.pair(name));
        Files.delete(entry.resolve("chain.pem"));
        Files.delete(entry);
      }
    }
    try (RunningSigner signer = RunningSigner.with(pairs)) {
      TlsClient client = client("TLSv1.3", name);
      TlsConnectionTest.talk(identities(signer), client);
      IdentitiesTest.assertShown(pair, client);
      signer.awaitEnd();
    }
  }

  @Test
  void aNameThatTheSignerCannotServeIsTheOperatorsError() throws Exception {
    HeldPairs pairs = credentials();
    putChain("b.example", "rsa-2048-chain.pem");
    try (RunningSigner signer = RunningSigner.with(pairs)) {
      TlsClient client = client("TLSv1.3", "b.example");
      Misconfiguration error =
          assertThrows(
              Misconfiguration.class, () -> TlsConnectionTest.talk(identities(signer), client));
      assertTrue(error.getMessage().contains("has no usable key"), error.getMessage());
      assertArrayEquals(new byte[] {21, 3, 3, 0, 2, 2, 80}, client.raw(), "internal_error");
      signer.awaitEnd();
    }
  }

  /** Requests for a broken name, however many, don't affect the other names. */
  @Test
  void aNameThatStaysBrokenDoesNotEndTheSigner() throws Exception {
    putKeys(Keys.CREDENTIALS);
    Files.delete(key(Keys.CREDENTIALS, "b.example"));
    try (RunningSigner signer = RunningSigner.with(pairs(Keys.CREDENTIALS))) {
      for (int i = 0; i < 3; i++) {
        TlsClient client = client("TLSv1.3", "b.example");
        assertThrows(
            Misconfiguration.class, () -> TlsConnectionTest.talk(identities(signer), client));
        TlsClient other = client("TLSv1.3", "a.example");
        TlsConnectionTest.talk(identities(signer), other);
        IdentitiesTest.assertShown("rsa-2048", other);
      }
    }
  }

  /** A check asks for all chains on one connection, and then does its only handshake. */
  @Test
  void oneConnectionIsEnoughForACheck() throws Exception {
    try (RunningSigner signer = RunningSigner.with(credentials())) {
      Identity otherwise = Identity.of(signer.handler(), TLS.resolve("p384-chain.pem"));
      Identities identities = Identities.in(names, otherwise, null);
      assertEquals(List.of("*.example", "a.example", "b.example"), identities.names());
      for (String name : identities.names()) {
        Identity identity = identities.named(name);
        identity.verify();
        assertFalse(identity.isStale(), name);
      }
      assertEquals("TLSv1.3 TLS_AES_256_GCM_SHA384", SelfHandshake.of(otherwise));
    }
  }
}
