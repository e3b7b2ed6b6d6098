package lunchd.signer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import lunchd.log.Log;
import lunchd.signer.SignerRequest.Kind;

/**
 * Signs for many handlers at once, in one loop that never blocks on any of them. Each connection
 * gets chains and one signature. It may stay idle for as long as its handler lives; but once a
 * request has begun, the rest of it must arrive and its answer must be read within a second.
 */
public final class Signer {
  /** From a request's first octet to the end of its answer, in milliseconds. */
  private static final long PATIENCE = 1_000;

  /**
   * How long a signer that has been told to end goes on serving its open connections, in
   * milliseconds: a handler asks as soon as it has a ClientHello, which its client must send within
   * three seconds.
   */
  private static final long FAREWELL = 4_000;

  private final Selector selector;
  private final SelectionKey listener;
  private final Keyring keys;
  private final long idleMillis;
  private final ByteBuffer received = ByteBuffer.allocate(SignerRequest.MAX_LENGTH + 1);
  private final CountDownLatch end = new CountDownLatch(1);
  private volatile boolean isEnding;
  private long farewell; // once it is ending, when it gives up the open connections
  private int connections;
  private int busy; // connections with an unfinished request
  private long idleSince = now();

  /**
   * Makes a signer.
   *
   * @param listener a listening socket
   * @param keys the keys that it signs with
   * @param idleMillis how long it waits for a connection before it ends
   * @throws IOException if nothing can be waited for
   */
  public Signer(ServerSocketChannel listener, Keyring keys, long idleMillis) throws IOException {
    this.keys = keys;
    this.idleMillis = idleMillis;
    listener.configureBlocking(false);
    this.selector = Selector.open();
    this.listener = listener.register(selector, SelectionKey.OP_ACCEPT);
  }

  private static long now() {
    return System.nanoTime() / 1_000_000;
  }

  /**
   * Ends the signer: it accepts no more connections, but serves the open ones. The next connection
   * waits in the kernel until the super-server has started another signer.
   */
  public void end() {
    isEnding = true;
    selector.wakeup();
  }

  /**
   * Waits until the signer has ended.
   *
   * @throws InterruptedException if the thread is interrupted first
   */
  public void awaitEnd() throws InterruptedException {
    end.await(FAREWELL + PATIENCE, TimeUnit.MILLISECONDS);
  }

  /**
   * Serves until there has been no connection for a while.
   *
   * @throws IOException if nothing can be waited for
   */
  public void serve() throws IOException {
    try {
      while (!isOver()) {
        selector.select(millisToWait());
        for (SelectionKey key : selector.selectedKeys()) {
          if (key == listener) {
            accept();
          } else if (key.isValid()) {
            handle(key);
          }
        }
        selector.selectedKeys().clear();
        if (busy > 0) {
          dropTheSlow();
        }
      }
    } finally {
      end.countDown();
    }
  }

  private boolean isOver() {
    if (isEnding) {
      if (farewell == 0) {
        farewell = now() + FAREWELL;
        listener.interestOps(0);
      }
      return connections == 0 || now() >= farewell;
    }
    return connections == 0 && now() - idleSince >= idleMillis;
  }

  private long millisToWait() {
    long wait = Long.MAX_VALUE;
    if (busy > 0) {
      for (SelectionKey key : selector.keys()) {
        if (key.attachment() instanceof Handler handler && handler.until != 0) {
          wait = Math.min(wait, handler.until - now());
        }
      }
    }
    if (isEnding) {
      wait = Math.min(wait, farewell - now());
    } else if (connections == 0) {
      wait = Math.min(wait, idleSince + idleMillis - now());
    }
    return wait == Long.MAX_VALUE ? 0 : Math.max(wait, 1); // 0 would wait for ever
  }

