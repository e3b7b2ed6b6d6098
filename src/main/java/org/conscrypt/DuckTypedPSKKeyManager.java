package org.conscrypt;

/**
 * Stands in the image in place of Conscrypt's own class of this name, which looks for the methods
 * of a key manager for pre-shared keys by reflection. There is none here.
 */
final class DuckTypedPSKKeyManager {
  private DuckTypedPSKKeyManager() {}

  /** Called by {@link SSLParametersImpl}, which goes on without. */
  static DuckTypedPSKKeyManager getInstance(Object keyManager) throws NoSuchMethodException {
    throw new NoSuchMethodException();
  }
}
