#!/usr/bin/env python3
"""Clients of the four services in test-fixtures/services, as added by scripts/e2e.d/proof.sh.

services.py ask           asks each what it is for, and what it must refuse
services.py guests        20 guests write at once, again and again, while instances are killed; prints
                          how many entries were acknowledged: each must be in the book
services.py load FILE     asks all four and lunch, one client each, until FILE exists; prints a line
                          for each answer, and looks for each entry that was acknowledged
"""
import hmac
import os
import random
import re
import signal
import socket
import ssl
import sys
import threading
import time
from pathlib import Path

PORTS = {"lunch": 443, "webhook": 8441, "guestbook": 8442, "redirector": 8443, "whoami": 8444}
NAME = "lunch.example"  # the server name for SNI, which no certificate has
SECRET = b"It's a Secret to Everybody"
EVENT = b'{"action":"opened"}'
GUESTS, KILLS, MOST_ROUNDS = 20, 10, 50
PATIENCE = 8  # seconds: less than an exchange's deadline


def connect(service, source="127.0.0.1", version=None, name=NAME):
    directory = "lunchd" if service == "lunch" else f"lunchd-{service}"
    context = ssl.create_default_context(cafile=f"/etc/{directory}/chain.pem")
    context.check_hostname = False
    if version:
        context.minimum_version = context.maximum_version = version
        context.set_ciphers("ECDHE-ECDSA-AES128-GCM-SHA256")  # for TLS 1.2
    connection = socket.create_connection(("127.0.0.1", PORTS[service]), 20, (source, 0))
    return context.wrap_socket(connection, server_hostname=name)


def exchange(connection, method, path, fields=(), content=None, start=lambda: None):
    """Returns status, fields by lower-case names, and content. All but the last octet is sent before
    `start` is called."""
    head = [f"{method} {path} HTTP/1.1", f"Host: {NAME}", *fields]
    if content is not None:
        head.append(f"Content-Length: {len(content)}")
    request = "\r\n".join([*head, "", ""]).encode() + (content or b"")
    connection.sendall(request[:-1])
    start()
    connection.sendall(request[-1:])
    answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, end, content = answer.partition(b"\r\n\r\n")
    if not end:
        raise OSError(f"no answer, but {answer!r}")
    lines = head.decode("latin-1").split("\r\n")
    fields = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}
    if "content-length" in fields and len(content) != int(fields["content-length"]):
        raise OSError("the answer was cut short")
    return int(lines[0].split()[1]), fields, content.decode()


def once(service, *request, **how):
    with connect(service, **how) as connection:
        return exchange(connection, *request)


def signature(content, secret=SECRET):
    return f"X-Hub-Signature-256: sha256={hmac.new(secret, content, 'sha256').hexdigest()}"


def sign(name, text, source="127.0.0.1", start=lambda: None):
    """Returns the status of the guest book's answer to an entry."""
    form = "Content-Type: application/x-www-form-urlencoded"
    content = f"name={name}&text={text}".encode()
    return once("guestbook", "POST", "/", [form], content, start, source=source)[0]


def entries():
    return set(re.findall(r"<dt>([^<]*)</dt>", once("guestbook", "GET", "/")[2]))


def expect(what, found, wanted):
    if found != wanted:
        raise SystemExit(f"{what}: {found!r}, not {wanted!r}")


