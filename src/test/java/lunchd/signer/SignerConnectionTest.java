package lunchd.signer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import lunchd.connection.Deadline;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import lunchd.signer.SignerRequest.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A handler's side of the connection, with an answer prepared by the test. */
final class SignerConnectionTest {
  @TempDir private Path directory;
  private ServerSocketChannel listener;
  private SignerConnection handler;
  private SocketChannel signer;

  @BeforeEach
  void connect() throws Exception {
    Path socket = directory.resolve("socket");
    listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(socket));
    handler = SignerConnection.open(socket.toString(), Deadline.after(20_000));
    signer = listener.accept();
  }

  @AfterEach
  void close() throws IOException {
    signer.close();
    listener.close();
  }

  /** Answers and ends. */
  private void answer(byte[] octets) throws IOException {
    ByteBuffer answer = ByteBuffer.wrap(octets);
    while (answer.hasRemaining()) {
      signer.write(answer);
    }
    signer.shutdownOutput();
  }

  private byte[] asked() throws IOException {
    ByteBuffer octets = ByteBuffer.allocate(SignerRequest.MAX_LENGTH);
    signer.read(octets);
    byte[] request = new byte[octets.flip().remaining()];
    octets.get(request);
    return request;
  }

  private static byte[] ok(int length) {
    return SignerRequest.answer(SignerRequest.OK, new byte[length]).array();
  }

  /** More than the initial buffer. */
  @ParameterizedTest
  @ValueSource(ints = {1, 8_188, 8_189, 100_000})
  void aChainOfAnyLength(int length) throws Exception {
    answer(ok(length));
    assertEquals(length, handler.chain("").length);
  }

  @ParameterizedTest
  @CsvSource({
    "01000000,         refused to sign",
    "02000000,         has no usable key",
    "03000000,         sent an invalid answer",
    "ff000000,         sent an invalid answer",
    "00000002a5a5a5,   sent an invalid answer", // and more
    "00000002a5,       ended the connection without an answer",
    "000000,           ended the connection without an answer",
    "'',               ended the connection without an answer",
  })
  void whatIsNoSignatureSaysWhy(String octets, String why) throws Exception {
    answer(HexFormat.of().parseHex(octets));
    refused(why);
  }

  private void refused(String why) {
    Misconfiguration error =
        assertThrows(Misconfiguration.class, () -> handler.sign(Kind.ECDSA, false, new byte[32]));
    assertEquals(ExitStatus.CONFIG, error.status());
    assertTrue(
        error.getMessage().contains(why + "; see the log of lunchd --sign"), error.getMessage());
  }

  /** The longest RSA signature is the limit, not the length that a signer gives. */
  @Test
  void aSignatureIsNeitherEmptyNorLongerThanAny() throws Exception {
    answer(ok(SignerRequest.MAX_INPUT));
    assertEquals(SignerRequest.MAX_INPUT, handler.sign(Kind.PSS, false, new byte[256]).length);
    for (int length : new int[] {0, SignerRequest.MAX_INPUT + 1}) {
      close();
      Files.delete(directory.resolve("socket"));
      connect();
      answer(ok(length));
      refused("sent an invalid answer");
    }
  }

  /** Because the handler knows another chain, or the signer is out of date otherwise. */
  @ParameterizedTest
  @CsvSource({"false, false, 00", "true, false, 01", "false, true, 01", "true, true, 01"})
  void theSignerHearsThatItIsOutOfDate(boolean isStale, boolean isNoted, String said)
      throws Exception {
    if (isNoted) {
      handler.noteOutdated();
    }
    answer(ok(64));
    handler.sign(Kind.ECDSA, isStale, new byte[] {7});
    assertArrayEquals(HexFormat.of().parseHex("45" + said + "000107"), asked());
  }

  @ParameterizedTest
  @CsvSource({
    "3, true",
    "1023, true",
    "0003, true",
    "2, false",
    "0, false",
    "1024, false",
    "00003, false",
    "'', false",
    "3x, true",
    "/3, true",
    ":, true",
    "./3, true",
    "/run/signer, true",
  })
  void aPlaceIsAPathOrADescriptorThatMayBeInherited(String where, boolean isPlace) {
    assertEquals(isPlace, SignerConnection.isPlace(where));
  }

  @Test
  void aChainIsNothingToSign() {
    assertFalse(SignerConnection.isSignable(Kind.CHAIN, new byte[32]));
    assertTrue(SignerConnection.isSignable(Kind.ECDSA, new byte[32]));
    assertFalse(SignerConnection.isSignable(Kind.ECDSA, new byte[20]), "SHA-1's");
    assertFalse(SignerConnection.isSignable(Kind.PKCS1, new byte[20]));
    assertTrue(SignerConnection.isSignable(Kind.PSS, new byte[256]));
  }
}
