"""One HTTPS answer on fd 0, with CPython's ssl: cpython.py CHAIN.pem KEY.pem"""
import socket
import ssl
import sys

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(*sys.argv[1:3])
context.num_tickets = 0  # as lunchd: no later process could use one
with context.wrap_socket(socket.socket(fileno=0), server_side=True) as tls:
    request = b""
    while b"\r\n\r\n" not in request:
        request += tls.recv(8192) or sys.exit("the client left")
    tls.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        b"Content-Length: 14\r\nConnection: close\r\n\r\n<h1>Soup</h1>\n"
    )
    tls.shutdown(socket.SHUT_WR)  # the client need not wait for the interpreter's end
