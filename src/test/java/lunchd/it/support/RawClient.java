package lunchd.it.support;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.interfaces.XECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.KeyAgreement;

/**
 * A client that sends what no library would: TLS 1.3 with one suite and X25519, or records of any
 * kind. It checks the server's Finished, but no certificate, which other tests do.
 */
public final class RawClient {
  public static final int CHANGE_CIPHER_SPEC = 20;
  public static final int ALERT = 21;
  public static final int HANDSHAKE = 22;
  public static final int APPLICATION_DATA = 23;

  private static final int SERVER_HELLO = 2;
  private static final int SERVER_HELLO_DONE = 14;
  private static final int FINISHED = 20;
  private static final int KEY_UPDATE = 24;
  private static final int MESSAGE_HASH = 254;
  private static final int HASH_LENGTH = 32;

  /** The ServerHello's random that makes it a HelloRetryRequest, section 4.1.3. */
  private static final byte[] RETRY =
      HexFormat.of().parseHex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c");

  private final Socket socket;
  private final DataInputStream in;
  private final KeyPair pair;
  private final ByteArrayOutputStream transcript = new ByteArrayOutputStream();
  private ByteBuffer messages = ByteBuffer.allocate(0); // handshake messages not yet parsed
  private byte[] masterSecret;
  private TrafficKeys reading;
  private TrafficKeys writing;
  private int fragment = 1 << 14;
  private int segment = Integer.MAX_VALUE;
  private int padding;

  /** A record's content, as read. */
  public record Content(int type, byte[] octets) {}

  public RawClient(Socket socket) throws IOException, GeneralSecurityException {
    this.socket = socket;
    socket.setTcpNoDelay(true); // each write is a segment
    in = new DataInputStream(socket.getInputStream());
    pair = KeyPairGenerator.getInstance("X25519").generateKeyPair();
  }

  /** Puts no more octets than this into a record. */
  public RawClient fragment(int octets) {
    fragment = octets;
    return this;
  }

  /** Puts no more octets than this into a TCP segment. */
  public RawClient segment(int octets) {
    segment = octets;
    return this;
  }

  /** Pads protected records, section 5.4. */
  public RawClient padding(int octets) {
    padding = octets;
    return this;
  }

  /** Returns a ClientHello with which this client can finish a handshake. */
  public ClientHello hello() {
    return ClientHello.tls13(share());
  }

  public byte[] share() {
    BigInteger u = ((XECPublicKey) pair.getPublic()).getU();
    byte[] bigEndian = u.toByteArray();
    byte[] share = new byte[32];
    for (int i = 0; i < Math.min(bigEndian.length, share.length); i++) {
      share[i] = bigEndian[bigEndian.length - 1 - i];
    }
    return share;
  }

  /** Sends octets as they are. */
  public void write(byte[] octets) throws IOException {
    for (int from = 0; from < octets.length; ) {
      int length = Math.min(segment, octets.length - from);
      socket.getOutputStream().write(octets, from, length);
      from += length;
    }
  }

  /** Sends records, protected when there are keys. */
  public void send(int type, byte[] content) throws IOException, GeneralSecurityException {
    write(records(type, content));
  }

  /** Returns a record in plaintext. */
  public static byte[] record(int type, int version, byte[] content) {
    return ClientHello.join(
        new byte[] {(byte) type}, ClientHello.uint16(version), ClientHello.vector16(content));
  }

  public byte[] records(int type, byte[] content) throws GeneralSecurityException {
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    for (int from = 0; from == 0 || from < content.length; from += fragment) {
      byte[] part = Arrays.copyOfRange(content, from, Math.min(content.length, from + fragment));
      records.writeBytes(
          writing == null ? record(type, 0x0303, part) : writing.seal(type, part, padding));
    }
    return records.toByteArray();
  }

