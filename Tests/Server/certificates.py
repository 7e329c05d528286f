"""Pairs of authorities of their own, one of them mounted as kubelet mounts a Secret."""

import pathlib

from server import make_certificates


class Certificates:
    """Several pairs, each of an authority of its own, and a directory where one of them is, as kubelet mounts it."""

    def __init__(self, folder, count, *hosts):
        self.folder = pathlib.Path(folder)
        self.mounted = self.folder / "mounted"
        self.mounted.mkdir()
        for number in range(count):
            make_certificates(self.folder / str(number), *hosts)
        self.authorities = self.folder / "authorities.crt"
        self.authorities.write_bytes(
            b"".join((self.folder / str(number) / "ca.crt").read_bytes() for number in range(count)))
        self.count = count
        self.mount(0)
        for name in ("tls.crt", "tls.key"):
            (self.mounted / name).symlink_to(f"..data/{name}")

    def mount(self, number):
        """Swaps the pair by a rename, as kubelet's atomic writer does."""
        draft = self.mounted / "..data_tmp"
        draft.symlink_to(f"../{number % self.count}")
        draft.rename(self.mounted / "..data")
