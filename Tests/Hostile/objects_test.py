"""Reviews of objects that are made to cost much. Each is answered or rejected, and no other client notices."""

import json
import tempfile
import unittest

from shapes import OBJECTS, head_service, review, reviews
from shipped import ShippedServer
from watched import HOSTILE, Watched, ask

# The server's own limit of a body.
BODY = 8 << 20
# What an answer may have besides pieces of the object: what is added to 1,000 groups, a message, warnings.
SMALL = 4 << 20


class ObjectsTest(Watched):
    """One server for all, as a real one meets them."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.server = ShippedServer(folder.name).start()
        cls.addClassCleanup(cls.server.kill)

    def assert_answered(self, body):
        """With a reply, or with a rejection that says when to retry. The connection is never just cut off."""
        status, headers, answer = ask(self.server, body, HOSTILE)
        self.assertIn(status, [200, 503], answer[:200])
        if status == 503:
            self.assertIsNotNone(headers["Retry-After"])
            return
        reply = json.loads(answer)["response"]
        self.assertEqual(reply["uid"], "hostile")
        # Base64 of what has been escaped twice, such as a group's name in the record of what was added.
        self.assertLess(len(answer), 2 * len(body) + SMALL)

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

    def answer(self, name):
        """The answer to an object at its scale."""
        scale, make = OBJECTS[name]
        status, _, answer = ask(self.server, review(make(scale)), HOSTILE)
        self.assertEqual(status, 200)
        return json.loads(answer)["response"]

    def test_what_the_answers_are(self):
        """Schema errors are left to the API server, wide ranges get a warning, and a few of many faults are told."""
        texts = self.answer("containers that are texts")
        self.assertEqual((texts["allowed"], texts.get("patch")), (True, None))
        wide = self.answer("a wide range of worker ports")
        self.assertTrue(wide["allowed"] and wide["patch"] and wide["warnings"], wide)
        for name in ["faults in every group", "the same port five times in every group"]:
            refused = self.answer(name)
            self.assertFalse(refused["allowed"])
            self.assertIn(" more", refused["status"]["message"][-200:])
            self.assertLess(len(refused["status"]["message"]), SMALL)

    def test_services(self):
        """Of many ports."""
        self.assert_each((f"a Service of {count} ports", review(head_service(count))) for count in [10_000, 100_000])


if __name__ == "__main__":
    unittest.main()
