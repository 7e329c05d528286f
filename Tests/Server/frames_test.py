"""Frames that should not be, on every kind of stream: Raymesh says to them what nghttpd says.

nghttpd passes 144 of the 146 cases of h2spec; these are its cases, as bytes.
"""

import concurrent.futures
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from attacks import plain
from frames import (
    ACK, CONTINUATION, DATA, END_HEADERS, END_STREAM, GET, GOAWAY, HEADERS, PADDED, PING, POST, PRIORITY, PUSH_PROMISE,
    RST_STREAM, SETTINGS, WINDOW_UPDATE, WITH_PRIORITY, block, converse, frame, headers, number, setting)
from honest import trust
from running import eventually, free_port
from server import Server, make_certificates

OPEN = headers(1, POST, END_HEADERS)
DONE = headers(1)
RESET = OPEN + frame(RST_STREAM, number(8), stream=1)
WAITS = headers(1, [*POST, ("content-length", "4")], END_HEADERS)

# What may come on a stream that is not open.
LATE = {
    "data": frame(DATA, b"late", END_STREAM, 1),
    "data without an end": frame(DATA, b"late", 0, 1),
    "headers": headers(1),
    "headers without an end": headers(1, POST, END_HEADERS),
    "trailer": headers(1, [("x", "y")]),
    "continuation": frame(CONTINUATION, block(GET), END_HEADERS, 1),
    "reset": frame(RST_STREAM, number(8), stream=1),
    "window": frame(WINDOW_UPDATE, number(1), stream=1),
    "window of nothing": frame(WINDOW_UPDATE, number(0), stream=1),
    "priority": frame(PRIORITY, number(0) + b"\1", stream=1),
}

CASES = {
    # 5.1: streams that are idle, half closed or closed.
    **{f"5.1 idle: {name}": [part] for name, part in LATE.items() if not name.startswith(("headers", "trailer"))},
    **{f"5.1 half closed: {name}": [DONE + part] for name, part in LATE.items()},
    **{f"5.1 closed by its end: {name}": [DONE, part] for name, part in LATE.items()},
    **{f"5.1 closed by a reset: {name}": [RESET + part] for name, part in LATE.items()},
    **{f"5.1 closed by a reset, later: {name}": [RESET, part] for name, part in LATE.items()},
    # 5.1.1: numbers of streams.
    "5.1.1 an even number": [headers(2)],
    "5.1.1 a number that was skipped": [headers(5), headers(3)],
    # 5.3: priorities.
    "5.3.1 headers that depend on themselves": [
        headers(1, flags=END_HEADERS | END_STREAM | WITH_PRIORITY, before=number(1) + b"\1")],
    "5.3.1 a priority that depends on itself": [frame(PRIORITY, number(1) + b"\1", stream=1)],
    # 6.1: DATA.
    "6.1 data on 0": [frame(DATA, b"x", 0, 0)],
    "6.1 padding longer than the frame": [OPEN + frame(DATA, b"\x08ab", PADDED | END_STREAM, 1)],
    # 6.2: HEADERS.
    "6.2 headers on 0": [headers(0)],
    "6.2 padding longer than the frame": [frame(HEADERS, b"\xff" + block(GET), PADDED | END_HEADERS | END_STREAM, 1)],
    "6.2 another frame within a block": [
        frame(HEADERS, block(GET), END_STREAM, 1) + frame(PRIORITY, number(0) + b"\1", stream=1)],
    "6.2 another stream within a block": [frame(HEADERS, block(GET), END_STREAM, 1) + headers(3)],
    "6.2 a second block without an end": [WAITS + headers(1, [("x", "y")], END_HEADERS)],
    # 6.3: PRIORITY.
    "6.3 a priority on 0": [frame(PRIORITY, number(1) + b"\1")],
    "6.3 a short priority": [frame(PRIORITY, b"\0\0\0\0", stream=1)],
    "6.3 a short priority on an open stream": [OPEN + frame(PRIORITY, b"\0\0\0\0", stream=1)],
    # 6.4: RST_STREAM.
    "6.4 a reset on 0": [frame(RST_STREAM, number(8))],
    "6.4 a short reset": [OPEN + frame(RST_STREAM, b"\0\0\0", stream=1)],
    # 6.5: SETTINGS.
    "6.5 an acknowledgement that says something": [frame(SETTINGS, b"\0", ACK)],
    "6.5 settings of a stream": [frame(SETTINGS, setting(3, 100), stream=1)],
    "6.5 half a setting": [frame(SETTINGS, b"\0\3\0")],
    "6.5.2 push that is neither on nor off": [frame(SETTINGS, setting(2, 2))],
    "6.5.2 a window too large": [frame(SETTINGS, setting(4, 1 << 31))],
    "6.5.2 a frame size too small": [frame(SETTINGS, setting(5, 16383))],
    "6.5.2 a frame size too large": [frame(SETTINGS, setting(5, 1 << 24))],
    "6.5.2 a setting that nobody knows": [frame(SETTINGS, setting(0xFF, 1))],
    # 6.6 to 6.10.
    "6.6 a push by a client": [frame(PUSH_PROMISE, number(2) + block(GET), END_HEADERS, 1)],
    "6.7 a ping on a stream": [frame(PING, bytes(8), stream=1)],
    "6.7 a short ping": [frame(PING, bytes(6))],
    "6.8 a goodbye on a stream": [frame(GOAWAY, bytes(8), stream=1)],
    "6.9 the connection's window opened by nothing": [frame(WINDOW_UPDATE, number(0))],
    "6.9 a stream's window opened by nothing": [OPEN + frame(WINDOW_UPDATE, number(0), stream=1)],
    "6.9 a short window": [frame(WINDOW_UPDATE, b"\0\0\1")],
    "6.9.1 the connection's window too large": [frame(WINDOW_UPDATE, number((1 << 31) - 1)) * 2],
    "6.9.1 a stream's window too large": [OPEN + frame(WINDOW_UPDATE, number((1 << 31) - 1), stream=1) * 2],
    "6.10 a continuation of nothing": [DONE + frame(CONTINUATION, block(GET), END_HEADERS, 3)],
    "6.10 a continuation on 0": [frame(HEADERS, block(GET), END_STREAM, 1) + frame(CONTINUATION, b"", END_HEADERS)],
    # 4.2 and 5.5.
    "4.2 a frame too large": [OPEN + frame(DATA, bytes(16385), END_STREAM, 1)],
    "4.2 headers too large": [frame(HEADERS, bytes(16385), END_HEADERS | END_STREAM, 1)],
    "5.5 a frame that nobody knows": [frame(0x16, b"?", stream=0)],
    "4.3 a block that cannot be read": [
        frame(HEADERS, b"\x82\x84\x86\xff\xff\xff\xff\xff", END_HEADERS | END_STREAM, 1)],
    # 8.1 and 8.2.
    "8.1 a body longer than it says": [WAITS + frame(DATA, b"12345", END_STREAM, 1)],
    "8.1 a body shorter than it says": [WAITS + frame(DATA, b"1", END_STREAM, 1)],
    "8.2 a name in capitals": [headers(1, [*GET, ("X", "y")])],
    "8.2.2 a field of the connection": [headers(1, [*GET, ("connection", "keep-alive")])],
    "8.2.2 other codings": [headers(1, [*GET, ("te", "gzip")])],
    "8.3 a pseudo field that nobody knows": [headers(1, [*GET, (":x", "y")])],
    "8.3 a pseudo field behind others": [headers(1, [GET[0], ("x", "y"), *GET[1:]])],
    "8.3 a pseudo field in a trailer": [WAITS + headers(1, [(":method", "POST")])],
    "8.3.1 two paths": [headers(1, [*GET, (":path", "/")])],
    "8.3.1 no path": [headers(1, [each for each in GET if each[0] != ":path"])],
    "8.3.1 an empty path": [headers(1, [(name, "" if name == ":path" else value) for name, value in GET])],
}


