"""A name server for the pods, which answers as a cluster's does: at once, and of IPv6 that there is none.

A file of names would not do: Ray's gRPC asks for IPv6 all the same, and waits for seconds where nobody answers.
"""

import ipaddress
import socket
import struct
import threading

A, IN = 1, 1
NO_ERROR, NO_NAME = 0, 3
# A response, with authority, to a client that may ask on (RFC 1035 section 4.1.1).
FLAGS = 0x8580
SECONDS_KEPT = 1


class NameServer:
    """Answers over UDP from a table that grows."""

    def __init__(self, address):
        self._names = {}
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((address, 53))
        threading.Thread(target=self._serve, daemon=True).start()

    def add(self, name, address):
        self._names[name] = ipaddress.ip_address(address).packed

    def _serve(self):
        while True:
            query, client = self._socket.recvfrom(4096)
            self._socket.sendto(self._answer(query), client)

    def _answer(self, query):
        name, end = _name(query, 12)
        kind, _ = struct.unpack_from("!HH", query, end)
        address = self._names.get(name.lower())
        answers = [address] if address and kind == A else []
        code = NO_ERROR if address else NO_NAME
        header = query[:2] + struct.pack("!HHHHH", FLAGS | code, 1, len(answers), 0, 0)
        # 0xC00C: the name that stands in the question.
        records = (struct.pack("!HHHLH", 0xC00C, A, IN, SECONDS_KEPT, 4) + each for each in answers)
        return header + query[12:end + 4] + b"".join(records)


def _name(message, start):
    """The name at a place in a message, and where it ends."""
    labels = []
    while length := message[start]:
        labels.append(message[start + 1:start + 1 + length].decode("ascii", "replace"))
        start += 1 + length
    return ".".join(labels), start + 1
