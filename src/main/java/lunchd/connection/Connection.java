package lunchd.connection;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** Bytes to and from one client. No call waits past the connection's deadline. */
public interface Connection {
  /**
   * Reads what there is, waiting for the first byte.
   *
   * @param dst where the bytes go; has room for at least one
   * @return how many bytes were read, or -1 at the end of input
   * @throws DeadlineExceeded if nothing came in time
   * @throws IOException if the client reset the connection
   */
  int read(ByteBuffer dst) throws IOException;

  /**
   * Empties a buffer, reads into it, and makes it ready to be read from, even if nothing comes.
   *
   * @param buffer the buffer
   * @return as for {@link #read}
   * @throws IOException as for {@link #read}
   */
  default int receive(ByteBuffer buffer) throws IOException {
    buffer.clear();
    try {
      return read(buffer);
    } finally {
      buffer.flip();
    }
  }

  /**
   * Writes all of a buffer.
   *
   * @param src what to write
   * @throws DeadlineExceeded if the client did not take it in time
   * @throws IOException if the client is gone
   */
  void write(ByteBuffer src) throws IOException;

  /**
   * Tells the client that nothing more will come; it can still be read from.
   *
   * @throws IOException if the client is gone
   */
  void shutdownOutput() throws IOException;

  /**
   * Reads and discards input until the client ends its output, resets the connection or falls
   * silent; but no more than 256 KiB, for no longer than 2 seconds, and not past the deadline (or
   * if that has passed, for one last moment).
   *
   * @return how many bytes that were
   */
  default int drain() {
    return 0; // only a socket can be reset by what is left unread
  }

  /**
   * Notes that the client's first message, a ClientHello or a request, is complete: its own time
   * limit no longer applies, and the rest of the exchange has all the time that is left.
   */
  default void firstMessageIsWhole() {
    // there was no limit
  }

  /**
   * {@return whether a client is at the other end of a socket; otherwise it is a person or a pipe}
   */
  default boolean isSocket() {
    return false;
  }

  /** {@return whether the client came over a network: if so, plaintext can be read on the way} */
  default boolean isNetwork() {
    return false;
  }

  /** {@return who the client is, for the log: an address and port, {@code unix} or {@code pipe}} */
  String peer();

  /** {@return the client's address and port, or null if it has none} */
  default InetSocketAddress address() {
    return null;
  }

  /** {@return the TLS version, {@code TLSv1.3} or {@code TLSv1.2}, or null in plaintext} */
  default String protocol() {
    return null;
  }

  /** {@return the cipher suite by its name in the RFCs, or null in plaintext} */
  default String cipherSuite() {
    return null;
  }

  /**
   * {@return the fingerprint by which the client was taken, of its certificate or its public key;
   * null where it was asked for neither}
   */
  default String fingerprint() {
    return null;
  }

  /** {@return the name that the operator has given to that fingerprint, or null} */
  default String clientName() {
    return null;
  }

  /** {@return the host name that the client asked for (SNI), in lower case, or null} */
  default String serverName() {
    return null;
  }
}
