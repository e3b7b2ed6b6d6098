#!/usr/bin/env python3
"""Clients for scripts/e2e that curl can't be: many at once, timed, or badly behaved.

client.py latency ROUNDS NAME=SCHEME:PORT[:nagle|:far]...  time of a request, interleaved; medians in ms
client.py load FILE                                   requests until FILE exists; serials and failures
client.py hold COUNT [PORT]                           keeps connections open until a line on stdin
client.py balancer COUNT                              the same, from one address, as a balancer begins
client.py finish [CAFILE NAME]                        handshake; the request only after a line on stdin
client.py silence                                     a connection; all the rest only after a line on stdin
client.py proxy COUNT                                 connections at once to the Unix socket; a request on each
client.py flood COUNT SECONDS                         idle, garbage and real clients, all mixed
client.py attack silence|hello SOURCE...              keeps a connection open from each source, one may be
                                                      there many times, until a line on stdin; opens
                                                      another for each that ends
client.py honest COUNT SOURCE...                      requests, two a second, from each source in turn; how
                                                      many were served, the slowest's seconds, failures
client.py delay MS DEVICE DEVICE                      makes both, and a link with delay between them
client.py probe WORD...                               makes the probe try that; prints its report
client.py probe_signer WORD...                        the same, for a probe in the signer's place
client.py stay                                        has it stay, until a line on stdin
client.py names                                       has one instance try to reach another's name
client.py misbehave                                   one of each kind of nonsense
"""
import collections
import fcntl
import os
import random
import select
import selectors
import socket
import ssl
import statistics
import struct
import sys
import threading
import time

CHAIN = "/etc/lunchd/chain.pem"
FAR = "10.1.0.2"  # at the other end of a slow link
REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
PAUSE = 0.05  # seconds, for systemd to clean up after an instance before the next one is timed


def server(source):
    """Returns lunchd's address on the network of this address, as set up by flood.sh."""
    if ":" in source:
        return "fd00:1::1"
    return "127.0.0.1" if source.startswith("127.") else source.rpartition(".")[0] + ".1"


def connect(port=443, source="127.0.0.1", nagle=False, timeout=20):
    connection = socket.create_connection(
        (server(source), port), timeout=timeout, source_address=(source, 0)
    )
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, not nagle)
    return connection


def tls(connection, verify=True, cafile=CHAIN, name="localhost"):
    context = ssl.create_default_context(cafile=cafile if verify else None)
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(connection, server_hostname=name)


def read_all(connection):
    answer = b""
    while part := connection.recv(65536):
        answer += part
    return answer


def ask(connection):
    connection.sendall(REQUEST)
    answer = read_all(connection)
    if not answer.startswith(b"HTTP/1.1 200 "):
        raise OSError(f"no lunch, but {answer[:80]!r}")
    return answer


def timed(scheme, port, nagle, source):
    """Returns the milliseconds from connect to the last byte."""
    start = time.perf_counter()
    with connect(port, source, nagle) as connection:
        if scheme == "https":
            with tls(connection) as secured:
                ask(secured)
        else:
            ask(connection)
    return (time.perf_counter() - start) * 1000


def latency(rounds, *contestants):
    parsed = {}
    for contestant in contestants:
        name, _, where = contestant.partition("=")
        scheme, port, *options = where.split(":")
        source = FAR if "far" in options else "127.0.0.1"
        parsed[name] = (scheme, int(port), "nagle" in options, source)
    times = {name: [] for name in parsed}
    for arguments in parsed.values():
        timed(*arguments)  # warms the page cache, and is not counted
    for _ in range(int(rounds)):
        for name, arguments in random.sample(list(parsed.items()), len(parsed)):
            time.sleep(PAUSE)
            times[name].append(timed(*arguments))
    for name, measured in times.items():
        low, middle, high = statistics.quantiles(measured, n=4)
        print(f"{name} {middle:.1f} {low:.1f} {high:.1f}")