  /** Reads a record; null at the end. */
  public Content read() throws IOException, GeneralSecurityException {
    int type = in.read();
    if (type < 0) {
      return null;
    }
    byte[] header = new byte[5];
    header[0] = (byte) type;
    in.readFully(header, 1, 4);
    byte[] body = new byte[ByteBuffer.wrap(header).getShort(3) & 0xffff];
    in.readFully(body);
    if (reading == null || type != APPLICATION_DATA) {
      return new Content(type, body);
    }
    byte[] inner = reading.open(header, body);
    return new Content(inner[inner.length - 1], Arrays.copyOf(inner, inner.length - 1));
  }

  /** Reads up to the end, which must be a fatal alert, and returns its description. */
  public int alert() throws IOException, GeneralSecurityException {
    Content last = null;
    for (Content next; (next = read()) != null; ) {
      assertTrue(last == null || last.type != ALERT, "something came after an alert");
      last = next;
    }
    assertTrue(last != null && last.type == ALERT, () -> "ended without an alert");
    assertEquals(2, last.octets.length);
    assertEquals(2, last.octets[0], "fatal");
    return last.octets[1];
  }

  /** Sends a request and returns what comes until close_notify. */
  public String exchange(String request) throws IOException, GeneralSecurityException {
    send(APPLICATION_DATA, request.getBytes(StandardCharsets.ISO_8859_1));
    ByteArrayOutputStream response = new ByteArrayOutputStream();
    for (Content next; (next = read()) != null; ) {
      switch (next.type) {
        case APPLICATION_DATA -> response.writeBytes(next.octets);
        case HANDSHAKE -> {
          assertEquals(KEY_UPDATE, next.octets[0]);
          reading = reading.next();
        }
        default -> {
          assertEquals(ALERT, next.type);
          assertArrayEquals(new byte[] {1, 0}, next.octets, "close_notify");
        }
      }
    }
    return response.toString(StandardCharsets.ISO_8859_1);
  }

  /** Changes this client's keys; with 1, asks the server to change its own too: section 4.6.3. */
  public void updateKeys(int request) throws IOException, GeneralSecurityException {
    send(HANDSHAKE, ClientHello.handshake(KEY_UPDATE, new byte[] {(byte) request}));
    writing = writing.next();
  }

  /** Sends a ClientHello and reads the server's flight. */
  public void begin(ClientHello hello) throws IOException, GeneralSecurityException {
    byte[] message = hello.message();
    send(HANDSHAKE, message);
    readServerFlight(message);
  }

  /** Sends the client's second flight, and switches to the keys for application data. */
  public void finish() throws IOException, GeneralSecurityException {
    write(finished());
    writing = new TrafficKeys(derive(masterSecret, "c ap traffic", transcriptHash()));
  }

  /** Returns the client's second flight: ChangeCipherSpec for the middleboxes, and Finished. */
  public byte[] finished() throws GeneralSecurityException {
    byte[] verifyData = writing.finished(transcriptHash());
    return ClientHello.join(
        record(CHANGE_CIPHER_SPEC, 0x0303, new byte[] {1}),
        records(HANDSHAKE, ClientHello.handshake(FINISHED, verifyData)));
  }

  /** Sends a ClientHello of TLS 1.2 and reads the server's flight; returns the ServerHello. */
  public byte[] beginTls12(ClientHello hello) throws IOException, GeneralSecurityException {
    send(HANDSHAKE, hello.message());
    byte[] serverHello = message();
    assertEquals(SERVER_HELLO, serverHello[0]);
    while (message()[0] != SERVER_HELLO_DONE) {
      // other tests check the certificate and the key exchange
    }
    return serverHello;
  }

  /** Sends a ClientHello and reads the HelloRetryRequest that must come; a second may follow. */
  public void beginInVain(ClientHello hello) throws IOException, GeneralSecurityException {
    byte[] message = hello.message();
    send(HANDSHAKE, message);
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    transcript.writeBytes(ClientHello.handshake(MESSAGE_HASH, digest.digest(message)));
    byte[] request = message();
    assertArrayEquals(RETRY, Arrays.copyOfRange(request, 6, 6 + RETRY.length), "HelloRetryRequest");
  }

