#!/usr/bin/env python3
"""keysearch.py [-v] KEYFILE PID...: counts the private key in the memory of each process.

Searched for are the numbers that are secret (of EC d; of RSA d, p, q, dP, dQ and qInv), each with its
octets from high to low, from low to high, and as the words of a Java BigInteger; and those lines of the
PEM that hold a part of one, in octets or in Java's char. Needs root, and openssl. Prints a number for
each process; with -v also a line for each place.

Exit status: 0 searched, whatever was found; 1 nothing to search, or for.
"""
import base64
import re
import struct
import subprocess
import sys

SHORTEST = 16  # octets: a shorter number is found by chance


def integers(der, start, end):
    """Yields each integer and octet string in it, with its offset in the whole; d of an EC key is one."""
    while start < end:
        tag, length, start = der[start], der[start + 1], start + 2
        if length >= 0x80:
            count = length & 0x7F
            length, start = int.from_bytes(der[start : start + count]), start + count
        if tag in (0x02, 0x04):
            yield start, der[start : start + length]
        elif tag == 0x30:
            yield from integers(der, start, start + length)
        start += length


def traditional(file):
    """Reads PEM, since with -outform DER later versions of openssl ignore -traditional."""
    command = ["openssl", "pkey", "-in", file, "-traditional"]
    pem = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    return base64.b64decode(re.search(rb"PRIVATE KEY-----([^-]+)-----END", pem)[1])


def numbers(file):
    der = traditional(file)
    whole = [number.lstrip(b"\0") for _, number in integers(der, 0, len(der))]
    # RFC 8017, A.1.2: version, n, e, d, p, q, dP, dQ, qInv. RFC 5915: version, d.
    return dict(zip(("d", "p", "q", "dP", "dQ", "qInv"), whole[3:])) if len(whole) > 2 else {"d": whole[1]}


def patterns(file):
    secret = numbers(file)
    for name, number in secret.items():
        if len(number) < SHORTEST:
            raise ValueError(f"{name} is too short to be searched for")
        yield f"{name}, high to low", number
        yield f"{name}, low to high", number[::-1]
        words = number.rjust(-(-len(number) // 4) * 4, b"\0")
        yield f"{name}, BigInteger", struct.pack(
            f"<{len(words) // 4}I", *struct.unpack(f">{len(words) // 4}I", words)
        ).lstrip(b"\0")
    text = open(file, "rb").read()
    block = re.search(rb"-----BEGIN ([A-Z ]*)PRIVATE KEY-----\s+([A-Za-z0-9+/=\s]+)-----END", text)
    if not block or block[1].startswith(b"ENCRYPTED"):
        return  # its lines are of no use
    der, position = base64.b64decode(block[2]), 0
    places = [(der.index(number), len(number)) for number in secret.values()]
    for i, line in enumerate(block[2].split(), 1):
        end = position + len(base64.b64decode(line))
        if any(start < end and position < start + length for start, length in places):
            yield f"line {i} of the PEM", line
            yield f"line {i} of the PEM, in char", line.decode().encode("utf-16-le")
        position = end


def regions(pid):
    for line in open(f"/proc/{pid}/maps"):
        span, permissions, _, _, _, *name = line.split(None, 5)
        start, end = (int(x, 16) for x in span.split("-"))
        name = name[0].rstrip("\n") if name else "[anonymous]"
        if permissions[0] == "r" and name not in ("[vvar]", "[vvar_vclock]", "[vsyscall]"):
            yield start, end, permissions, name


def search(wanted, pid):
    """Yields what was found, the address and the mapping."""
    searched = 0
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for start, end, permissions, region in regions(pid):
            memory.seek(start)
            octets = bytearray()
            while len(octets) < end - start:
                part = memory.read(min(1 << 20, end - start - len(octets)))
                if not part:
                    raise OSError(f"{region} of {pid} ends too early")
                octets += part
            searched += len(octets)
            for what, pattern in wanted.items():
                at = octets.find(pattern)
                while at >= 0:
                    yield what, start + at, permissions, region
                    at = octets.find(pattern, at + 1)
    if searched == 0:
        raise ValueError(f"process {pid} has no memory: it has ended")


def main(arguments):
    is_verbose = arguments[:1] == ["-v"]
    file, *pids = arguments[is_verbose:]
    wanted = dict(patterns(file))
    for pid in pids:
        found = list(search(wanted, pid))
        if is_verbose:
            for what, address, permissions, region in sorted(found, key=lambda one: one[1]):
                print(f"{address:#014x} {permissions} {region}: {what}")
        print(len(found))
    return 0 if pids else 1


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    try:
        sys.exit(main(sys.argv[1:]))
    except (OSError, ValueError, subprocess.CalledProcessError) as e:
        sys.exit(f"keysearch: {e}")
