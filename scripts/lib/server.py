"""Starts a super-server on a free port of the loopback interface, like server.sh."""

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import time

PATIENCE = 30  # seconds until it must listen


def free_port():
    """Returns a free port of 127.0.0.1."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@contextlib.contextmanager
def running(command, log, listens):
    """Starts a command in its own process group, waits until listens(process) is true, and ends the whole
    group on leaving the context. Its output is appended to the file log."""
    process = subprocess.Popen(
        list(map(str, command)), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        start_new_session=True)
    try:
        give_up = time.monotonic() + PATIENCE
        while not listens():
            if process.poll() is not None or time.monotonic() > give_up:
                raise OSError(f"{command[0]} does not listen")
            time.sleep(0.02)
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def accepts(address):
    """Returns whether an address accepts connections: a path, or host and port."""
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    with socket.socket(family) as probe:
        return probe.connect_ex(address) == 0


@contextlib.contextmanager
def activated(command, address=None, log=None):
    """Runs systemd-socket-activate, which starts a command for each connection; yields where it listens: the
    address, which is a path or host and port, or a free port of 127.0.0.1."""
    address = address or f"127.0.0.1:{free_port()}"
    with contextlib.ExitStack() as stack:
        log = log or stack.enter_context(tempfile.TemporaryFile())
        inetd = ["systemd-socket-activate", "--accept", "--inetd", "-l", address, *command]

        def listens():
            # Not by connecting, which would start the command.
            return b"Listening on" in os.pread(log.fileno(), 65536, 0)

        stack.enter_context(running(inetd, log, listens))
        yield address
