"""Peers that do harm. Each gives what the server said before it ended the connection."""

import random
import socket
import ssl
import struct
import time

from honest import REVIEW, trust

HEAD = b"POST /mutate HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
PATIENCE = 30.0


def plain(server):
    """A TCP connection without a word."""
    return socket.create_connection((server.address, server.port), timeout=PATIENCE)


def secure(server):
    """A connection over TLS."""
    return trust(server).wrap_socket(plain(server), server_hostname=server.address)


def rest(connection):
    """All that still comes."""
    said = b""
    with connection:
        try:
            while piece := connection.recv(65536):
                said += piece
        except (ConnectionError, ssl.SSLError):
            pass
    return said


def trickle(connection, piece, pause=0.1):
    """Sends a piece again and again until the server has had enough."""
    connection.settimeout(pause)
    said = b""
    end = time.monotonic() + PATIENCE
    with connection:
        while time.monotonic() < end:
            try:
                connection.sendall(piece)
                received = connection.recv(65536)
                said += received
                if not received:
                    return said
            except TimeoutError:
                continue
            except (ConnectionError, ssl.SSLError):
                return said
    raise AssertionError("the server takes it for ever")


def slow_head(server):
    """A head that never ends, a field at a time."""
    connection = secure(server)
    connection.sendall(b"POST /mutate HTTP/1.1\r\n")
    return trickle(connection, b"A: b\r\n")


def slow_body(server):
    """A body that comes by single bytes."""
    connection = secure(server)
    connection.sendall(HEAD + b"Content-Length: 100000\r\n\r\n")
    return trickle(connection, b" ")


def endless_head(server):
    """Fields as fast as they can be sent."""
    connection = secure(server)
    connection.sendall(b"POST /mutate HTTP/1.1\r\n")
    return trickle(connection, b"A: " + b"b" * 1000 + b"\r\n", pause=0.001)


def giant_field(server):
    """One field of a megabyte."""
    connection = secure(server)
    return say(connection, b"GET / HTTP/1.1\r\nA: " + b"b" * (1 << 20) + b"\r\n\r\n")


def chunk_overflow(server):
    """A chunk whose size does not fit an integer."""
    return say(secure(server), HEAD + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n")


def giant_chunk(server):
    """A chunk of more than is taken."""
    return say(secure(server), HEAD + b"Transfer-Encoding: chunked\r\n\r\n7fffffffffffff\r\n")


def two_lengths(server):
    """What two readers could read differently."""
    return say(secure(server), HEAD + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")


def say(connection, request):
    """Sends, and takes what comes; the server may end the connection in the middle."""
    try:
        connection.sendall(request)
    except (ConnectionError, ssl.SSLError):
        pass
    return rest(connection)


def slow_read(server):
    """Many requests at once, and no answer is ever read."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.settimeout(PATIENCE)
    raw.connect((server.address, server.port))
    connection = trust(server).wrap_socket(raw, server_hostname=server.address)
    request = HEAD + f"Content-Length: {len(REVIEW)}\r\n\r\n".encode() + REVIEW
    with connection:
        try:
            while True:
                connection.sendall(request)
        except (ConnectionError, ssl.SSLError):
            return b""


def half_closed(server):
    """Half a request, and the end of what is sent."""
    connection = plain(server)
    connection.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01")
    connection.shutdown(socket.SHUT_WR)
    return rest(connection)


def reset_in_body(server):
    """Half a body, and a reset."""
    connection = secure(server)
    connection.sendall(HEAD + b"Content-Length: 100000\r\n\r\n" + b" " * 5000)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
    return b""


def garbage(server):
    """Bytes that are no TLS."""
    return say(plain(server), random.Random(1).randbytes(20000))


def plain_http(server):
    """HTTP without TLS."""
    return say(plain(server), b"GET /mutate HTTP/1.1\r\nHost: h\r\n\r\n")


def silence(server):
    """Nothing at all."""
    return rest(plain(server))


def sized(data):
    """Bytes behind their length, as TLS has them."""
    return struct.pack(">H", len(data)) + data


def finite_field_hello():
    """A hello of TLS 1.3 whose only share is of ffdhe8192 (0x104): a thousand bytes for the client."""
    extensions = b"".join(struct.pack(">H", kind) + sized(data) for kind, data in [
        (43, b"\x02\x03\x04"), (10, sized(b"\x01\x04")), (13, sized(b"\x04\x03\x08\x04")),
        (51, sized(b"\x01\x04" + sized(b"\x02" * 1024)))])
    body = b"\x03\x03" + b"\x07" * 32 + b"\x00" + sized(b"\x13\x01") + b"\x01\x00" + sized(extensions)
    return b"\x16\x03\x01" + sized(b"\x01\x00" + sized(body))


FINITE_FIELD_HELLO = finite_field_hello()

# Each attack, and how an answer to it begins.
ATTACKS = [
    (slow_head, b"HTTP/1.1 408 "), (slow_body, b"HTTP/1.1 408 "), (endless_head, b"HTTP/1.1 431 "),
    (giant_field, b"HTTP/1.1 431 "), (chunk_overflow, b"HTTP/1.1 400 "), (giant_chunk, b"HTTP/1.1 413 "),
    (two_lengths, b"HTTP/1.1 400 "), (slow_read, b""), (half_closed, b""), (reset_in_body, b""), (garbage, b""),
    (plain_http, b""), (silence, b""),
]
