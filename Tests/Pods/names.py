"""A name server for the pods, which answers as a cluster's does: at once, and of the other IP that there is none.

A file of names would not do: Ray's gRPC asks for IPv6 all the same, and waits for seconds if nobody answers.
"""

import ipaddress
import socket
import struct
import threading

IN = 1
# The type of record for each version of IP.
RECORDS = {4: 1, 6: 28}
NO_ERROR, NO_NAME = 0, 3
# A response, with authority, to a client that may ask on (RFC 1035 section 4.1.1).
FLAGS = 0x8580
SECONDS_KEPT = 1


class NameServer:
    """Answers over UDP from a table that grows."""

    def __init__(self, address):
        self._names = {}
        family = socket.AF_INET6 if ipaddress.ip_address(address).version == 6 else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._socket.bind((address, 53))
        threading.Thread(target=self._serve, daemon=True).start()

    def add(self, name, *addresses):
        """From now on the name has these addresses, and no others."""
        self._names[name] = [ipaddress.ip_address(each) for each in addresses]

    def remove(self, name):
        self._names.pop(name, None)

    def _serve(self):
        while True:
            query, client = self._socket.recvfrom(4096)
            self._socket.sendto(self._answer(query), client)

    def _answer(self, query):
        name, end = _name(query, 12)
        kind, _ = struct.unpack_from("!HH", query, end)
        known = self._names.get(name.lower())
        answers = [each.packed for each in known or [] if RECORDS[each.version] == kind]
        code = NO_ERROR if known else NO_NAME
        header = query[:2] + struct.pack("!HHHHH", FLAGS | code, 1, len(answers), 0, 0)
        # 0xC00C: the name that stands in the question.
        records = (struct.pack("!HHHLH", 0xC00C, kind, IN, SECONDS_KEPT, len(each)) + each for each in answers)
        return header + query[12:end + 4] + b"".join(records)


def _name(message, start):
    """The name at a place in a message, and where it ends."""
    labels = []
    while length := message[start]:
        labels.append(message[start + 1:start + 1 + length].decode("ascii", "replace"))
        start += 1 + length
    return ".".join(labels), start + 1
