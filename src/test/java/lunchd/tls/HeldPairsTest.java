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
import java.util.List;
import javax.net.ssl.SNIHostName;
import lunchd.fixtures.LogCapture;
import lunchd.fixtures.RunningSigner;
import lunchd.operator.Misconfiguration;
import lunchd.signer.Keyring;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A signer with several names, alone and with a handler. */
final class HeldPairsTest {
  private static final Path TLS = Path.of("test-fixtures/tls");

  @TempDir private Path directory;

  private static void put(String prefix, String pair) throws IOException {
    Files.copy(TLS.resolve(pair + "-key.pem"), Path.of(prefix + "key.pem"));
    Files.copy(TLS.resolve(pair + "-chain.pem"), Path.of(prefix + "chain.pem"));
  }

  /** As the handler sees it: a directory for each name. */
  private Path tree() throws IOException {
    Path names = Files.createDirectories(directory.resolve("names"));
    for (String row : List.of("a.example rsa-2048", "b.example p256", "_.example rsa-3072")) {
      Path entry = names.resolve(row.split(" ")[0]);
      Files.createDirectory(entry);
      put(entry + "/", row.split(" ")[1]);
    }
    return names;
  }

  /** As systemd hands it over: LoadCredential=names:DIRECTORY. */
  private Path credentials() throws IOException {
    Path names = directory.resolve("credentials");
    put(names + "_a.example_", "rsa-2048");
    put(names + "_b.example_", "p256");
    put(names + "__.example_", "rsa-3072");
    return names;
  }

  private static HeldPairs pairs(Path names) throws Misconfiguration {
    return HeldPairs.read(TLS.resolve("p384-key.pem"), TLS.resolve("p384-chain.pem"), null, names);
  }

  private static void assertIs(String pair, Keyring.Pair held) throws IOException {
    assertArrayEquals(Files.readAllBytes(TLS.resolve(pair + "-chain.pem")), held.chain());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void eachNameHasItsOwn(boolean isTree) throws Exception {
    HeldPairs pairs = pairs(isTree ? tree() : credentials());
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
    assertIs("p384", pairs(null).pair("a.example"));
    assertIs("p384", pairs(directory.resolve("none")).pair("a.example"));
  }

  @ParameterizedTest
  @CsvSource({
    "p256-other-key.pem, is not the key of the first",
    "ed25519-key.pem, is an Ed25519 key",
    "truncated-key.pem, is broken PEM",
    "'', can't be read",
  })
  void onlyItsOwnNameGoesWithoutABrokenPair(String key, String why) throws Exception {
    Path names = credentials();
    Path file = Path.of(names + "_b.example_key.pem");
    Files.delete(file);
    if (!key.isEmpty()) {
      Files.copy(TLS.resolve(key), file);
    }
    HeldPairs pairs = pairs(names);
    LogCapture.take();
    assertNull(pairs.pair("b.example"));
    String line = LogCapture.takeOne();
    assertTrue(line.startsWith("ERROR --key " + file + " " + why), line);
    assertIs("rsa-2048", pairs.pair("a.example"));
    Files.deleteIfExists(file);
    Files.copy(TLS.resolve("p256-key.pem"), file);
    assertIs("p256", pairs.pair("b.example"));
  }

  private Identities identities(RunningSigner signer, Path names) throws Misconfiguration {
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
    Path names = tree();
    HeldPairs pairs = pairs(credentials());
    for (String version : List.of("TLSv1.3", "TLSv1.2")) {
      try (RunningSigner signer = RunningSigner.with(pairs)) {
        for (String entry : List.of("a.example", "b.example", "_.example")) {
          Files.deleteIfExists(names.resolve(entry).resolve("key.pem"));
        }
        TlsClient client = client(version, name);
        TlsConnectionTest.talk(identities(signer, names), client);
        IdentitiesTest.assertShown(pair, client);
      }
    }
  }

  /** A name that has come, gone or been renewed since: no connection fails, and the signer ends. */
  @ParameterizedTest
  @CsvSource({
    "come,    d.test,    p384",
    "renewed, b.example, p256",
    "gone,    b.example, p256",
  })
  void aChangedNameIsServedAsItWasAndEndsTheSigner(String what, String name, String pair)
      throws Exception {
    Path names = tree();
    HeldPairs pairs = pairs(credentials());
    Path entry = names.resolve(name);
    switch (what) {
      case "come" -> {
        Files.createDirectory(entry);
        Files.copy(TLS.resolve("p256-chain.pem"), entry.resolve("chain.pem"));
      }
      case "renewed" -> {
        Files.delete(entry.resolve("chain.pem"));
        Files.copy(TLS.resolve("not-yet-valid-chain.pem"), entry.resolve("chain.pem"));
      }
      default -> {
        Files.delete(entry.resolve("chain.pem"));
        Files.delete(entry.resolve("key.pem"));
        Files.delete(entry);
      }
    }
    try (RunningSigner signer = RunningSigner.with(pairs)) {
      TlsClient client = client("TLSv1.3", name);
      TlsConnectionTest.talk(identities(signer, names), client);
      IdentitiesTest.assertShown(pair, client);
      signer.awaitEnd();
    }
  }

  @Test
  void aNameThatTheSignerCannotServeIsTheOperatorsError() throws Exception {
    Path names = credentials();
    Files.delete(Path.of(names + "_b.example_key.pem"));
    try (RunningSigner signer = RunningSigner.with(pairs(names))) {
      TlsClient client = client("TLSv1.3", "b.example");
      Misconfiguration error =
          assertThrows(
              Misconfiguration.class,
              () -> TlsConnectionTest.talk(identities(signer, tree()), client));
      assertTrue(error.getMessage().contains("has no key that it can use"), error.getMessage());
      assertArrayEquals(new byte[] {21, 3, 3, 0, 2, 2, 80}, client.raw(), "internal_error");
      signer.awaitEnd();
    }
  }

  /** A check asks for all chains on one connection, and then has its one handshake. */
  @Test
  void oneConnectionIsEnoughForACheck() throws Exception {
    Path names = tree();
    try (RunningSigner signer = RunningSigner.with(pairs(credentials()))) {
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