@unittest.skipUnless(shutil.which("nghttpd"), "there is no nghttpd (Debian: nghttp2-server)")
class FramesTest(unittest.TestCase):
    """Both servers, side by side."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        make_certificates(cls.folder.name, "127.0.0.1")
        cls.server = Server("127.0.0.1", cls.folder.name, ["--drain-delay", "0s", "--log-level", "error"]).start()
        cls.addClassCleanup(cls.server.kill)
        cls.other = Other(cls.folder.name)
        cls.addClassCleanup(cls.other.kill)

    def test_verdicts(self):
        """The same frame that says so, with the same code, and the connection ends or does not."""
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            own = {name: pool.submit(verdict, self.server, parts) for name, parts in CASES.items()}
            other = {name: pool.submit(verdict, self.other, parts) for name, parts in CASES.items()}
        for name in CASES:
            with self.subTest(name):
                self.assertEqual(own[name].result(), other[name].result())


class Other:
    """An nghttpd that serves an empty folder."""

    def __init__(self, certificates):
        self.address, self.port, self.certificates = "127.0.0.1", free_port("127.0.0.1"), pathlib.Path(certificates)
        files = [str(self.certificates / "tls.key"), str(self.certificates / "tls.crt")]
        self.process = subprocess.Popen(
            ["nghttpd", "--address", self.address, "--htdocs", certificates, str(self.port), *files],
            stdout=subprocess.DEVNULL)
        eventually("nghttpd listens", self.listens)

    def listens(self):
        """Whether it takes a connection."""
        try:
            plain(self).close()
        except OSError:
            return False
        return True

    def kill(self):
        """Ends it."""
        self.process.kill()
        self.process.wait()


def verdict(server, parts):
    """What a server says to frames."""
    context = trust(server)
    context.set_alpn_protocols(["h2"])
    return converse(context.wrap_socket(plain(server), server_hostname=server.address), *parts).verdict


if __name__ == "__main__":
    unittest.main()
