"""Counts the instructions of whole reviews, by Callgrind: the same figures on a busy machine and on an idle one."""

import os
import pathlib
import queue
import subprocess
import tempfile
import threading

PROGRAM = os.environ.get("LINEAR", ".build-linear/release/linear")
# Far beyond what anything linear takes: what is stopped by it has failed.
PATIENCE = 600.0
STOPPED = 1 << 62


def told(wrong):
    """What is wrong with a case, or nothing; it is printed at once, as a run takes minutes."""
    if wrong:
        print(wrong, flush=True)
    return wrong


class Counter:
    """A process that counts, and is started again after it was stopped. It first meets some reviews that are known."""

    def __init__(self, known):
        self.known = known
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.temporary.name)
        self.input = self.folder / "input"
        self.process = None

    def start(self):
        """Starts it: without the randomness of hashing, so that a figure is the same in every run."""
        output = self.folder / "callgrind"
        self.process = subprocess.Popen(
            ["valgrind", "-q", "--tool=callgrind", f"--callgrind-out-file={output}", PROGRAM, str(output)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
            env=os.environ | {"SWIFT_DETERMINISTIC_HASHING": "1"})
        # What is made once and kept is not counted.
        for text in self.known * 2:
            self.count("review", text)

    def count(self, subject, text):
        """The instructions that a subject takes for a text; `STOPPED` if that takes too long."""
        if self.process is None:
            self.start()
        self.input.write_text(text)
        return self.ask(subject, self.input)

    def ask(self, subject, file):
        """One line out, one line in."""
        alarm = threading.Timer(PATIENCE, self.process.kill)
        alarm.start()
        try:
            self.process.stdin.write(f"{subject} {file}\n")
            line = self.process.stdout.readline()
        finally:
            alarm.cancel()
        if line:
            return int(line)
        code = self.process.wait()
        self.process = None
        if code != -9:
            raise AssertionError(f"the program has ended with {code}")
        return STOPPED

    def stop(self):
        """Ends it."""
        if self.process:
            self.process.stdin.close()
            self.process.wait()
        self.temporary.cleanup()


class Counters:
    """As many as there are processors, for work that is done side by side."""

    def __init__(self, known):
        self.free = queue.Queue()
        self.all = [Counter(known) for _ in range(max(2, os.cpu_count() or 2))]
        for each in self.all:
            self.free.put(each)

    def count(self, subject, text):
        """By one that is free."""
        counter = self.free.get()
        try:
            return counter.count(subject, text)
        finally:
            self.free.put(counter)

    def stop(self):
        """Ends all."""
        for each in self.all:
            each.stop()
