"""The TCP ports on which a pod's processes listen, as the kernel tells them."""

import ipaddress
import os
import sys
from pathlib import Path

LISTEN = "0A"


def _address(text):
    """An address as `/proc/net/tcp` writes it: words of 32 bits in the order of the machine."""
    words = [int(text[index:index + 8], 16).to_bytes(4, sys.byteorder) for index in range(0, len(text), 8)]
    address = ipaddress.ip_address(b"".join(words))
    return getattr(address, "ipv4_mapped", None) or address


def sockets(process):
    """Each socket that listens in a process's network namespace: its address, port and inode."""
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{process}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == LISTEN:
                address, port = fields[1].split(":")
                yield _address(address), int(port, 16), fields[9]


def beyond_loopback(process):
    """Every port that other machines reach, and which processes listen there."""
    owners = _owners()
    ports = {}
    for address, port, inode in sockets(process):
        if not address.is_loopback:
            ports.setdefault(port, set()).update(owners.get(inode, {"a process that is gone"}))
    return ports


def _owners():
    """The command lines of all processes, by the inodes of their sockets."""
    owners = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")[:160]
            for file in (folder / "fd").iterdir():
                target = os.readlink(file)
                if target.startswith("socket:["):
                    owners.setdefault(target[8:-1], set()).add(command)
        except OSError:
            continue
    return owners
