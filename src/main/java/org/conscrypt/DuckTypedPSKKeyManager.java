package org.conscrypt;

/**
 * Replaces Conscrypt's own class of this name, which looks by reflection for the methods of a key
 * manager for pre-shared keys. lunchd has no such keys.
 */
final class DuckTypedPSKKeyManager {
  private DuckTypedPSKKeyManager() {}

  /** Called by {@link SSLParametersImpl}, which then goes on without pre-shared keys. */
  static DuckTypedPSKKeyManager getInstance(Object keyManager) throws NoSuchMethodException {
    throw new NoSuchMethodException();
  }
}