def load(stop):
    """Two clients without a pause; prints a line for each answer: the certificate's serial."""
    lines = []

    def one_client():
        while not os.path.exists(stop):
            try:
                with tls(connect(), verify=False) as secured:
                    certificate = secured.getpeercert(binary_form=True)
                    ask(secured)
                lines.append(f"{time.time():.3f} served {hash(certificate):x}")
            except OSError as e:
                lines.append(f"{time.time():.3f} FAILED {e}")

    clients = [threading.Thread(target=one_client) for _ in range(2)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    print("\n".join(sorted(lines)))


def hold(count, port=443):
    """Each sends only one byte of a TLS record, so that the kernel accepts the connection."""
    connections = []
    for i in range(int(count)):
        # 250 sources: none reaches MaxConnectionsPerSource=.
        connection = connect(int(port), source=f"127.0.2.{i % 250 + 1}")
        connection.sendall(b"\x16")
        connections.append(connection)
    print("holding", flush=True)
    sys.stdin.readline()
    received = b""
    for connection in connections:
        connection.setblocking(False)
        try:
            received += connection.recv(65536)
        except OSError:
            pass  # nothing came, or a reset: no byte either way
    print(f"received {received!r}", flush=True)


def balancer(count):
    """Like a balancer that has not named the clients yet: all connections are from one address."""
    connections = [connect() for _ in range(int(count))]
    for connection in connections:
        connection.sendall(b"PROXY ")
    print("holding", flush=True)
    sys.stdin.readline()


def finish(cafile=CHAIN, name="localhost"):
    with tls(connect(), cafile=cafile, name=name) as secured:
        print("holding", flush=True)
        sys.stdin.readline()
        ask(secured)
        print("served", flush=True)


def client_hello():
    """Returns OpenSSL's first message."""
    said = ssl.MemoryBIO()
    context = ssl.create_default_context()
    try:
        context.wrap_bio(ssl.MemoryBIO(), said, server_hostname="localhost").do_handshake()
    except ssl.SSLWantReadError:
        return said.read()


def attack(greeting, *sources):
    said = {"silence": b"", "hello": client_hello()}[greeting]
    selector = selectors.DefaultSelector()
    opened = 0
    due = [(0.0, source) for source in sources]  # when to open the next connection, and from where
    holding = False
    selector.register(sys.stdin, selectors.EVENT_READ)
    while True:
        now = time.monotonic()
        for entry in [entry for entry in due if entry[0] <= now]:
            due.remove(entry)
            source = entry[1]
            connection = socket.socket(socket.AF_INET6 if ":" in source else socket.AF_INET)
            connection.setblocking(False)
            connection.bind((source, 0))
            connection.connect_ex((server(source), 443))
            selector.register(connection, selectors.EVENT_READ | selectors.EVENT_WRITE, source)
            opened += 1
        if not holding:
            holding = True
            print("holding", flush=True)
        for key, events in selector.select(0.05):
            connection = key.fileobj
            if connection is sys.stdin:
                print(f"opened {opened} connections", flush=True)
                return
            try:
                if events & selectors.EVENT_WRITE:
                    connection.send(said)
                    selector.modify(connection, selectors.EVENT_READ, key.data)
                if not events & selectors.EVENT_READ or connection.recv(65536):
                    continue
            except OSError:
                pass  # refused, or closed: it comes back, like one that has ended
            selector.unregister(connection)
            connection.close()
            due.append((time.monotonic() + 0.2, key.data))


def honest(count, *sources):
    """Each request has 5 s, and is not repeated."""
    served, failures = [], []

    def request(source):
        start = time.monotonic()
        try:
            with tls(connect(source=source, timeout=5)) as secured:
                ask(secured)
            served.append(time.monotonic() - start)
        except OSError as e:
            failures.append(f"{source} after {time.monotonic() - start:.1f} s: {e}")

    requests = []
    for i in range(int(count)):
        requests.append(threading.Thread(target=request, args=[sources[i % len(sources)]]))
        requests[-1].start()
        time.sleep(0.5)
    for thread in requests:
        thread.join()
    print(len(served), f"{max(served, default=0):.1f}", *failures, sep="\n")


def delay(milliseconds, device, other):
    """Passes packets between two TUN devices, in any network namespaces, with that delay."""
    here, there = tun(device), tun(other)
    print("holding", flush=True)
    under_way = collections.deque()  # arrival time, destination, packet
    while True:
        wait = under_way[0][0] - time.monotonic() if under_way else None
        readable, _, _ = select.select([here, there, sys.stdin], [], [], wait and max(0, wait))
        if sys.stdin in readable:
            return
        for end in readable:
            arrival = time.monotonic() + float(milliseconds) / 1000
            under_way.append((arrival, there if end == here else here, os.read(end, 65536)))
        while under_way and under_way[0][0] <= time.monotonic():
            _, end, packet = under_way.popleft()
            os.write(end, packet)


def tun(device):
    interface = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(interface, 0x400454CA, struct.pack("16sH22x", device.encode(), 0x1001))  # TUNSETIFF: TUN, NO_PI
    return interface


def proxy(count):
    connections = [socket.socket(socket.AF_UNIX) for _ in range(int(count))]
    for connection in connections:
        connection.connect("/run/lunchd.sock")
    for connection in connections:
        ask(connection)


def silence():
    with connect() as connection:
        print("holding", flush=True)
        sys.stdin.readline()
        with tls(connection) as secured:
            ask(secured)
        print("served", flush=True)


def tell_probe(*words):
    connection = connect(timeout=60)
    connection.sendall(" ".join(words).encode() + b"\n")
    return connection


def probe(*words):
    with tell_probe(*words) as connection:
        print(read_all(connection).decode(), end="")


def probe_signer(*words):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(60)
        connection.connect("/run/lunchd-signer")
        connection.sendall(" ".join(words).encode() + b"\n")
        print(read_all(connection).decode(), end="")


def stay():
    with tell_probe("stay") as connection:
        print("holding", connection.recv(100).decode(), flush=True)
        sys.stdin.readline()


def names():
    with tell_probe("name") as named:
        name = named.recv(100).decode()
        print(name, end="", flush=True)
        probe("reach", name.split()[1])
        named.sendall(b"go on\n")
        print(read_all(named).decode(), end="")


def flood(count, seconds):
    count, seconds = int(count), float(seconds)
    connections = []
    start = time.monotonic()
    for i in range(count):
        time.sleep(max(0, start + seconds * i / count - time.monotonic()))
        connection = socket.socket()
        connection.setblocking(False)
        connection.bind((f"127.0.3.{i % 250 + 1}", 0))
        connection.connect_ex(("127.0.0.1", 443))
        connections.append(connection)
        if i >= 20:  # connected by now
            speak(connections[i - 20], i % 3)
    print(f"{count} connections in {time.monotonic() - start:.1f} s")


def speak(connection, kind):
    try:
        if kind == 0:
            connection.send(os.urandom(200))
        elif kind == 1:
            connection.send(REQUEST)  # in plaintext: a redirect
        # and the third idles
    except OSError:
        pass  # dropped, because of MaxConnections=


def misbehave():
    def rude(data, reset=False, port=443):
        connection = connect(port, timeout=15)
        connection.sendall(data)
        if reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            connection.shutdown(socket.SHUT_WR)
            try:
                read_all(connection)
            except OSError:
                pass  # a reset is an answer too
        connection.close()

    hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
    for data in [b"\x00", b"\x16", hello, b"\x16\x03\x01" + os.urandom(600), b"\r\n", b"GET", b"\xff" * 9000,
                 b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\n",
                 b"GET /\x1b[31m\xe2\x80\xa8 HTTP/1.1\r\nHost: x\r\n\r\n", b"G" * 100000]:
        rude(data)
        rude(data, reset=True)
        rude(data, port=80)
    with tls(connect()) as secured:
        secured.sendall(b"BREW / HTTP/1.1\r\nHost: localhost\r\nBad Header: x\r\n\r\n")
        read_all(secured)
    with tls(connect()):
        pass  # a handshake, and gone
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname = False
    old.verify_mode = ssl.CERT_NONE
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    old.set_ciphers("AES128-SHA256")
    try:
        old.wrap_socket(connect())
        raise SystemExit("a suite without forward secrecy was accepted")
    except ssl.SSLError:
        pass  # refused, as it should be


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    globals()[command](*arguments)
