"""Peers that hold on to what they have been given: connections, bodies that never end, handshakes."""

import concurrent.futures
import contextlib
import socket
import ssl

from hello import client_hello
from honest import trust
from watched import HOSTILE, PATIENCE, ask

HEAD = b"POST /mutate?timeout=30s HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"


def plain(server):
    """A TCP connection without a word."""
    return socket.create_connection((server.address, server.port), PATIENCE, (HOSTILE, 0))


def secure(server, context):
    """A connection over TLS; `None` if the server does not want it."""
    connection = plain(server)
    try:
        return context.wrap_socket(connection, server_hostname=server.address)
    except (OSError, ssl.SSLError):
        connection.close()
        return None


def at_once(server, bodies):
    """The statuses of bodies that are all sent side by side."""
    with concurrent.futures.ThreadPoolExecutor(len(bodies)) as pool:
        return [(status, headers) for status, headers, _ in pool.map(lambda body: ask(server, body, HOSTILE), bodies)]


def slow_body(server, context, body):
    """All of a body but its last byte; then the client waits for what the server does about it."""
    connection = secure(server, context)
    if connection is None:
        return b""
    with connection, contextlib.suppress(OSError):
        connection.sendall(HEAD + f"Content-Length: {len(body)}\r\n\r\n".encode() + body[:-1])
        return connection.recv(64)
    return b""


def slow_bodies(server, count, body):
    """So many at once, and how each is answered."""
    context = trust(server)
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        return list(pool.map(lambda _: slow_body(server, context, body), range(count)))


def hello_again(server, times):
    """One connection after the other, each with a hello that would have to be computed."""
    for _ in range(times):
        with contextlib.suppress(OSError), plain(server) as connection:
            connection.sendall(client_hello())
            connection.recv(64)


def hellos(server, sockets, times):
    """The same from `sockets` sockets at once."""
    with concurrent.futures.ThreadPoolExecutor(sockets) as pool:
        for each in [pool.submit(hello_again, server, times) for _ in range(sockets)]:
            each.result()


@contextlib.contextmanager
def idle(server, count):
    """So many connections over TLS that never ask for anything, as far as the server lets them in."""
    context = trust(server)
    with contextlib.ExitStack() as stack:
        with concurrent.futures.ThreadPoolExecutor(32) as pool:
            for each in pool.map(lambda _: secure(server, context), range(count)):
                if each is not None:
                    stack.enter_context(each)
        yield
