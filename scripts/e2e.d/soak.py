#!/usr/bin/env python3
"""The clients of scripts/soak, honest ones and others, some at once, up to a number of connections.

soak.py mix COUNT CA LUNCHES PROGRESS SECONDS
    CA: the file that honest clients trust; LUNCHES: /menu's; PROGRESS: a file, for the number of those
    that have ended. On stdout, at the end or after so many seconds: a line for each figure, as NAME
    VALUE, and a line `lost ...` for each client that did not get what it should have got.
soak.py rates CA LUNCHES SECONDS RATE...
    Honest clients that come at random, so many a second for so many seconds each, however long the
    others take. On stdout a line for each rate.
"""
import json
import os
import random
import re
import socket
import ssl
import statistics
import struct
import sys
import threading
import time

from client import client_hello, connect, read_all

CLIENTS = 20  # at once, each from its own address
PATIENCE = 30  # seconds, for each step of a client
PAUSE = 0.3  # seconds between two pieces from a slow client
MIX = {  # of a hundred
    "honest": 64,  # served over TLS, 1.3 mostly
    "redirected": 6,  # in plaintext
    "slow": 8,  # like an honest one, in pieces, within the deadlines
    "stalled": 6,  # stops in the middle, and waits for the end
    "garbage": 8,  # of every layer; waits for the end
    "reset": 8,  # at any point
}
PATHS = ["/", "/today", "/menu"]
TYPES = {"*/*": "text/html", "text/plain": "text/plain", "application/json": "application/json"}


class Lost(Exception):
    pass


