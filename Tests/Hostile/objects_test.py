"""Reviews of objects that are made to cost a great deal: each is answered or turned away, and nobody else notices."""

import json
import tempfile
import unittest

from confined import ConfinedServer
from shapes import head_service, review, reviews
from watched import HOSTILE, Watched, ask

# The server's own limit of a body.
BODY = 8 << 20


class ObjectsTest(Watched):
    """One server for all, as a real one meets them."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.server = ConfinedServer("127.0.0.1", folder.name).start()
        cls.addClassCleanup(cls.server.kill)

    def assert_answered(self, body):
        """With a reply, or turned away with a time to come back; the connection is never just cut."""
        status, headers, answer = ask(self.server, body, HOSTILE)
        self.assertIn(status, [200, 503], answer[:200])
        if status == 503:
            self.assertIsNotNone(headers["Retry-After"])
            return
        reply = json.loads(answer)["response"]
        self.assertEqual(reply["uid"], "hostile")
        self.assertLess(len(answer), BODY)

    def assert_each(self, bodies):
        """By itself."""
        for name, body in bodies:
            with self.subTest(name):
                self.assert_unharmed(f"{name}, {len(body)} bytes", lambda _, body=body: self.assert_answered(body))

    def test_objects(self):
        """Each as it is made."""
        self.assert_each(reviews(1, BODY))

    def test_objects_ten_times_as_large(self):
        """As far as a body may be so large."""
        self.assert_each(reviews(10, BODY))

    def test_services(self):
        """Of many ports."""
        self.assert_each((f"a Service of {count} ports", review(head_service(count))) for count in [10_000, 100_000])


if __name__ == "__main__":
    unittest.main()
