package lunchd.http;

/**
 * The certificate by which the client was let in, as it stands in lunchd's {@code
 * --client-certificates}: the client has proved to have its private key.
 *
 * @param name what the list calls it, or null if it has no name there
 * @param fingerprint the SHA-256 that the list has of it, of the certificate or of its public key:
 *     64 hexadecimal digits in lower case
 */
public record ClientCertificate(String name, String fingerprint) {}
