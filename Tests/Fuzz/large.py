#!/usr/bin/env python3
"""large.py FOLDER: writes large inputs for the fuzzer to begin with: reviews, requests, objects, events of a watch."""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "Hostile"))
import shapes  # noqa: E402

# Of what it begins with: longer ones take too much of its time.
MOST = 1 << 18


def write(folder, name, body):
    """One input."""
    if len(body) <= MOST:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name.replace(" ", "-").replace(",", "")).write_bytes(body)


def objects():
    """Each object by name, as the API server would store it."""
    for name, (count, make) in shapes.OBJECTS.items():
        yield name, make(count // 10)
    yield "service", shapes.recorded_service("demo-headless-svc", 3)
    yield "head service", shapes.head_service(1000)


def requests():
    """Many requests on a connection of HTTP/1.1, and many frames on one of HTTP/2."""
    yield "requests", b"POST /mutate HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc" * 1000
    yield "requests", b"GET / HTTP/1.1\r\nHost: h\r\n" + b"a: b\r\n" * 1000
    yield "http2", b"".join(
        b"\0\0\x05\x01\x05" + (2 * index + 1).to_bytes(4, "big") + b"\x82\x87\x84\x41\0" for index in range(2000))
    yield "http2", (b"\0\0\x08\x06\0\0\0\0\0" + b"a" * 8) * 2000


def main():
    folder = pathlib.Path(sys.argv[1])
    for index, (subject, body) in enumerate(requests()):
        write(folder / subject, f"large-{index}", body)
    for name, body in shapes.reviews(0.25, MOST):
        write(folder / "review", name, body)
    items = []
    for name, each in objects():
        each["metadata"] |= {"uid": "1-2", "resourceVersion": "7", "creationTimestamp": "2024-01-01T00:00:00Z"}
        each["metadata"]["annotations"] = {"raymesh.io/managed": "{}"} | each["metadata"].get("annotations", {})
        each["metadata"]["labels"] = {"ray.io/cluster": "demo"} | each["metadata"].get("labels", {})
        write(folder / "objects", name, json.dumps(each).encode())
        event = json.dumps({"type": "ADDED", "object": each})
        write(folder / "watch", name, event.encode() + b"\n" + event.replace("ADDED", "DELETED").encode())
        if len(event) < MOST // 100:
            items.append(each)
    page = {"kind": "List", "metadata": {"resourceVersion": "7", "continue": "x"}, "items": items}
    write(folder / "watch", "page", json.dumps(page).encode())


if __name__ == "__main__":
    main()
