"""Runs a workload in pods, reads its steps, and names the one in which it failed or stood still."""

import json
import os
import signal
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path

from environment import RAY


class WorkFailed(AssertionError):
    """A step that did not do what users expect of it."""


class Work:
    """One role of a script in a pod, from its start until it says that it is ready."""

    def __init__(self, pod, script, role, settings):
        self.role, self.steps, self.said, self.retries = role, {}, [], []
        self._step, self._why, self._is_over = "its start", "", threading.Event()
        self._process = pod.popen(
            f"{RAY}/bin/python", str(Path(__file__).with_name(script)), role, json.dumps(settings),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)

    def wait_until_ready(self, seconds, is_settled):
        """Reads until it is ready. A mesh that lacks a port fails by standing still, so waiting ends after a while, or
        once it is settled what comes of it."""
        watch = threading.Thread(target=self._watch, args=(seconds, is_settled), daemon=True)
        watch.start()
        try:
            for line in self._process.stdout:
                if self._take(line):
                    return
        finally:
            self._is_over.set()
            watch.join()
        how = self._why or f"ended with {self._process.wait()}"
        raise WorkFailed(f"{self.role} in '{self._step}': {how}\n{''.join(self.said[-40:])}")

    def _watch(self, seconds, is_settled):
        end = time.monotonic() + seconds
        while not self._is_over.wait(1):
            if time.monotonic() > end:
                self._why = f"stood still, and was ended after {seconds} s"
            elif is_settled():
                self._why = "was ended, as the witnesses had seen enough"
            if self._why:
                return self._kill()

    def _take(self, line):
        try:
            words = json.loads(line) if line.startswith("{") else None
        except ValueError:
            words = None
        match words:
            case {"begin": name}:
                self._step = name
            case {"done": name, "seconds": seconds}:
                self.steps[name] = seconds
                print(f"  {name}: {seconds} s", flush=True)
            case {"retry": why}:
                self.retries.append(why)
                print(f"  {why}", flush=True)
            case {"ready": _}:
                return True
            case _:
                self.said.append(line)
        return False

    def _kill(self):
        """The whole group: whatever it has started holds its output open."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def end(self):
        self._process.stdin.close()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._kill()
            self._process.wait()