class Soak:
    def __init__(self, count, ca, lunches, progress):
        self.lunches = lunches.split(",")
        self.progress = progress
        self.modern = ssl.create_default_context(cafile=ca)
        self.older = ssl.create_default_context(cafile=ca)
        self.older.maximum_version = ssl.TLSVersion.TLSv1_2
        self.hello = client_hello()
        order = [kind for kind, share in MIX.items() for _ in range(share)]
        self.kinds = [order[i % len(order)] for i in range(count)]
        random.shuffle(self.kinds)
        self.lock = threading.Lock()
        self.ended = dict.fromkeys(MIX, 0)
        self.losses = []
        self.swaps = 0  # connections that came between the key and the chain of a renewal
        self.answered = 0  # with status 200
        self.times = []
        self.certificates = set()
        self.today = {}
        self.stopped = False

    def run(self, seconds):
        threads = [threading.Thread(target=self.client, args=[i], daemon=True) for i in range(CLIENTS)]
        start = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(max(0, start + seconds - time.monotonic()))
        self.stopped = True
        for thread in threads:
            thread.join(2 * PATIENCE)
        with self.lock:
            for kind, number in self.ended.items():
                print(kind, number)
            print("answered", self.answered)
            print("certificates", len(self.certificates))
            print("swaps", self.swaps)
            print("days", len(self.today))
            if self.times:
                print(f"median_ms {1000 * statistics.median(self.times):.0f}")
                print(f"slowest_ms {1000 * max(self.times):.0f}")
            times = os.times()
            print(f"client_cpu {times.user + times.system:.1f}")
            print(f"seconds {time.monotonic() - start:.1f}")
            print(*(f"lost {loss}" for loss in self.losses), sep="\n")

    def at_rate(self, rate, seconds):
        chance = random.Random(rate)
        times, failures, under_way, most = [], [], set(), 0

        def come(number):
            start = time.monotonic()
            try:
                self.honest(f"127.0.5.{number % 250 + 1}", chance)
                times.append(time.monotonic() - start)
            except (OSError, Lost, ValueError) as e:
                failures.append(e)
            under_way.discard(number)

        threads = []
        due = end = time.monotonic()
        end += seconds
        while (due := due + chance.expovariate(rate)) < end:
            time.sleep(max(0, due - time.monotonic()))
            number = len(threads)
            under_way.add(number)
            threads.append(threading.Thread(target=come, args=[number]))
            threads[-1].start()
            most = max(most, len(under_way))
        for thread in threads:
            thread.join()
        times.sort()
        print(
            f"{rate} a second: mean {1000 * statistics.mean(times):.0f} ms,",
            f"median {1000 * statistics.median(times):.0f}, 95 % within {1000 * times[len(times) * 95 // 100]:.0f};",
            f"{most} at once at most, {len(failures)} of {len(threads)} not served",
            flush=True,
        )

    def client(self, number):
        source = f"127.0.4.{number + 1}"
        chance = random.Random(number)
        while not self.stopped:
            with self.lock:
                if not self.kinds:
                    return
                kind = self.kinds.pop()
            try:
                getattr(self, kind)(source, chance)
            except (OSError, Lost, ValueError) as e:
                with self.lock:
                    self.losses.append(f"{kind} at {time.strftime('%T')}: {type(e).__name__} {e}")
            with self.lock:
                self.ended[kind] += 1
                ended = sum(self.ended.values())
                with open(self.progress, "w") as progress:
                    progress.write(f"{ended}\n")

    # Clients that must be served

    def honest(self, source, chance):
        context = self.older if chance.random() < 0.1 else self.modern
        path, accept, request = self.request(chance)
        start = time.monotonic()
        day = time.strftime("%F", time.gmtime())
        try:
            answer = self.exchange(source, context, request)
        except ssl.SSLError as e:
            # systemd reads the key, then the chain: an instance that starts during the swap may get two that
            # don't fit. The next connection has to be served.
            if "INTERNAL_ERROR" not in str(e):
                raise
            with self.lock:
                self.swaps += 1
            answer = self.exchange(source, context, request)
        self.check(answer, path, accept, day)
        with self.lock:
            self.times.append(time.monotonic() - start)

    def request(self, chance):
        path, accept = chance.choice(PATHS), chance.choice(list(TYPES))
        head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\n\r\n"
        return path, accept, head.encode()

    def exchange(self, source, context, request):
        # An end without close_notify is an error.
        with connect(source=source, timeout=PATIENCE) as connection, context.wrap_socket(
            connection, server_hostname="localhost", suppress_ragged_eofs=False
        ) as secured:
            with self.lock:
                self.certificates.add(secured.getpeercert()["serialNumber"])
            secured.sendall(request)
            return read_all(secured)

    def check(self, answer, path, accept, day):
        head, _, body = answer.decode().partition("\r\n\r\n")
        status, *lines = head.split("\r\n")
        fields = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        if status != "HTTP/1.1 200 OK" or int(fields["content-length"]) != len(body.encode()):
            raise Lost(f"{path} {status!r}, {len(body)} octets of {fields.get('content-length')}")
        kind = TYPES[accept]
        if not fields["content-type"].startswith(kind):
            raise Lost(f"{path} as {fields['content-type']}, not {kind}")
        if kind == "application/json":
            content = json.loads(body)
            found = [lunch["name"] for lunch in content["menu"]] if path == "/menu" else [content["lunch"]]
        elif kind == "text/plain":
            found = body.split()
        else:
            found = re.findall("<li>(.*?)</li>" if path == "/menu" else "<h1>(.*?)</h1>", body)
        if path == "/menu":
            right = found == self.lunches
        else:
            right = len(found) == 1 and found[0] in self.lunches
        if not right:
            raise Lost(f"{path} as {kind} has {found}")
        with self.lock:
            self.answered += 1
            # The same all day; at midnight it may be either.
            if path == "/today" and day == time.strftime("%F", time.gmtime()):
                if self.today.setdefault(day, found) != found:
                    raise Lost(f"/today is {found} and was {self.today[day]}")

    def redirected(self, source, chance):
        with connect(80, source, timeout=PATIENCE) as connection:
            connection.sendall(b"GET /today?a=b HTTP/1.1\r\nHost: localhost\r\n\r\n")
            answer = read_all(connection).decode()
        if not answer.startswith("HTTP/1.1 308 ") or "\r\nLocation: https://localhost/today?a=b\r\n" not in answer:
            raise Lost(f"no redirect, but {answer[:200]!r}")

    def slow(self, source, chance):
        path, accept, request = self.request(chance)
        day = time.strftime("%F", time.gmtime())
        received, sent = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = self.modern.wrap_bio(received, sent, server_hostname="localhost")
        with connect(source=source, timeout=PATIENCE) as connection:

            def until(step):
                while True:
                    try:
                        return step()
                    except ssl.SSLWantReadError:
                        self.in_pieces(connection, sent.read())
                        data = connection.recv(65536)
                        received.write(data) if data else received.write_eof()

            until(tls.do_handshake)
            tls.write(request)
            answer = b""
            try:
                while part := until(tls.read):
                    answer += part
            except ssl.SSLZeroReturnError:
                pass  # close_notify
        self.check(answer, path, accept, day)

    def in_pieces(self, connection, data):
        size = len(data) // 3 + 1
        for i in range(0, len(data), size):
            if i > 0:
                time.sleep(PAUSE)
            connection.sendall(data[i : i + size])

    # Clients that must not be served

    def refused(self, connection):
        try:
            answer = read_all(connection)
        except OSError:
            return  # a reset is an answer too
        if answer.startswith(b"HTTP/1.1 200"):
            raise Lost("served what it should not")

    def insecure(self, connection):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context.wrap_socket(connection)

    def stalled(self, source, chance):
        where = chance.choice(["hello", "hello", "plaintext", "request"])
        with connect(source=source, timeout=PATIENCE) as connection:
            if where == "hello":
                connection.sendall(self.hello[: chance.randrange(1, len(self.hello))])
            elif where == "plaintext":
                connection.sendall(b"GET / HT")
            else:
                connection = self.insecure(connection)
                connection.sendall(b"GET / HTTP/1.1\r\nHost: loc")
            self.refused(connection)

    def garbage(self, source, chance):
        junk = [
            chance.randbytes(300),
            b"\x16\x03\x01" + chance.randbytes(600),
            b"\x16\x03\x01\x00\x04\x01\x00\x00\x00",
            b"\r\n\r\n",
            b"GET / HTTP/1.1\r\n\r\n",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            b"GET /\x1b[31m HTTP/1.1\r\nHost: x\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            b"G" * 40000,
        ]
        port = chance.choice([443, 443, 80])
        with connect(port, source, timeout=PATIENCE) as connection:
            try:
                if port == 443 and chance.random() < 0.4:
                    connection = self.insecure(connection)
                    connection.sendall(chance.choice(junk[3:]))
                else:
                    connection.sendall(chance.choice(junk))
                    connection.shutdown(socket.SHUT_WR)
            except OSError:
                return  # it was answered before it had sent everything
            self.refused(connection)

    def reset(self, source, chance):
        when = chance.choice(["at once", "octet", "hello", "handshake", "request", "answer"])
        connection = connect(source=source, timeout=PATIENCE)
        try:
            if when == "octet":
                connection.sendall(b"\x16")
            elif when == "hello":
                connection.sendall(self.hello)
            elif when != "at once":
                connection = self.insecure(connection)
                if when != "handshake":
                    connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                if when == "answer":
                    connection.recv(100)
            time.sleep(chance.choice([0, 0, 0.02, 0.1]))
        except OSError:
            pass  # it would have been lost anyway
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()


def mix(count, ca, lunches, progress, seconds):
    Soak(int(count), ca, lunches, progress).run(float(seconds))


def rates(ca, lunches, seconds, *all_rates):
    for rate in all_rates:
        Soak(0, ca, lunches, None).at_rate(int(rate), float(seconds))


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    {"mix": mix, "rates": rates}[command](*arguments)
