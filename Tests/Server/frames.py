"""HTTP/2 frames as bytes, right or wrong, and what a server says to them."""

import struct
import time

from hpack import Encoder

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
END_STREAM, END_HEADERS, PADDED, WITH_PRIORITY, ACK = 0x1, 0x4, 0x8, 0x20, 0x1
GET = [(":method", "GET"), (":scheme", "https"), (":path", "/"), (":authority", "h")]
POST = [(":method", "POST"), *GET[1:]]
# How long nothing may come before a server has said all.
QUIET = 0.5
PATIENCE = 10.0


def frame(kind, payload=b"", flags=0, stream=0):
    """A frame, whatever it says."""
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def block(fields):
    """A header block that uses no table, so that blocks can be left out."""
    return Encoder().encode([(name, value) for name, value in fields], huffman=False)


def headers(stream, fields=None, flags=END_HEADERS | END_STREAM, before=b""):
    """A request's head."""
    return frame(HEADERS, before + block(fields or GET), flags, stream)


def number(value):
    """Four bytes."""
    return struct.pack(">I", value)


def setting(name, value):
    """One setting."""
    return struct.pack(">HI", name, value)


class Said:
    """What a server has said: the errors of its frames, and whether it ended the connection."""

    def __init__(self):
        self.goaway = None
        self.resets = {}
        self.answered = set()
        self.has_ended = False
        self.rest = b""

    def add(self, received):
        """Takes what has come apart."""
        self.rest += received
        while len(self.rest) >= 9 and len(self.rest) >= 9 + int.from_bytes(self.rest[:3], "big"):
            length, kind, flags = int.from_bytes(self.rest[:3], "big"), self.rest[3], self.rest[4]
            stream = int.from_bytes(self.rest[5:9], "big") & 0x7FFFFFFF
            self.take(kind, flags, stream, self.rest[9:9 + length])
            self.rest = self.rest[9 + length:]

    def take(self, kind, flags, stream, payload):
        """Takes note of one frame."""
        if kind == GOAWAY:
            self.goaway = int.from_bytes(payload[4:8], "big")
        if kind == RST_STREAM:
            self.resets[stream] = int.from_bytes(payload, "big")
        if kind in (HEADERS, DATA) and flags & END_STREAM:
            self.answered.add(stream)

    @property
    def verdict(self):
        """How bad it found what it got. A reset without an error only says that the rest is not needed."""
        resets = {stream: code for stream, code in self.resets.items() if code != 0}
        return {"goaway": self.goaway, "ended": self.has_ended, "resets": {} if self.goaway is not None else resets}


def converse(connection, *parts):
    """Sends parts, each after the server has fallen silent, and gives what it said."""
    said = Said()
    with connection:
        for part in (PREFACE + frame(SETTINGS), *parts):
            try:
                connection.sendall(part)
            except OSError:
                said.has_ended = True
                break
            listen(connection, said)
            if said.has_ended:
                break
    return said


def listen(connection, said):
    """Takes what the server says until it is silent."""
    end = time.monotonic() + PATIENCE
    connection.settimeout(QUIET)
    while time.monotonic() < end:
        try:
            received = connection.recv(1 << 16)
        except TimeoutError:
            return
        except OSError:
            received = b""
        if not received:
            said.has_ended = True
            return
        said.add(received)
