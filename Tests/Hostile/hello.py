"""A TLS 1.3 ClientHello, byte by byte, with a key share of a finite field: the server must compute far more for it."""

import os
import struct

FFDHE8192, SECP256R1 = 0x0104, 0x0017


def prefixed(size, value):
    """A vector: its length in `size` bytes, and its content."""
    return len(value).to_bytes(size, "big") + value


def extension(kind, value):
    """One of the hello's extensions."""
    return struct.pack(">H", kind) + prefixed(2, value)


def client_hello(group=FFDHE8192, length=1024):
    """The whole record (RFC 8446 section 4.1.2, RFC 7919 section 3)."""
    share = struct.pack(">H", group) + prefixed(2, b"\x02" + os.urandom(length - 1))
    extensions = b"".join([
        extension(0, prefixed(2, b"\x00" + prefixed(2, b"localhost"))),
        extension(10, prefixed(2, struct.pack(">H", group))),
        extension(13, prefixed(2, struct.pack(">3H", 0x0403, 0x0804, 0x0401))),
        extension(43, prefixed(1, struct.pack(">H", 0x0304))),
        extension(51, prefixed(2, share)),
    ])
    suites = prefixed(2, struct.pack(">2H", 0x1301, 0x1302))
    body = b"\x03\x03" + os.urandom(32) + prefixed(1, os.urandom(32)) + suites + prefixed(1, b"\x00")
    body += prefixed(2, extensions)
    return b"\x16\x03\x01" + prefixed(2, b"\x01" + prefixed(3, body))
