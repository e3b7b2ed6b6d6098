package lunchd.http;

/**
 * A header field, RFC 9110 section 5.
 *
 * @param name as sent: names compare without regard to case
 * @param value without the white space around it; each char is one octet (ISO 8859-1)
 */
public record Field(String name, String value) {}
