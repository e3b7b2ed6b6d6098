import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** A handler that computes: prints how many microseconds a digest of 1 MB takes, and a walk over it. */
class Compute {
  public static void main(String[] args) throws Exception {
    byte[] octets = new byte[1 << 20];
    for (int i = 0; i < octets.length; i++) {
      octets[i] = (byte) (31 * i);
    }
    long start = System.nanoTime();
    MessageDigest.getInstance("SHA-256").digest(octets);
    long digested = System.nanoTime();
    String text = new String(octets, StandardCharsets.ISO_8859_1);
    int letters = 0;
    for (int i = 0; i < text.length(); i++) {
      letters += Character.isLetter(text.charAt(i)) ? 1 : 0;
    }
    long walked = System.nanoTime();
    if (letters == 0) {
      throw new AssertionError("there are some");
    }
    System.out.println((digested - start) / 1_000 + " " + (walked - digested) / 1_000);
  }
}
