"""Whether the page of operations quotes what Raymesh says, and its links lead to its own sections."""

import re
import unittest

from project import ROOT, flags, read

PAGE = read("docs/operations.md")
# Spans of code: what a table's row or a sentence quotes.
SPAN = re.compile(r"`([^`]+)`")


def said():
    """All that Raymesh may say: its sources' texts, and what it is known to have printed."""
    sources = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "Sources").rglob("*.swift"))]
    printed = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "Tests/Fixtures/explain").glob("*.json"))]
    return "\n".join(sources + printed).replace('\\"', '"')


def quoted():
    """The messages that rows say are Raymesh's, and those that its log has."""
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if len(cells) == 4 and cells[1] == "Raymesh":
            yield from SPAN.findall(cells[0])
    # A line may end within one.
    yield from (" ".join(found.split()) for found in re.findall(r"log has\s`([^`]+)`", PAGE))


def anchor(heading):
    """The address that a heading gets on a page."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


class Messages(unittest.TestCase):
    def test_each_message_that_is_quoted_is_said(self):
        text, messages = said(), list(quoted())
        self.assertGreater(len(messages), 25)
        self.assertEqual([message for message in messages if message not in text], [])

    def test_a_message_that_nobody_says_is_found_out(self):
        self.assertFalse("port is taken by aliens" in said())

    def test_every_warning_is_explained(self):
        """A piece of each notice's sentence is on the page."""
        source = read("Sources/RayPlan/Plan/PlanNotice.swift")
        body = source[source.index("public var sentence"):source.index("/// Cut to what a warning may be")]
        cases = re.split(r"\n    case ", body)[1:]
        self.assertGreater(len(cases), 10)
        messages = [message for message in quoted() if message in source]
        # It has nothing to say of its own but the reasons, each of which is a message.
        messages += ["untouched: ", ": changeSentence", ": why.sentence("]
        for case in cases:
            self.assertTrue(any(message in case for message in messages), case)

    def test_every_event_is_explained(self):
        reasons = re.findall(r'case \w+ = "(\w+)"', read("Sources/Controller/ClusterEvent.swift"))
        self.assertGreater(len(reasons), 4)
        for reason in reasons:
            if reason not in ("ServiceCreated", "ServiceApplied", "ServiceAdopted"):
                self.assertIn(f"`{reason}`", PAGE)


class Page(unittest.TestCase):
    def test_links_within_the_page_lead_to_a_section(self):
        headings = {anchor(line.lstrip("#").strip()) for line in PAGE.splitlines() if line.startswith("#")}
        links = re.findall(r"\]\(#([^)]+)\)", PAGE)
        self.assertGreater(len(links), 20)
        self.assertLessEqual(set(links), headings)

    def test_flags_that_it_names_are_flags(self):
        own = set(flags("serve")) | set(flags("certificates"))
        named = set(re.findall(r"`--([a-z0-9-]+)`", PAGE))
        self.assertGreater(len(named), 4)
        self.assertEqual(named - own - {"create-namespace", "force"}, set())


if __name__ == "__main__":
    unittest.main()
