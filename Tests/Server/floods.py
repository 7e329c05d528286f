"""Floods over HTTP/2, spoken by Python's h2. Each gives the codes of the server's GOAWAYs."""

import contextlib
import ssl
import time

from attacks import PATIENCE, plain
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import ConnectionTerminated
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes
from honest import trust
from hyperframe.frame import ContinuationFrame, HeadersFrame

GET = [(":method", "GET"), (":scheme", "https"), (":authority", "h"), (":path", "/mutate")]
POST = [(":method", "POST"), *GET[1:]]
AT_ONCE = 50


def connect(server):
    """A connection over TLS, and h2's side of it, which has not sent anything yet."""
    context = trust(server)
    context.set_alpn_protocols(["h2"])
    http = H2Connection(H2Configuration(client_side=True))
    http.initiate_connection()
    return context.wrap_socket(plain(server), server_hostname=server.address), http


class Flooder:
    """One connection, whose frames are made by h2."""

    def __init__(self, server):
        self.socket, self.http = connect(server)
        self.codes = []

    def get(self, method=None, ends=True):
        """Asks for something, and gives the stream."""
        stream = self.http.get_next_available_stream_id()
        self.http.send_headers(stream, method or GET, end_stream=ends)
        return stream

    def exchange(self, raw=b""):
        """Sends what there is, and takes what comes at once; false if the server has ended the connection."""
        self.socket.settimeout(PATIENCE)
        try:
            self.socket.sendall(self.http.data_to_send() + raw)
            self.socket.settimeout(0.01)
            return self.take(self.socket.recv(1 << 16))
        except TimeoutError:
            return True
        except (ConnectionError, ssl.SSLError):
            return False

    def take(self, received):
        """Reads what the server says; false at the end."""
        with contextlib.suppress(ProtocolError):
            events = self.http.receive_data(received)
            self.codes += [each.error_code for each in events if isinstance(each, ConnectionTerminated)]
        return bool(received) and not self.codes


def flood(server, some):
    """Does something again and again until the server has had enough."""
    flooder = Flooder(server)
    end = time.monotonic() + PATIENCE
    with flooder.socket:
        goes_on = flooder.exchange()
        while goes_on:
            if time.monotonic() > end:
                raise AssertionError("the server takes it for ever")
            goes_on = flooder.exchange(some(flooder) or b"")
        return flooder.codes


def pings(flooder):
    """Questions that must be answered."""
    for _ in range(AT_ONCE):
        flooder.http.ping(b"raymesh?")


def settings(flooder):
    """Settings that must be acknowledged."""
    for _ in range(AT_ONCE):
        flooder.http.update_settings({SettingCodes.INITIAL_WINDOW_SIZE: 65535})


def rapid_reset(flooder):
    """Requests that are taken back at once (CVE-2023-44487)."""
    for _ in range(AT_ONCE):
        flooder.http.reset_stream(flooder.get(), ErrorCodes.CANCEL)


def empty_data(flooder):
    """A body of frames without a byte."""
    stream = flooder.http.highest_outbound_stream_id or flooder.get(POST, ends=False)
    for _ in range(AT_ONCE):
        flooder.http.send_data(stream, b"")


def windows(flooder):
    """The connection's window opened byte by byte."""
    for _ in range(AT_ONCE):
        flooder.http.increment_flow_control_window(1)


def continuations(_):
    """A head that never ends, as frames (CVE-2024-27316)."""
    return HeadersFrame(1, b"").serialize() + ContinuationFrame(1, b"").serialize() * AT_ONCE


def shut_windows(flooder):
    """Answers that may never be sent."""
    if not flooder.http.highest_outbound_stream_id:
        flooder.http.update_settings({SettingCodes.INITIAL_WINDOW_SIZE: 0})
        for _ in range(AT_ONCE):
            flooder.get()


FLOODS = [pings, settings, rapid_reset, empty_data, windows, continuations, shut_windows]
