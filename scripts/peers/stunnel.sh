#!/bin/sh
# One HTTP answer on stdin and stdout; stunnel, in inetd mode, does the TLS around it.
while read -r line && [ ${#line} -gt 1 ]; do :; done # an empty line still holds its CR
printf 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n'
printf 'Content-Length: 14\r\nConnection: close\r\n\r\n<h1>Soup</h1>\n'
