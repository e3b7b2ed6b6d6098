/** The yardstick: a JVM that starts and ends, and does nothing in between. */
class Empty {
  public static void main(String[] args) {}
}