def ask():
    expect("signed", once("webhook", "POST", "/", [signature(EVENT)], EVENT)[0::2], (204, ""))
    status, fields, _ = once("webhook", "POST", "/", [signature(EVENT, b"a guess")], EVENT)
    expect("not signed", (status, fields["www-authenticate"]), (401, "X-Hub-Signature-256"))
    expect("unsigned", once("webhook", "POST", "/", [], EVENT)[0], 401)

    expect("an entry", sign("Ada+%26+Grace", "Lovely+caf%C3%A9"), 303)
    expect("the book", "<dt>Ada &amp; Grace</dt><dd>Lovely café</dd>" in once("guestbook", "GET", "/")[2], True)
    expect("no entry", sign("Ada", ""), 400)

    for path, status, target in [("/old", 301, "https://lunch.example/new"), ("/today", 302, "/menu")]:
        answer = once("redirector", "GET", path)
        expect(path, (answer[0], answer[1]["location"]), (status, target))
    expect("/nothing", once("redirector", "GET", "/nothing")[0], 404)

    for version, word in [(ssl.TLSVersion.TLSv1_3, "TLSv1.3"), (ssl.TLSVersion.TLSv1_2, "TLSv1.2")]:
        with connect("whoami", "127.0.7.9", version) as connection:
            # OpenSSL has other names for suites of TLS 1.2.
            suite = {"ECDHE-ECDSA-AES128-GCM-SHA256": "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"}.get(
                connection.cipher()[0], connection.cipher()[0]
            )
            said = exchange(connection, "GET", "/")[2].splitlines()
        seen = ["address: 127.0.7.9", f"protocol: {word}", f"cipher-suite: {suite}", f"server-name: {NAME}"]
        expect("who", said, seen)
    expect("no SNI", once("whoami", "GET", "/", name=None)[2].splitlines()[3], "server-name: none")


def instances():
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if b"guestbook.Guestbook" in (process / "cmdline").read_bytes():
                yield int(process.name)
        except OSError:
            pass  # it has ended


def guests():
    acknowledged, lost, killed = set(), 0, 0
    for round in range(MOST_ROUNDS):
        results = {}
        together = threading.Barrier(GUESTS + 1)

        def one_guest(i):
            name = f"guest-{round}-{i}"
            try:
                results[name] = sign(name, "hello", f"127.0.2.{i + 1}", lambda: together.wait(PATIENCE))
            except OSError:
                results[name] = None

        threads = [threading.Thread(target=one_guest, args=[i]) for i in range(GUESTS)]
        for thread in threads:
            thread.start()
        # By then every instance has all but the last octet, so all of them write at once.
        together.wait(PATIENCE)
        while any(thread.is_alive() for thread in threads):
            time.sleep(random.uniform(0, 0.03))
            for pid in random.sample(running := list(instances()), min(1, len(running))):
                try:
                    os.kill(pid, signal.SIGKILL)
                    killed += 1
                except ProcessLookupError:
                    pass  # it has ended since it was listed
        for thread in threads:
            thread.join()
        for name, status in results.items():
            if status == 303:
                acknowledged.add(name)
            elif status is None:
                lost += 1
            else:
                raise SystemExit(f"{name}: {status}")
        # Only kills that hit a guest's instance count.
        if lost >= KILLS and len(acknowledged) >= 2 * GUESTS:
            break
    else:
        raise SystemExit(f"{killed} kills met {lost} guests only, {len(acknowledged)} were served")
    missing = acknowledged - entries()
    expect("missing entries", sorted(missing), [])
    print(f"{len(acknowledged)} entries acknowledged and kept, {lost} guests cut off by {killed} kills")


def load(stop):
    lines, acknowledged = [], set()

    def entry(i):
        name = f"load-{i}"
        status = sign(name, "hello")
        if status == 303:
            acknowledged.add(name)
        return status

    requests = {
        "lunch": (200, lambda i: once("lunch", "GET", "/")[0]),
        "webhook": (204, lambda i: once("webhook", "POST", "/", [signature(EVENT)], EVENT)[0]),
        "guestbook": (303, entry),
        "redirector": (302, lambda i: once("redirector", "GET", "/today")[0]),
        "whoami": (200, lambda i: once("whoami", "GET", "/")[0]),
    }

    def one_client(service):
        wanted, request = requests[service]
        i = 0
        while not os.path.exists(stop):
            i += 1
            try:
                status = request(i)
                lines.append(f"{service} {'served' if status == wanted else f'FAILED {status}'}")
            except OSError as e:
                lines.append(f"{service} FAILED {e}")

    threads = [threading.Thread(target=one_client, args=[service]) for service in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    missing = acknowledged - entries()
    lines += [f"guestbook FAILED to keep {name}" for name in sorted(missing)]
    print("\n".join(lines))


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    globals()[command](*arguments)
