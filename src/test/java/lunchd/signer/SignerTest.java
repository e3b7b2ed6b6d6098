package lunchd.signer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import lunchd.fixtures.RunningSigner;
import lunchd.operator.Misconfiguration;
import lunchd.signer.SignerRequest.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With a key whose signature is its input, so that tests can tell which handler got what. */
final class SignerTest {
  private static final byte[] CHAIN = "chain".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ASK_CHAIN = {'C', 0};

  private RunningSigner signer;

  @BeforeEach
  void start() throws IOException {
    signer = RunningSigner.with(name -> new Echo(name));
  }

  @AfterEach
  void stop() throws Exception {
    signer.close();
  }

  /** A pair whose signature is its input, and whose chain is the name. */
  private record Echo(String name) implements Keyring.Pair {
    @Override
    public byte[] chain() {
      return name.isEmpty() ? CHAIN : name.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public int modulusBits() {
      return 0;
    }

    @Override
    public byte[] sign(Kind kind, byte[] input) {
      return input;
    }
  }

  private static byte[] digest(int number) {
    byte[] digest = new byte[32];
    digest[31] = (byte) number;
    digest[30] = (byte) (number >> 8);
    return digest;
  }

  private static byte[] signature(byte[] digest) {
    return new SignerRequest(Kind.ECDSA, false, digest).encode();
  }

  private static byte[] answer(byte status, byte[] content) {
    return SignerRequest.answer(status, content).array();
  }

  private static void send(SocketChannel channel, byte[] octets) throws IOException {
    channel.write(ByteBuffer.wrap(octets));
  }

  private static byte[] receive(SocketChannel channel, int most) throws IOException {
    ByteBuffer octets = ByteBuffer.allocate(most);
    while (octets.hasRemaining() && channel.read(octets) >= 0) {
      // more
    }
    return java.util.Arrays.copyOf(octets.array(), octets.position());
  }

  /** Returns everything until it closes. */
  private static byte[] rest(SocketChannel channel) throws IOException {
    try {
      return receive(channel, 1 << 16);
    } catch (IOException e) { // a reset, if it has not read everything
      assertTrue(e.getMessage().contains("reset") || e.getMessage().contains("pipe"), e.toString());
      return new byte[0];
    }
  }

  /** Returns what a handler gets that goes on asking after the end. */
  private static byte[] whatIsStillSaid(SocketChannel channel) throws IOException {
    try {
      send(channel, signature(digest(2)));
    } catch (IOException e) {
      assertEquals("Broken pipe", e.getMessage());
    }
    return rest(channel);
  }

  private void assertStillSigns() throws Misconfiguration {
    SignerConnection handler = signer.handler();
    assertArrayEquals(CHAIN, handler.chain(""));
    assertArrayEquals(digest(7), handler.sign(Kind.ECDSA, false, digest(7)));
  }

  @Test
  void givesAChainAndASignature() throws Exception {
    SignerConnection handler = signer.handler();
    assertArrayEquals("a.example".getBytes(), handler.chain("a.example"));
    assertArrayEquals(digest(1), handler.sign(Kind.ECDSA, false, digest(1)));
  }

  /** A check asks for the chains of all names; the signature is by the last one's key. */
  @Test
  void givesAnyNumberOfChains() throws Exception {
    SignerConnection handler = signer.handler();
    for (String name : new String[] {"a.example", "", "b.example", "a.example"}) {
      byte[] chain = name.isEmpty() ? CHAIN : name.getBytes();
      assertArrayEquals(chain, handler.chain(name));
    }
    assertArrayEquals(digest(1), handler.sign(Kind.ECDSA, false, digest(1)));
  }

  /** A handler that has been taken over gets no more than any other. */
  @Test
  void givesNoSecondSignature() throws Exception {
    try (SocketChannel taken = signer.connect()) {
      send(taken, ASK_CHAIN);
      assertArrayEquals(answer(SignerRequest.OK, CHAIN), receive(taken, 9));
      send(taken, signature(digest(1)));
      assertArrayEquals(answer(SignerRequest.OK, digest(1)), receive(taken, 36));
      assertEquals(-1, taken.read(ByteBuffer.allocate(1)), "the end");
      assertEquals(0, whatIsStillSaid(taken).length);
    }
    try (SocketChannel taken = signer.connect()) {
      send(taken, ASK_CHAIN);
      receive(taken, 9);
      byte[] both = java.util.Arrays.copyOf(signature(digest(1)), 72);
      System.arraycopy(signature(digest(2)), 0, both, 36, 36);
      send(taken, both);
      assertEquals(0, rest(taken).length, "two requests at once are invalid");
    }
    assertStillSigns();
  }

