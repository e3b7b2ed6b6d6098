package lunchd.http;

/**
 * The certificate by which the client was let in, as listed in lunchd's {@code
 * --client-certificates}. The client has proved that it has the private key.
 *
 * @param name its name in the list, or null if it has none
 * @param fingerprint the SHA-256 that the list has of it, of the certificate or of its public key:
 *     64 hexadecimal digits in lower case
 */
public record ClientCertificate(String name, String fingerprint) {}
