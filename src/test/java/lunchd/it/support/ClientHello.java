package lunchd.it.support;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** A ClientHello put together by hand, so that it can be wrong: RFC 8446 section 4.1.2. */
public final class ClientHello {
  public static final int TLS_AES_128_GCM_SHA256 = 0x1301;
  public static final int ECDHE_ECDSA_AES_128_GCM_SHA256 = 0xc02b;
  public static final int FALLBACK_SCSV = 0x5600; // RFC 7507

  public static final int SERVER_NAME = 0;
  public static final int SUPPORTED_GROUPS = 10;
  public static final int SIGNATURE_ALGORITHMS = 13;
  public static final int ALPN = 16;
  public static final int PADDING = 21;
  public static final int PRE_SHARED_KEY = 41;
  public static final int EARLY_DATA = 42;
  public static final int SUPPORTED_VERSIONS = 43;
  public static final int PSK_KEY_EXCHANGE_MODES = 45;
  public static final int KEY_SHARE = 51;
  public static final int RENEGOTIATION_INFO = 0xff01;

  public static final int SECP256R1 = 0x17;
  public static final int SECP384R1 = 0x18;
  public static final int X25519 = 0x1d;

  private static final int TYPE = 1;

  private int version = 0x0303;
  private byte[] sessionId = new byte[32];
  private int[] suites = {TLS_AES_128_GCM_SHA256};
  private byte[] compressions = {0};
  private final Map<Integer, byte[]> extensions = new LinkedHashMap<>();
  private byte[] after = {};

  /** TLS 1.3 only, with one key share. */
  public static ClientHello tls13(byte[] x25519) {
    return tls12()
        .suites(TLS_AES_128_GCM_SHA256)
        .extension(SUPPORTED_VERSIONS, vector8(uint16(0x0304)))
        .extension(KEY_SHARE, vector16(share(X25519, x25519)));
  }

  /** TLS 1.2 only. */
  public static ClientHello tls12() {
    return new ClientHello()
        .suites(ECDHE_ECDSA_AES_128_GCM_SHA256)
        .serverName("localhost")
        .extension(SUPPORTED_GROUPS, vector16(uint16(X25519, SECP256R1)))
        .extension(SIGNATURE_ALGORITHMS, vector16(uint16(0x0403, 0x0804))) // P-256, RSA-PSS
        .extension(ALPN, vector16(vector8("http/1.1".getBytes(StandardCharsets.US_ASCII))));
  }

  public ClientHello version(int legacyVersion) {
    version = legacyVersion;
    return this;
  }

  public ClientHello sessionId(int length) {
    sessionId = new byte[length];
    return this;
  }

  public ClientHello suites(int... offered) {
    suites = offered;
    return this;
  }

  public ClientHello compressions(int... offered) {
    compressions = new byte[offered.length];
    for (int i = 0; i < offered.length; i++) {
      compressions[i] = (byte) offered[i];
    }
    return this;
  }

  /** Adds an extension, or replaces it where it is. */
  public ClientHello extension(int type, byte[] data) {
    extensions.put(type, data);
    return this;
  }

  /** Returns an extension's data. */
  public byte[] extension(int type) {
    return extensions.get(type);
  }

  public ClientHello without(int type) {
    extensions.remove(type);
    return this;
  }

  public ClientHello serverName(String host) {
    byte[] name = host.getBytes(StandardCharsets.US_ASCII);
    return extension(SERVER_NAME, vector16(join(new byte[] {0}, vector16(name))));
  }

  /** Adds octets within the message that belong to no field. */
  public ClientHello trailing(byte[] octets) {
    after = octets;
    return this;
  }

  /** Pads the whole message to a length, RFC 7685. */
  public ClientHello paddedTo(int length) {
    without(PADDING);
    return extension(PADDING, new byte[length - message().length - 4]);
  }

  /** Returns the handshake message. */
  public byte[] message() {
    byte[] all = {};
    for (Map.Entry<Integer, byte[]> extension : extensions.entrySet()) {
      all = join(all, uint16(extension.getKey()), vector16(extension.getValue()));
    }
    byte[] body =
        join(
            uint16(version),
            "thirty-two octets of randomness!".getBytes(StandardCharsets.US_ASCII),
            vector8(sessionId),
            vector16(uint16(suites)),
            vector8(compressions),
            extensions.isEmpty() ? all : vector16(all),
            after);
    return handshake(TYPE, body);
  }

  /** Returns a handshake message of any type. */
  public static byte[] handshake(int type, byte[] body) {
    return join(ByteBuffer.allocate(4).putInt(type << 24 | body.length).array(), body);
  }

  /** Returns a KeyShareEntry. */
  public static byte[] share(int group, byte[] key) {
    return join(uint16(group), vector16(key));
  }

  public static byte[] uint16(int... values) {
    ByteBuffer octets = ByteBuffer.allocate(2 * values.length);
    for (int value : values) {
      octets.putShort((short) value);
    }
    return octets.array();
  }

  public static byte[] vector8(byte[] content) {
    return join(new byte[] {(byte) content.length}, content);
  }

  public static byte[] vector16(byte[] content) {
    return join(uint16(content.length), content);
  }

  public static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
