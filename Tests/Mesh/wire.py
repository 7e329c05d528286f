"""The first witness: every TCP connection between pods, as seen on the bridge between them."""

import ipaddress
import re
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import dpkt

# Link, IP and TCP headers, and what tells TLS from plain text.
BYTES_KEPT = 256
KIBIBYTES_WAITING = 32768
SECONDS = 30


@dataclass
class Connection:
    """Who called whom, on which port, and the first bytes that the caller sent; none if it sent nothing."""

    client: str
    server: str
    port: int
    first_sequence: int
    first_bytes: bytes = b""

    @property
    def is_silent(self):
        return not self.first_bytes

    @property
    def is_tls(self):
        """A handshake record of TLS with a ClientHello in it (RFC 8446 sections 4 and 5.1)."""
        return re.match(rb"\x16\x03[\x00-\x04]..\x01", self.first_bytes, re.DOTALL) is not None

    @property
    def is_plain(self):
        return not self.is_silent and not self.is_tls

    @property
    def kind(self):
        return "silent" if self.is_silent else "TLS" if self.is_tls else "plain text"


class Capture:
    """Captures the beginning of every packet on the bridge, from its creation until `read`."""

    def __init__(self, folder, link="pods"):
        self.file, self.words = folder / "packets", folder / "tcpdump"
        with self.words.open("wb") as words:
            self._process = subprocess.Popen(
                ["tcpdump", "--interface", link, "-w", str(self.file), "--packet-buffered", "--immediate-mode",
                 "--relinquish-privileges", "root", "--snapshot-length", str(BYTES_KEPT),
                 "--buffer-size", str(KIBIBYTES_WAITING), "-n", "tcp"],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=words)
        self._wait_until("listens", lambda: "listening on" in self.words.read_text())

    def _wait_until(self, what, condition):
        end = time.monotonic() + SECONDS
        while not condition():
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"it is never so that tcpdump {what}: {self.words.read_text()}")
            time.sleep(0.01)

    def _has_read_all(self):
        """Whether it sleeps: if it is ended while packets wait for it, those are lost, and it does not say so."""
        return Path(f"/proc/{self._process.pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "S"

    def connections(self):
        """Ends the capture, and gives every connection that began in it."""
        self._wait_until("has read what waits", self._has_read_all)
        self._process.send_signal(signal.SIGINT)
        self._process.wait(SECONDS)
        lost = re.search(r"(\d+) packets dropped by kernel", self.words.read_text())
        if lost is None or int(lost[1]):
            raise RuntimeError(f"packets were lost, so the wire is no witness: {self.words.read_text()}")
        with self.file.open("rb") as file:
            return connections(dpkt.pcap.Reader(file))


def connections(frames):
    """The connections in captured frames, each a time and its bytes, in the order in which they began."""
    found, open_ones = [], {}
    for _, frame in frames:
        packet = dpkt.ethernet.Ethernet(frame).data
        if not isinstance(packet, (dpkt.ip.IP, dpkt.ip6.IP6)) or not isinstance(packet.data, dpkt.tcp.TCP):
            continue
        segment = packet.data
        ends = (packet.src, segment.sport, packet.dst, segment.dport)
        if segment.flags & dpkt.tcp.TH_SYN:
            # What comes with ACK is the answer; what comes again is the same.
            known = open_ones.get(ends)
            if not segment.flags & dpkt.tcp.TH_ACK and (known is None or known.first_sequence != segment.seq):
                open_ones[ends] = Connection(_text(packet.src), _text(packet.dst), segment.dport, segment.seq)
                found.append(open_ones[ends])
        elif segment.data and (known := open_ones.get(ends)) and not known.first_bytes:
            if segment.seq == (known.first_sequence + 1) % 2**32:
                known.first_bytes = bytes(segment.data[:24])
    return found


def _text(packed):
    return str(ipaddress.ip_address(packed))
