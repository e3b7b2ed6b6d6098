"""Ways to serve the same lunch: lunchd itself under a super-server, a handler in Go, Python or JavaScript in
its place, and nginx that terminates TLS in front of lunchd on a Unix socket. For scripts/bench --compare.

Each round makes a new TLS 1.3 connection to each of them, in random order, and measures the time from
connect to the last byte. Everything runs on loopback, as the calling user, and ends with the script.
"""

import contextlib
import os
import random
import socket
import statistics
import subprocess
import time
from pathlib import Path

from needs import find_tools
from server import accepts, activated, free_port, running

REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
PATIENCE = 10  # seconds

NGINX = """
{user}
daemon off;
pid {temp}/nginx.pid;
error_log {temp}/nginx.log;
worker_processes 1;
events {{ }}
http {{
  access_log off;
  client_body_temp_path {temp}/body;
  proxy_temp_path {temp}/proxy;
  fastcgi_temp_path {temp}/fastcgi;
  uwsgi_temp_path {temp}/uwsgi;
  scgi_temp_path {temp}/scgi;
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {chain};
    ssl_certificate_key {key};
    ssl_protocols TLSv1.2 TLSv1.3;
    location / {{
      proxy_pass http://unix:{temp}/lunchd.sock;
      proxy_set_header Host $host;
    }}
  }}
}}
"""


def measure(port, context):
    """Returns the milliseconds of one connection."""
    start = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as wire:
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with context.wrap_socket(wire, server_hostname="localhost") as tls:
            tls.sendall(REQUEST)
            answer = b"".join(iter(lambda: tls.recv(65536), b""))
    elapsed = 1e3 * (time.perf_counter() - start)
    if not answer.startswith(b"HTTP/1.1 200 ") or b"<h1>" not in answer:
        raise OSError(f"not a lunch: {answer[:200]!r}")
    return elapsed


def compare(rounds, lunchd, peers, identity, context, temp):
    """Returns the milliseconds of each connection, by the way it was served.

    peers: the directory of the other handlers. identity: the paths of key and chain. context: the client's
    SSLContext.
    """
    key, chain = identity
    tools = {"systemd-socket-activate": "systemd", "nginx": "nginx-light", "go": "golang-go",
             "node": "nodejs", "/usr/bin/python3": "python3"}
    _, nginx, go, node, python = find_tools(tools).values()
    environment = {**os.environ, "GOCACHE": f"{temp}/go-cache"}
    build = [go, "build", "-o", f"{temp}/lunch", peers / "lunch.go"]
    subprocess.run(build, check=True, env=environment)

    front, behind, config = free_port(), f"{temp}/lunchd.sock", Path(temp) / "nginx.conf"
    # Started by root, its worker would run as nobody and could not open the Unix socket.
    user = "user root;" if os.geteuid() == 0 else ""
    config.write_text(NGINX.format(user=user, temp=temp, port=front, key=key, chain=chain))
    with contextlib.ExitStack() as stack:
        handlers = {
            "lunchd": [lunchd, "--key", key, "--certificate", chain],
            "a handler in Go": [f"{temp}/lunch", chain, key],
            "a handler in CPython": [python, "-IS", peers / "cpython.py", chain, key],
            "a handler in Node.js": [node, peers / "node.js", chain, key],
        }
        ways = {name: stack.enter_context(activated(argv)) for name, argv in handlers.items()}
        stack.enter_context(activated([lunchd], behind))
        stack.enter_context(
            running([nginx, "-c", config, "-p", temp], subprocess.DEVNULL,
                    lambda: accepts(("127.0.0.1", front))))
        ways["nginx in front of lunchd"] = f":{front}"
        times = {way: [] for way in ways}
        for _ in range(rounds + 1):
            for way, address in random.sample(list(ways.items()), len(ways)):
                times[way].append(measure(int(address.rpartition(":")[2]), context))
    # The first round only warms the page cache.
    return {way: ms[1:] for way, ms in times.items()}


def report(times):
    """Yields a line for each way: the median and the quartiles."""
    for way, ms in times.items():
        low, middle, high = statistics.quantiles(ms, n=4, method="inclusive")
        yield f"{way:<26}{middle:6.1f} ms ({low:.1f}-{high:.1f})"
