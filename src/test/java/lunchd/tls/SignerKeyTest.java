package lunchd.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import javax.net.ssl.SSLParameters;
import lunchd.fixtures.RunningSigner;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import lunchd.signer.Keyring;
import lunchd.signer.SignerRequest.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Handshakes of a server whose key a signer has, with the JDK's client. */
final class SignerKeyTest {
  private static final Path TLS = Path.of("test-fixtures/tls");

  private static HeldPair pair(String name) throws Misconfiguration {
    return HeldPair.read(TLS.resolve(name + "-key.pem"), TLS.resolve(name + "-chain.pem"), null);
  }

  private static Identity identity(RunningSigner signer, String chain) throws Misconfiguration {
    return Identity.of(signer.handler(), TLS.resolve(chain + "-chain.pem"));
  }

  private static TlsClient client(String version, String... groups) {
    Consumer<SSLParameters> options =
        parameters -> {
          parameters.setProtocols(new String[] {version});
          if (groups.length > 0) {
            parameters.setNamedGroups(groups);
          }
        };
    return TlsClient.of("soup?", options);
  }

  private static void assertServed(TlsClient client) throws Exception {
    assertNull(client.failure());
    assertEquals("soup.", new String(client.content(), StandardCharsets.US_ASCII));
    assertTrue(client.wasClosed());
  }

  @ParameterizedTest
  @CsvSource({
    "p256, TLSv1.3",
    "p256, TLSv1.2",
    "p384, TLSv1.3",
    "p384, TLSv1.2",
    "rsa-2048, TLSv1.3",
    "rsa-2048, TLSv1.2",
    "rsa-3072, TLSv1.3",
    "rsa-3072, TLSv1.2"
  })
  void servesWithoutTheKey(String name, String version) throws Exception {
    HeldPair pair = pair(name);
    try (RunningSigner signer = RunningSigner.with(any -> pair)) {
      TlsClient client = client(version);
      Identity identity = identity(signer, name);
      TlsConnectionTest.talk(identity, client);
      assertServed(client);
      assertFalse(identity.isStale());
      assertNull(identity.key().getEncoded());
    }
  }

  /** PKCS #1 v1.5, which TLS 1.2 still allows. */
  @Test
  void signsForAClientThatHasNoPss() throws Exception {
    HeldPair pair = pair("rsa-2048");
    try (RunningSigner signer = RunningSigner.with(any -> pair)) {
      TlsClient client =
          TlsClient.of(
              "soup?",
              parameters -> {
                parameters.setProtocols(new String[] {"TLSv1.2"});
                parameters.setSignatureSchemes(
                    new String[] {"rsa_pkcs1_sha256", "ecdsa_secp256r1_sha256"});
              });
      TlsConnectionTest.talk(identity(signer, "rsa-2048"), client);
      assertServed(client);
    }
  }

  /** Chain and key always come from one signer; a new chain on the disk only makes it end. */
  @Test
  void servesTheSignersOwnChain() throws Exception {
    HeldPair pair = pair("rsa-2048");
    try (RunningSigner signer = RunningSigner.with(any -> pair)) {
      TlsClient client = client("TLSv1.3");
      Identity identity = identity(signer, "p256");
      TlsConnectionTest.talk(identity, client);
      assertServed(client);
      assertTrue(identity.isStale());
      signer.awaitEnd();
    }
  }

  /** Plays a signer with invalid signatures. */
  private static Keyring forger(HeldPair pair, byte[] signature) {
    Keyring.Pair forger =
        new Keyring.Pair() {
          @Override
          public byte[] chain() {
            return pair.chain();
          }

          @Override
          public int modulusBits() {
            return pair.modulusBits();
          }

          @Override
          public byte[] sign(Kind kind, byte[] input) {
            return signature;
          }
        };
    return any -> forger;
  }

  @ParameterizedTest
  @ValueSource(strings = {"p256", "rsa-2048"})
  void sendsNoSignatureThatIsNotTheKeys(String name) throws Exception {
    HeldPair pair = pair(name);
    byte[] input = new byte[32];
    byte[] of = name.equals("p256") ? pair.sign(Kind.ECDSA, input) : new byte[256];
    byte[] oneBitWrong = of.clone();
    oneBitWrong[oneBitWrong.length - 1] ^= 1;
    for (byte[] forged : new byte[][] {of, oneBitWrong, {1}, Arrays.copyOf(of, of.length + 1)}) {
      for (String version : new String[] {"TLSv1.3", "TLSv1.2"}) {
        try (RunningSigner signer = RunningSigner.with(forger(pair, forged))) {
          assertFails(identity(signer, name), client(version), "sent an invalid answer");
        }
      }
    }
  }

  @Test
  void sayThatThereIsNoKey() throws Exception {
    try (RunningSigner signer = RunningSigner.with(any -> null)) {
      assertFails(identity(signer, "p256"), client("TLSv1.3"), "has no usable key");
      signer.awaitEnd(); // so that the next one may have it
    }
  }

  /** The client has had a HelloRetryRequest by then, so the alert is not the first record. */
  @Test
  void failsAfterAHelloRetryRequestToo() throws Exception {
    HeldPair pair = pair("p256");
    for (boolean isForged : new boolean[] {false, true}) {
      Keyring keys = isForged ? forger(pair, new byte[] {1}) : any -> pair;
      try (RunningSigner signer = RunningSigner.with(keys)) {
        // A key share for the first group only, which BoringSSL does not have.
        TlsClient client = client("TLSv1.3", "secp521r1", "x25519");
        Identity identity = identity(signer, "p256");
        if (!isForged) {
          TlsConnectionTest.talk(identity, client);
          assertServed(client);
        } else {
          Misconfiguration error =
              assertThrows(Misconfiguration.class, () -> TlsConnectionTest.talk(identity, client));
          assertEquals(ExitStatus.CONFIG, error.status());
          assertTrue(client.failure().getMessage().contains("internal_error"), "the alert");
        }
      }
    }
  }

  private static void assertFails(Identity identity, TlsClient client, String why) {
    Misconfiguration error =
        assertThrows(Misconfiguration.class, () -> TlsConnectionTest.talk(identity, client));
    assertEquals(ExitStatus.CONFIG, error.status());
    assertTrue(error.getMessage().contains(why), error.getMessage());
    assertTrue(error.getMessage().startsWith("--signer "), error.getMessage());
    assertArrayEquals(new byte[] {21, 3, 3, 0, 2, 2, 80}, client.raw(), "internal_error");
  }

  @Test
  void readsNothingButAPair() {
    assertRefused("p256-other-key.pem", "p256-chain.pem", "is not the key of the first");
    assertRefused("rsa-2048-key.pem", "p256-chain.pem", "is not the key of the first");
    assertRefused("ed25519-key.pem", "ed25519-chain.pem", "is an Ed25519 key");
    assertRefused("not-der-key.pem", "p256-chain.pem", "holds a broken key");
    assertRefused("p256-key.pem", "truncated-leaf-chain.pem", "truncated-leaf-chain.pem");
  }

  private static void assertRefused(String key, String chain, String why) {
    Misconfiguration error =
        assertThrows(
            Misconfiguration.class,
            () -> HeldPair.read(TLS.resolve(key), TLS.resolve(chain), null));
    assertEquals(ExitStatus.CONFIG, error.status());
    assertTrue(error.getMessage().contains(why), error.getMessage());
  }
}
