package lunchd.shaded.logging;

/** The levels that the libraries use. */
public enum Level {
  /** An error. */
  SEVERE,
  /** A warning. */
  WARNING,
  /** For a developer. */
  FINE
}
