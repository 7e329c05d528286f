#!/usr/bin/env python3
"""Asks a server to answer the review, again and again until it does or 20 seconds are over."""

import argparse
import base64
import http.client
import json
import ssl
import sys
import time
import urllib.parse


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("url", "authority", "review", "reply"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--pid", type=int, required=True, help="the server; no use waiting once it is gone")
    parser.add_argument("--patched", action="store_true", help="the reply must carry a patch for this review")
    return parser.parse_args()


def post(url, context, body):
    """The reply, or an OSError if the server does not listen yet."""
    connection = http.client.HTTPSConnection(url.hostname, url.port, context=context, timeout=5)
    try:
        connection.request("POST", f"{url.path}?{url.query}", body, {"Content-Type": "application/json"})
        reply = connection.getresponse()
        return reply.status, reply.read()
    finally:
        connection.close()


def runs(pid):
    """Whether the process is there and no zombie."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def answer(url, context, body, pid):
    """The first reply of status 200."""
    deadline = time.monotonic() + 20
    while True:
        try:
            status, reply = post(url, context, body)
            if status == 200:
                return reply
            trouble = f"status {status}: {reply[:200]!r}"
        except ssl.SSLCertVerificationError:
            raise
        except (OSError, http.client.HTTPException) as error:
            trouble = str(error)
        if not runs(pid) or time.monotonic() > deadline:
            sys.exit(f"{url.geturl()}: {trouble}")
        time.sleep(0.05)


def check(reply, review):
    """Fails unless the reply allows this very review and carries a patch."""
    response = json.loads(reply)["response"]
    patch = json.loads(base64.b64decode(response.get("patch", "W10="), validate=True))
    if response["uid"] != json.loads(review)["request"]["uid"] or response["allowed"] is not True or not patch:
        sys.exit(f"not an answer with a patch: {reply[:400]!r}")


def main():
    options = arguments()
    with open(options.review, "rb") as file:
        review = file.read()
    context = ssl.create_default_context(cafile=options.authority)
    reply = answer(urllib.parse.urlsplit(options.url), context, review, options.pid)
    if options.patched:
        check(reply, review)
    with open(options.reply, "wb") as file:
        file.write(reply)


if __name__ == "__main__":
    main()
