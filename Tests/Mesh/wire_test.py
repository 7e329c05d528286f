"""What the bridge shows is taken for what it is."""

import socket
import unittest

import dpkt
from wire import connections

HELLO = b"\x16\x03\x01\x00\xf4\x01\x00\x00\xf0\x03\x03" + bytes(32)
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
SYN, ACK, PUSH = dpkt.tcp.TH_SYN, dpkt.tcp.TH_ACK, dpkt.tcp.TH_PUSH
HEAD, WORKER = "10.66.0.2", "10.66.0.3"


def frame(source, target, flags, sequence, data=b"", ports=(40000, 6379)):
    segment = dpkt.tcp.TCP(sport=ports[0], dport=ports[1], flags=flags, seq=sequence, data=data)
    if ":" in source:
        ends = {name: socket.inet_pton(socket.AF_INET6, each) for name, each in [("src", source), ("dst", target)]}
        packet = dpkt.ip6.IP6(nxt=6, hlim=64, plen=len(segment), data=segment, **ends)
        return 0.0, bytes(dpkt.ethernet.Ethernet(type=dpkt.ethernet.ETH_TYPE_IP6, data=packet))
    packet = dpkt.ip.IP(src=socket.inet_aton(source), dst=socket.inet_aton(target), p=6, data=segment)
    return 0.0, bytes(dpkt.ethernet.Ethernet(data=packet))


class Connections(unittest.TestCase):
    def kinds(self, *frames):
        return [(each.server, each.port, each.kind) for each in connections(frames)]

    def test_a_client_hello_is_tls(self):
        frames = frame(WORKER, HEAD, SYN, 7), frame(WORKER, HEAD, PUSH | ACK, 8, HELLO)
        self.assertEqual(self.kinds(*frames), [(HEAD, 6379, "TLS")])

    def test_anything_else_is_plain_text(self):
        for first in (PREFACE, b"GET / HTTP/1.1\r\n", b"\x16\x03\x01", b"\x17\x03\x03\x00\x10\x01"):
            frames = frame(WORKER, HEAD, SYN, 7), frame(WORKER, HEAD, PUSH | ACK, 8, first)
            self.assertEqual(self.kinds(*frames), [(HEAD, 6379, "plain text")], first)

    def test_only_the_callers_first_bytes_count(self):
        frames = [
            frame(WORKER, HEAD, SYN, 2**32 - 1), frame(HEAD, WORKER, SYN | ACK, 90, ports=(6379, 40000)),
            frame(HEAD, WORKER, PUSH | ACK, 91, HELLO, ports=(6379, 40000)),
            frame(WORKER, HEAD, PUSH | ACK, 0, PREFACE), frame(WORKER, HEAD, PUSH | ACK, 24, HELLO),
        ]
        self.assertEqual(self.kinds(*frames), [(HEAD, 6379, "plain text")])

    def test_what_is_sent_again_is_one_connection_and_a_port_used_again_is_another(self):
        again = frame(WORKER, HEAD, SYN, 7), frame(WORKER, HEAD, SYN, 7), frame(WORKER, HEAD, PUSH | ACK, 8, HELLO)
        anew = frame(WORKER, HEAD, SYN, 900), frame(WORKER, HEAD, PUSH | ACK, 901, PREFACE)
        self.assertEqual(self.kinds(*again, *anew), [(HEAD, 6379, "TLS"), (HEAD, 6379, "plain text")])

    def test_a_connection_that_says_nothing_is_silent(self):
        self.assertEqual(self.kinds(frame(WORKER, HEAD, SYN, 7)), [(HEAD, 6379, "silent")])

    def test_ipv6_is_seen_too(self):
        frames = frame("fd66::3", "fd66::2", SYN, 7), frame("fd66::3", "fd66::2", PUSH | ACK, 8, HELLO)
        self.assertEqual(self.kinds(*frames), [("fd66::2", 6379, "TLS")])


if __name__ == "__main__":
    unittest.main()
