/* A handler that answers at once, to measure what a connection costs without a JVM. Linked statically. */
#include <unistd.h>

int main(void) {
  static const char answer[] =
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nSoup\n";
  char request[4096];
  if (read(0, request, sizeof request) <= 0) return 1;
  return write(1, answer, sizeof answer - 1) != sizeof answer - 1;
}
