package lunchd.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLSocket;
import lunchd.fixtures.Answer;
import lunchd.it.support.Await;
import lunchd.it.support.Fixtures;
import lunchd.it.support.Handed;
import lunchd.it.support.JdkClient;
import lunchd.it.support.Lunchd;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where the private key is in the memory of lunchd after its handshake: in BoringSSL, and nowhere
 * else.
 */
class KeyCopiesIT {
  /** BoringSSL keeps some numbers of an RSA key in a second form. */
  private static final int BORING_SSL = 2;

  @ParameterizedTest
  @CsvSource({
    "p256-key.pem, p256, ''",
    "p256-key-sec1.pem, p256, ''",
    "p256-key-crlf.pem, p256, ''",
    "p256-key-text.pem, p256, ''",
    "p256-key-encrypted.pem, p256, password.txt",
    "rsa-2048-key.pem, rsa-2048, ''",
    "rsa-2048-key-pkcs1.pem, rsa-2048, ''",
    "rsa-2048-key-encrypted.pem, rsa-2048, password.txt",
  })
  void nobodyButBoringSslHasOne(String file, String pair, String passwordFile) throws Exception {
    List<byte[]> boringSsls = new ArrayList<>();
    List<byte[]> others = new ArrayList<>();
    for (BigInteger number : numbers(pair)) {
      byte[] octets = highToLow(number);
      others.add(octets);
      others.add(words(octets)); // as in a BigInteger
      boringSsls.add(reversed(octets));
    }
    text(Path.of(Fixtures.file(file)), others);
    byte[] chars = null; // of the password

    Lunchd lunchd = Lunchd.with(Fixtures.pair(file, pair + "-chain.pem")).and("--timeout=60");
    if (!passwordFile.isEmpty()) {
      Path password = Path.of(Fixtures.file(passwordFile));
      String text = Files.readString(password).strip();
      others.add(text.getBytes(StandardCharsets.US_ASCII));
      chars = text.getBytes(StandardCharsets.UTF_16LE);
      lunchd = lunchd.and("--key-password-file=" + password);
    }
    try (Handed handed = lunchd.and("--first-timeout=60").tcp();
        SSLSocket client = JdkClient.over(handed.socket())) {
      client.startHandshake();
      int half = Answer.GET.length() / 2;
      client
          .getOutputStream()
          .write(Answer.GET.substring(0, half).getBytes(StandardCharsets.US_ASCII));
      List<String> memory = memory(handed.child().pid());
      for (byte[] one : boringSsls) {
        int count = count(memory, one);
        assertTrue(count > 0, "the search must find the numbers");
        assertTrue(count <= BORING_SSL, "a copy of a number: " + count);
      }
      for (int i = 0; i < others.size(); i++) {
        assertEquals(0, count(memory, others.get(i)), "copies of number " + i);
      }
      if (chars != null) {
        int count = count(memory, chars);
        assertTrue(count <= 1, "copies of the password beside the JDK's own: " + count);
      }
      Answer.lunch(JdkClient.exchange(client, Answer.GET.substring(half)));
      assertEquals(0, handed.result().status());
    }
  }

  /** A redirect, or a challenge, needs no key. */
  @ParameterizedTest
  @ValueSource(strings = {"p256", "rsa-2048"})
  void thereIsNoneInPlaintext(String pair) throws Exception {
    byte[] number = highToLow(numbers(pair).getFirst());
    Lunchd lunchd = Lunchd.with(Fixtures.pair(pair)).and("--timeout=60", "--first-timeout=60");
    try (Handed handed = lunchd.tcp()) {
      handed.awaitWaiting();
      assertEquals(1, count(memory(handed.child().pid()), number), "the key may still be needed");
      int half = Answer.GET.length() / 2;
      handed.send(Answer.GET.substring(0, half));
      Await.until("it is overwritten", () -> count(memory(handed.child().pid()), number) == 0);
      assertEquals(
          308, Answer.parse(handed.exchange(Answer.GET.substring(half))).status(), "a redirect");
      assertEquals(0, handed.result().status());
    }
  }

  /** The secret numbers of the key. */
  private static List<BigInteger> numbers(String pair) throws Exception {
    String pem = Files.readString(Path.of(Fixtures.file(pair + "-key.pem")));
    byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----.*-----", ""));
    PrivateKey key =
        KeyFactory.getInstance(pair.startsWith("rsa") ? "RSA" : "EC")
            .generatePrivate(new PKCS8EncodedKeySpec(der));
    return key instanceof RSAPrivateCrtKey rsa
        ? List.of(
            rsa.getPrivateExponent(),
            rsa.getPrimeP(),
            rsa.getPrimeQ(),
            rsa.getPrimeExponentP(),
            rsa.getPrimeExponentQ(),
            rsa.getCrtCoefficient())
        : List.of(((ECPrivateKey) key).getS());
  }

  private static byte[] highToLow(BigInteger number) {
    byte[] octets = number.toByteArray();
    return octets[0] == 0 ? java.util.Arrays.copyOfRange(octets, 1, octets.length) : octets;
  }

  private static byte[] reversed(byte[] octets) {
    byte[] reversed = new byte[octets.length];
    for (int i = 0; i < octets.length; i++) {
      reversed[i] = octets[octets.length - 1 - i];
    }
    return reversed;
  }

  private static byte[] words(byte[] octets) {
    ByteBuffer from = ByteBuffer.allocate((octets.length + 3) / 4 * 4);
    from.position(from.capacity() - octets.length).put(octets).flip();
    ByteBuffer words = ByteBuffer.allocate(from.capacity()).order(ByteOrder.nativeOrder());
    while (from.hasRemaining()) {
      words.putInt(from.getInt());
    }
    return words.array();
  }

  /** Each whole line of base64, in octets and in Java's char. */
  private static void text(Path file, List<byte[]> wanted) throws IOException {
    for (String line : Files.readString(file, StandardCharsets.ISO_8859_1).split("\\R")) {
      if (line.matches("[A-Za-z0-9+/]{64}")) {
        wanted.add(line.getBytes(StandardCharsets.US_ASCII));
        wanted.add(line.getBytes(StandardCharsets.UTF_16LE));
      }
    }
    assertTrue(wanted.size() > 2, "no line of base64 in " + file);
  }

  /**
   * Returns a String for each region that the process can write to, since only there a key can be.
   */
  private static List<String> memory(long pid) throws IOException {
    List<String> memory = new ArrayList<>();
    try (RandomAccessFile file = new RandomAccessFile("/proc/" + pid + "/mem", "r")) {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/maps"))) {
        String[] words = line.split("[- ]", 4);
        if (words[2].startsWith("rw")) {
          long start = Long.parseUnsignedLong(words[0], 16);
          byte[] octets = new byte[(int) (Long.parseUnsignedLong(words[1], 16) - start)];
          file.seek(start);
          file.readFully(octets);
          memory.add(new String(octets, StandardCharsets.ISO_8859_1));
        }
      }
    }
    return memory;
  }

  private static int count(List<String> memory, byte[] wanted) {
    String text = new String(wanted, StandardCharsets.ISO_8859_1);
    int count = 0;
    for (String region : memory) {
      for (int at = region.indexOf(text); at >= 0; at = region.indexOf(text, at + 1)) {
        count++;
      }
    }
    return count;
  }
}
