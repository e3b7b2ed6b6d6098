package lunchd.signer;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.Arrays;
import jdk.internal.access.SharedSecrets;
import lunchd.connection.Connection;
import lunchd.connection.Connections;
import lunchd.connection.Deadline;
import lunchd.connection.DeadlineExceeded;
import lunchd.operator.ExitStatus;
import lunchd.operator.Misconfiguration;
import lunchd.operator.NamedFile;
import lunchd.signer.SignerRequest.Kind;

/** The handler's side of a connection to a signer: a chain, and one signature. */
public final class SignerConnection {
  private static final int FIRST_DESCRIPTOR = 3; // after those of the client and the log

  private static final int LAST_DESCRIPTOR = 1023;

  private static final int USUAL = 8192; // room for the usual chain, in octets

  private final String where;
  private final Connection connection;
  private final Deadline deadline;
  private boolean isOutdated;

  private SignerConnection(String where, Connection connection, Deadline deadline) {
    this.where = where;
    this.connection = connection;
    this.deadline = deadline;
  }

  /**
   * Opens a connection.
   *
   * @param where the number of an inherited, connected descriptor, or the path of a Unix socket
   * @param deadline limits every wait on it, once a signature is asked for
   * @return the connection
   * @throws Misconfiguration 64 if it can be neither, 78 if it can't be reached
   */
  public static SignerConnection open(String where, Deadline deadline) throws Misconfiguration {
    try {
      if (isNumber(where)) {
        FileDescriptor descriptor = new FileDescriptor();
        SharedSecrets.getJavaIOFileDescriptorAccess().set(descriptor, Integer.parseInt(where));
        Connection connection =
            Connections.of(
                new FileInputStream(descriptor), new FileOutputStream(descriptor), deadline);
        return new SignerConnection(where, connection, deadline);
      }
      SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(where));
      return new SignerConnection(where, Connections.of(channel, deadline), deadline);
    } catch (IOException | InvalidPathException e) {
      throw unusable(where, "can't be reached (" + e.getMessage() + ")");
    }
  }

  /**
   * Tells whether a text can name a signer.
   *
   * @param where a number or a path
   * @return whether it is the number of a descriptor that can be inherited, or a path
   */
  public static boolean isPlace(String where) {
    if (!isNumber(where)) {
      return !where.isEmpty();
    }
    if (where.length() > 4) {
      return false;
    }
    int number = Integer.parseInt(where);
    return number >= FIRST_DESCRIPTOR && number <= LAST_DESCRIPTOR;
  }

  private static boolean isNumber(String where) {
    for (int i = 0; i < where.length(); i++) {
      if (where.charAt(i) < '0' || where.charAt(i) > '9') {
        return false;
      }
    }
    return !where.isEmpty();
  }

  /**
   * Gets the chain that is served for a name.
   *
   * @param name the server's name, in lower case, or empty for none
   * @return the chain in PEM
   * @throws Misconfiguration 78 if there is none
   */
  public byte[] chain(String name) throws Misconfiguration {
    return ask(
        new SignerRequest(Kind.CHAIN, false, name.getBytes(StandardCharsets.US_ASCII)),
        NamedFile.MAX_SIZE);
  }

  /** Notes that the signer's chain is out of date: the request for a signature will say so. */
  public void noteOutdated() {
    isOutdated = true;
  }

  /**
   * Gets the one signature, made with the key of the chain.
   *
   * @param kind how to sign
   * @param isStale whether the handler has meanwhile found another chain on the disk
   * @param input what the kind asks for
   * @return the signature
   * @throws Misconfiguration 78 if there is none
   */
  public byte[] sign(Kind kind, boolean isStale, byte[] input) throws Misconfiguration {
    return ask(new SignerRequest(kind, isStale || isOutdated, input), SignerRequest.MAX_INPUT);
  }

  /**
   * Tells whether a signer would sign this. If not, the client has asked for something that it
   * doesn't get, such as a signature with SHA-1.
   *
   * @param kind how to sign
   * @param input what the kind asks for
   * @return whether the input looks like one that is signed
   */
  public static boolean isSignable(Kind kind, byte[] input) {
    return switch (kind) {
      case CHAIN -> false;
      case ECDSA -> Signable.isDigestLength(input.length);
      case PKCS1 -> Signable.isDigestInfo(input);
      case PSS -> true; // the signer checks it; TLS has no PSS with SHA-1
    };
  }

  private byte[] ask(SignerRequest request, int longest) throws Misconfiguration {
    deadline.relax(); // the signer is asked once the ClientHello is there
    try {
      connection.write(ByteBuffer.wrap(request.encode()));
      ByteBuffer answer = read(ByteBuffer.allocate(USUAL), SignerRequest.ANSWER_HEADER);
      int header = answer.getInt(0);
      int length = header & 0xffffff;
      switch (header >>> 24) {
        case SignerRequest.OK -> {
          if (length > 0 && length <= longest) {
            return content(answer, length);
          }
        }
        case SignerRequest.REFUSED -> throw unusable(where, "refused to sign");
        case SignerRequest.NO_KEY -> throw unusable(where, "has no usable key");
        default -> {
          // reported below
        }
      }
      throw nonsense();
    } catch (DeadlineExceeded e) {
      throw unusable(where, "does not answer");
    } catch (IOException e) {
      throw unusable(where, "ended the connection without an answer");
    }
  }

  private byte[] content(ByteBuffer answer, int length) throws IOException, Misconfiguration {
    int end = SignerRequest.ANSWER_HEADER + length;
    if (end > answer.capacity()) {
      answer = ByteBuffer.allocate(end).put(answer.flip());
    }
    if (read(answer, end).position() > end) {
      throw nonsense();
    }
    return Arrays.copyOfRange(answer.array(), SignerRequest.ANSWER_HEADER, end);
  }

  /** Reads until a buffer has at least this many octets. */
  private ByteBuffer read(ByteBuffer octets, int count) throws IOException {
    while (octets.position() < count) {
      if (connection.read(octets) < 0) {
        throw new IOException("cut short");
      }
    }
    return octets;
  }

  /**
   * Makes the error for a signer whose answer can't be used.
   *
   * @return the error
   */
  public Misconfiguration nonsense() {
    return unusable(where, "sent an invalid answer");
  }

  private static Misconfiguration unusable(String where, String why) {
    return new Misconfiguration(
        ExitStatus.CONFIG,
        "--signer "
            + where
            + " "
            + why
            + "; see the log of lunchd --sign, which is lunchd-signer in the journal");
  }
}