  private void accept() {
    try {
      SocketChannel channel = ((ServerSocketChannel) listener.channel()).accept();
      if (channel != null) {
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, new Handler());
        connections++;
      }
    } catch (IOException e) { // too many open files, or the handler has left already
      Log.warn(Log.printable("can't accept a handler's connection: " + e.getMessage()));
      if (connections > 0) {
        listener.interestOps(0); // until a connection ends
      }
    }
  }

  private void handle(SelectionKey key) {
    try {
      Handler handler = (Handler) key.attachment();
      if (handler.answer == null) {
        read(key, handler);
      } else {
        write(key, handler);
      }
    } catch (SignerRequest.Malformed e) {
      Log.warn("a handler sent an invalid request: " + e.getMessage());
      close(key);
    } catch (IOException e) {
      close(key); // the handler is gone
    }
  }

  private void read(SelectionKey key, Handler handler) throws IOException, SignerRequest.Malformed {
    received.clear();
    if (handler.begun != null) {
      received.put(handler.begun);
    }
    if (((SocketChannel) key.channel()).read(received) < 0) {
      close(key);
      return;
    }
    SignerRequest request = SignerRequest.parse(received.flip());
    if (handler.until == 0) {
      handler.until = now() + PATIENCE;
      busy++;
    }
    if (request == null) {
      handler.begun = new byte[received.remaining()];
      received.get(handler.begun);
      return;
    }
    handler.begun = null;
    handler.answer = answer(handler, request);
    write(key, handler);
  }

  private ByteBuffer answer(Handler handler, SignerRequest request) {
    if (request.isStale()) {
      Log.info("the chain on the disk is not this signer's: it ends, so that a new one starts");
      end();
    }
    if (request.kind() == Kind.CHAIN) { // any number of them: chains are public
      handler.pair = keys.pair(request.name());
      if (handler.pair == null) {
        if (keys.isOutdated()) {
          end(); // only then, or requests for a broken name would end it again and again
        }
        return SignerRequest.answer(SignerRequest.NO_KEY, new byte[0]);
      }
      return SignerRequest.answer(SignerRequest.OK, handler.pair.chain());
    }
    if (handler.pair == null
        || !Signable.isSignable(request.kind(), request.content(), handler.pair.modulusBits())) {
      Log.warn("refused to sign for a handler: no handshake needs that signature");
      return last(handler, SignerRequest.REFUSED, new byte[0]);
    }
    return last(handler, SignerRequest.OK, handler.pair.sign(request.kind(), request.content()));
  }

  private static ByteBuffer last(Handler handler, byte status, byte[] content) {
    handler.isServed = true;
    return SignerRequest.answer(status, content);
  }

  private void write(SelectionKey key, Handler handler) throws IOException {
    ((SocketChannel) key.channel()).write(handler.answer);
    if (handler.answer.hasRemaining()) {
      key.interestOps(SelectionKey.OP_WRITE);
      return;
    }
    if (handler.isServed) {
      close(key);
      return;
    }
    handler.answer = null;
    handler.until = 0;
    busy--;
    key.interestOps(SelectionKey.OP_READ);
  }

  private void dropTheSlow() {
    for (SelectionKey key : selector.keys()) {
      if (key.isValid()
          && key.attachment() instanceof Handler handler
          && handler.until != 0
          && handler.until <= now()) {
        Log.warn("a handler took too long to send its request");
        close(key);
      }
    }
  }

  private void close(SelectionKey key) {
    Handler handler = (Handler) key.attachment();
    if (handler.until != 0) {
      busy--;
    }
    connections--;
    idleSince = now();
    key.cancel();
    try {
      key.channel().close();
    } catch (IOException e) {
      Log.debug(Log.printable("closing a handler's connection: " + e.getMessage()));
    }
    if (!isEnding) {
      listener.interestOps(SelectionKey.OP_ACCEPT);
    }
  }

  /** A handler's connection. It is small, since most of them are silent most of the time. */
  private static final class Handler {
    private long until; // the deadline of its request; 0: there is none
    private byte[] begun; // the part of a request that has arrived; null: nothing
    private ByteBuffer answer; // what it has not read yet; null: it may ask
    private Keyring.Pair pair; // the one whose chain it was given last
    private boolean isServed; // it has had its signature
  }
}
