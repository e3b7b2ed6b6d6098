#!/usr/bin/env python3
"""Clients for scripts/fleet: many addresses, one balancer.

fleet.py load THREADS STOP         requests one after the other in each thread, until the file STOP exists
fleet.py timed THREADS SECONDS     the same, for so long
fleet.py burst RATE SECONDS        so many new ones a second, whether the others have been served or not

Prints a line for each: seconds since the start, seconds it took, the client's address, the certificate's
SHA-256, and what was for lunch; or FAILED and why.
"""
import hashlib
import os
import re
import socket
import ssl
import sys
import threading
import time

BALANCER = ("10.9.0.10", 443)
PATIENCE = 20  # seconds
REQUEST = b"GET /today HTTP/1.1\r\nHost: lunch.example\r\n\r\n"
CONTEXT = ssl.create_default_context()
CONTEXT.check_hostname = False
CONTEXT.verify_mode = ssl.CERT_NONE  # the caller compares the certificate

start = time.monotonic()
lines = []


def ask(source):
    began = time.monotonic()
    certificate = "-"
    try:
        with socket.create_connection(BALANCER, PATIENCE, (source, 0)) as connection:
            with CONTEXT.wrap_socket(connection) as secured:
                certificate = hashlib.sha256(secured.getpeercert(binary_form=True)).hexdigest()
                secured.sendall(REQUEST)
                answer = b""
                while part := secured.recv(65536):
                    answer += part
        lunch = re.search(rb"<h1>(.*)</h1>", answer)
        said = lunch[1].decode() if answer.startswith(b"HTTP/1.1 200 ") and lunch else f"FAILED {answer[:60]!r}"
    except OSError as e:
        said = f"FAILED {e!r}"
    now = time.monotonic()
    lines.append(f"{now - start:.2f} {now - began:.2f} {source} {certificate} {said}")


def source(number):
    return f"10.9.0.{101 + number % 20}"


def wait(threads):
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print("\n".join(lines))


def in_turn(threads, is_over):
    def client(number):
        while not is_over():
            ask(source(number))
            number += 7

    wait([threading.Thread(target=client, args=(i,)) for i in range(int(threads))])


def load(threads, stop):
    in_turn(threads, lambda: os.path.exists(stop))


def timed(threads, seconds):
    end = start + float(seconds)
    in_turn(threads, lambda: time.monotonic() > end)


def burst(rate, seconds):
    def client(number):
        time.sleep(max(0.0, start + number / float(rate) - time.monotonic()))
        ask(source(number))

    wait([threading.Thread(target=client, args=(i,)) for i in range(int(float(rate) * float(seconds)))])


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    globals()[command](*arguments)
