package org.conscrypt;

/**
 * Replaces Conscrypt's own class of this name, which looks for the native library in temporary
 * directories and among the jar's resources. Here the library is in the runtime's library
 * directory, and the jar doesn't have to be opened.
 */
final class NativeCryptoJni {
  private NativeCryptoJni() {}

  /** Called by {@link NativeCrypto}, which reports the error if there is no such library. */
  @SuppressWarnings("restricted")
  static void init() {
    System.loadLibrary("conscrypt_openjdk_jni");
  }
}