  @Test
  void givesNothingForNonsense() throws Exception {
    byte[] refused = answer(SignerRequest.REFUSED, new byte[0]);
    assertAnswer(signature(digest(1)), refused); // before the chain
    for (byte[] nonsense :
        List.of(
            new byte[] {'D'},
            new byte[] {0},
            "GET / HTTP/1.1\r\n\r\n".getBytes(),
            new byte[2_000])) {
      assertAnswer(nonsense, new byte[0]);
      assertAfterChain(nonsense, new byte[0]);
    }
    for (Kind kind : new Kind[] {Kind.PKCS1, Kind.PSS}) {
      assertAfterChain(new SignerRequest(kind, false, digest(1)).encode(), refused);
    }
    for (int length : new int[] {0, 1, 20, 28, 31, 33, 63, 65, 1024}) {
      assertAfterChain(signature(new byte[length]), refused);
    }
    assertStillSigns();
  }

  private void assertAnswer(byte[] request, byte[] answer) throws IOException {
    try (SocketChannel channel = signer.connect()) {
      send(channel, request);
      assertArrayEquals(answer, rest(channel));
    }
  }

  private void assertAfterChain(byte[] request, byte[] answer) throws IOException {
    try (SocketChannel channel = signer.connect()) {
      send(channel, ASK_CHAIN);
      receive(channel, 9);
      send(channel, request);
      assertArrayEquals(answer, rest(channel));
    }
  }

  /** Silent handlers are kept, slow ones dropped, and no other waits for them. */
  @Test
  void nobodyDelaysAnother() throws Exception {
    List<SocketChannel> silent = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      silent.add(signer.connect());
    }
    SocketChannel slow = signer.connect();
    send(slow, new byte[] {'C'});
    SocketChannel greedy = signer.connect();
    send(greedy, ASK_CHAIN); // and reads nothing
    for (int i = 0; i < 20; i++) {
      assertStillSigns();
    }
    assertEquals(-1, slow.read(ByteBuffer.allocate(1)), "after a second");
    for (int i = 0; i < silent.size(); i++) {
      send(silent.get(i), ASK_CHAIN);
      assertArrayEquals(answer(SignerRequest.OK, CHAIN), receive(silent.get(i), 9));
    }
    for (int i = 0; i < silent.size(); i++) { // octet by octet, all at once
      send(silent.get(i), java.util.Arrays.copyOf(signature(digest(i)), 3));
    }
    for (int i = 0; i < silent.size(); i++) {
      send(silent.get(i), java.util.Arrays.copyOfRange(signature(digest(i)), 3, 36));
    }
    for (int i = 0; i < silent.size(); i++) {
      assertArrayEquals(answer(SignerRequest.OK, digest(i)), rest(silent.get(i)));
      silent.get(i).close();
    }
    slow.close();
    greedy.close();
  }

  @Test
  void endsWhenNobodyComes() throws Exception {
    try (RunningSigner idle = RunningSigner.with(Echo::new, 50)) {
      idle.awaitEnd();
    }
  }

  /** But not while a connected handler may still ask. */
  @Test
  void servesTheLastOnesWhenItIsToEnd() throws Exception {
    SignerConnection last = signer.handler();
    assertArrayEquals(CHAIN, last.chain(""));
    SignerConnection silent = signer.handler();
    assertStillSigns();
    signer.signer().end();
    assertArrayEquals(digest(1), last.sign(Kind.ECDSA, false, digest(1)));
    assertArrayEquals(CHAIN, silent.chain(""));
    assertArrayEquals(digest(2), silent.sign(Kind.ECDSA, false, digest(2)));
    signer.awaitEnd();
    try (SocketChannel next = signer.connect()) { // in the kernel's queue, for another signer
      send(next, ASK_CHAIN);
    }
  }

  @Test
  void endsWhenItHearsOfAnotherChain() throws Exception {
    SignerConnection handler = signer.handler();
    assertArrayEquals(CHAIN, handler.chain(""));
    assertArrayEquals(digest(1), handler.sign(Kind.ECDSA, true, digest(1)));
    signer.awaitEnd();
  }

  /** A chain that is larger than the kernel's buffers is sent in parts. */
  @Test
  void givesTheLongestChain() throws Exception {
    String longest = "x".repeat(256 * 1024);
    try (RunningSigner large = RunningSigner.with(name -> new Echo(longest))) {
      SignerConnection handler = large.handler();
      assertArrayEquals(longest.getBytes(StandardCharsets.US_ASCII), handler.chain(""));
      assertArrayEquals(digest(1), handler.sign(Kind.ECDSA, false, digest(1)));
    }
  }
}
