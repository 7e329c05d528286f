"""Many large reviews at once on one HTTP/2 connection: each is answered, and memory stays bounded."""

import json
import re
import tempfile
import time
import unittest

from floods import connect
from h2.events import ConnectionTerminated, DataReceived, ResponseReceived, StreamEnded, StreamReset
from honest import REVIEW, HonestClient
from running import eventually
from server import Server, make_certificates

MIB = 1 << 20
PATIENCE = 120.0
# What stalls is not answered within our patience; a client on a busy machine is not what is tried here.
# The budget is that of the shipped 256 MiB.
FLAGS = [
    "--drain-delay", "0s", "--body-timeout", "10m", "--minimum-body-rate", "0", "--write-timeout", "10m",
    "--memory-budget", str(152 * MIB)]


def large_review(size):
    """The review, made large by an annotation."""
    review = json.loads(REVIEW)
    annotations = review["request"]["object"]["metadata"].setdefault("annotations", {})
    annotations["large"] = ""
    annotations["large"] = "x" * (size - len(json.dumps(review)))
    return json.dumps(review).encode()


class Client:
    """One connection by Python's h2, on which many bodies are on their way, a frame of each in turn."""

    def __init__(self, server):
        self.socket, self.http = connect(server)
        # Answers of any size.
        self.http.increment_flow_control_window(1 << 30)
        self.unsent, self.statuses, self.answers, self.ended = {}, {}, {}, set()

    def ask(self, body, says_length=True):
        """Begins a request."""
        stream = self.http.get_next_available_stream_id()
        head = [
            (":method", "POST"), (":scheme", "https"), (":authority", "h"), (":path", "/mutate?timeout=10m"),
            ("content-type", "application/json")]
        self.http.send_headers(stream, head + ([("content-length", str(len(body)))] if says_length else []))
        self.unsent[stream] = memoryview(body)

    def send_what_may(self):
        """One frame of each body that the windows let go; whether there was any."""
        has_sent = False
        for stream, rest in list(self.unsent.items()):
            part = rest[:min(self.http.local_flow_control_window(stream), self.http.max_outbound_frame_size)]
            if part:
                self.http.send_data(stream, bytes(part), end_stream=len(part) == len(rest))
                self.unsent[stream] = rest[len(part):]
                has_sent = True
            if not self.unsent[stream]:
                del self.unsent[stream]
        self.socket.sendall(self.http.data_to_send())
        return has_sent

    def fill(self):
        """Sends until no window lets anything more go, and nothing after it."""
        self.receive(1.0)
        while self.send_what_may():
            self.receive(0.0)

    def answered(self):
        """Statuses and bodies, once all requests have been answered."""
        end = time.monotonic() + PATIENCE
        while len(self.ended) < self.http.highest_outbound_stream_id // 2 + 1:
            if time.monotonic() > end:
                raise AssertionError(f"unanswered: {len(self.ended)} have been, {len(self.unsent)} are not sent")
            has_sent = self.send_what_may()
            self.receive(0.0 if has_sent else 1.0)
        return list(self.statuses.values()), list(self.answers.values())

    def receive(self, patience):
        """Takes what comes in a time."""
        self.socket.settimeout(max(patience, 0.001))
        try:
            received = self.socket.recv(1 << 16)
        except TimeoutError:
            return
        finally:
            self.socket.settimeout(PATIENCE)
        if not received:
            raise AssertionError("the server has ended the connection")
        for event in self.http.receive_data(received):
            self.take(event)

    def take(self, event):
        """Takes note of what the server says."""
        if isinstance(event, ResponseReceived):
            self.statuses[event.stream_id] = int(dict(event.headers)[b":status"])
        elif isinstance(event, DataReceived):
            self.answers[event.stream_id] = self.answers.get(event.stream_id, b"") + event.data
            self.http.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, StreamEnded):
            self.ended.add(event.stream_id)
        elif isinstance(event, (StreamReset, ConnectionTerminated)):
            raise AssertionError(f"given up: {event}")


class LargeReviewsTest(unittest.TestCase):
    """Bodies of 7 MiB, about the largest that an API server sends."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        make_certificates(folder.name, "127.0.0.1")
        self.server = Server("127.0.0.1", folder.name, FLAGS).start()
        self.addCleanup(self.server.kill)

    def peak(self):
        """The most that has been resident, in MiB."""
        with open(f"/proc/{self.server.process.pid}/status", encoding="ascii") as status:
            return int(re.search(r"VmHWM:\s+(\d+) kB", status.read())[1]) / 1024

    def assert_answered(self, count, **options):
        """Whether all are, with a patch."""
        body = large_review(7 * MIB)
        client = Client(self.server)
        with client.socket:
            for _ in range(count):
                client.ask(body, **options)
            statuses, answers = client.answered()
        self.assertEqual(statuses, [200] * count)
        for answer in answers:
            self.assertIn(b'"patchType":"JSONPatch"', answer)

    def test_three_at_once(self):
        """More than the connection has room for, by one."""
        self.assert_answered(3)

    def test_twenty_at_once(self):
        """They hold 140 MiB together, and the server never more than a few of them."""
        self.assert_answered(1)
        before = self.peak()
        self.assert_answered(20)
        self.assert_answered(20, says_length=False)
        print(f"peak: {before:.0f} MiB with one, {self.peak():.0f} MiB with twenty")
        self.assertLess(self.peak(), before + 80)
        # Most of what they took is given back: under a threshold it is kept, for the next ones.
        eventually("the memory", lambda: self.server.metric("process_resident_memory_bytes") < 56 * MIB)

    def test_bodies_that_never_come_whole(self):
        """A hundred on a connection hold the little that is let in; others are served meanwhile."""
        self.assert_answered(1)
        before = self.peak()
        silent, body = Client(self.server), large_review(7 * MIB)
        with silent.socket, HonestClient(self.server) as honest:
            for _ in range(100):
                silent.ask(body)
            # Two of them are let in whole, and are held back here.
            for stream in (1, 3):
                del silent.unsent[stream]
            silent.fill()
            self.assertEqual(len(silent.unsent), 98)
            self.assert_answered(3)
            eventually("the honest client's work", lambda: honest.answered > 10 or honest.failures)
        self.assertEqual(honest.failures, [])
        print(f"peak: {before:.0f} MiB with one, {self.peak():.0f} MiB beside a hundred that never come")
        self.assertLess(self.peak(), before + 80)


if __name__ == "__main__":
    unittest.main()