  /** Reads the server's answer to the last ClientHello, to its Finished. */
  public void readServerFlight(byte[] hello) throws IOException, GeneralSecurityException {
    transcript.writeBytes(hello);
    byte[] serverHello = message();
    assertEquals(SERVER_HELLO, serverHello[0]);
    byte[] zeros = new byte[HASH_LENGTH];
    byte[] early = TrafficKeys.hmac(zeros, zeros);
    byte[] secret = TrafficKeys.hmac(derived(early), sharedSecret(serverHello));
    reading = new TrafficKeys(derive(secret, "s hs traffic", transcriptHash()));
    writing = new TrafficKeys(derive(secret, "c hs traffic", transcriptHash()));
    masterSecret = TrafficKeys.hmac(derived(secret), zeros);
    byte[] before;
    byte[] message;
    do {
      before = transcriptHash();
      message = message();
    } while (message[0] != FINISHED);
    assertArrayEquals(
        reading.finished(before), Arrays.copyOfRange(message, 4, message.length), "Finished");
    reading = new TrafficKeys(derive(masterSecret, "s ap traffic", transcriptHash()));
  }

  /** Reads the next handshake message into the transcript. */
  private byte[] message() throws IOException, GeneralSecurityException {
    while (messages.remaining() < 4
        || messages.remaining() - 4 < (messages.getInt(messages.position()) & 0xffffff)) {
      Content next = read();
      assertTrue(next != null, "ended within the handshake");
      if (next.type == CHANGE_CIPHER_SPEC) {
        continue;
      }
      assertEquals(
          HANDSHAKE, next.type, () -> HexFormat.of().formatHex(next.octets) + " in the handshake");
      byte[] rest = new byte[messages.remaining()];
      messages.get(rest);
      messages = ByteBuffer.wrap(ClientHello.join(rest, next.octets));
    }
    byte[] message = new byte[4 + (messages.getInt(messages.position()) & 0xffffff)];
    messages.get(message);
    transcript.writeBytes(message);
    return message;
  }

  private byte[] sharedSecret(byte[] serverHello) throws GeneralSecurityException {
    ByteBuffer hello = ByteBuffer.wrap(serverHello).position(4 + 2 + 32);
    hello.position(hello.position() + 1 + hello.get(hello.position())); // session ID
    assertEquals(ClientHello.TLS_AES_128_GCM_SHA256, hello.getShort());
    hello.position(hello.position() + 3); // compression, length of the extensions
    while (hello.hasRemaining()) {
      int type = hello.getShort();
      byte[] extension = new byte[hello.getShort()];
      hello.get(extension);
      if (type == ClientHello.KEY_SHARE) {
        assertEquals(ClientHello.X25519, extension[1], "group");
        return agree(Arrays.copyOfRange(extension, 4, extension.length));
      }
    }
    throw new AssertionError("no key share in the ServerHello");
  }

  private byte[] agree(byte[] share) throws GeneralSecurityException {
    byte[] bigEndian = new byte[share.length];
    for (int i = 0; i < share.length; i++) {
      bigEndian[i] = share[share.length - 1 - i];
    }
    XECPublicKeySpec peer =
        new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, bigEndian));
    KeyAgreement agreement = KeyAgreement.getInstance("X25519");
    agreement.init(pair.getPrivate());
    agreement.doPhase(KeyFactory.getInstance("X25519").generatePublic(peer), true);
    return agreement.generateSecret();
  }

  private static byte[] derived(byte[] secret) throws GeneralSecurityException {
    return derive(secret, "derived", MessageDigest.getInstance("SHA-256").digest());
  }

  private static byte[] derive(byte[] secret, String label, byte[] hash)
      throws GeneralSecurityException {
    return TrafficKeys.expand(secret, label, hash, HASH_LENGTH);
  }

  private byte[] transcriptHash() throws GeneralSecurityException {
    return MessageDigest.getInstance("SHA-256").digest(transcript.toByteArray());
  }
}
