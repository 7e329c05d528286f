"""Whether the reference lists all that the sources say: annotations, labels, ports, Events, denials and warnings."""

import json
import re
import unittest

import yaml
from project import ROOT, raymesh, read
from swift_texts import LITERAL, texts

REFERENCE = read("docs/reference.md")
NOTICES = read("Sources/RayPlan/Plan/PlanNotice.swift")
FAULTS = read("Sources/RayPlan/Plan/PlanFault.swift")
EVENTS = read("Sources/Controller/ClusterEvent.swift")
SPAN = re.compile(r"`([^`]+)`")
KEY = re.compile(r'"((?:[a-z0-9-]+\.)+(?:io|x-k8s\.io)/[A-Za-z][A-Za-z0-9.-]*)"')
# What is written in the same way: versions of APIs, the operator's name in spec.managedBy, a Secret's type.
NO_KEYS = re.compile(r"/v\d\w*$|^ray\.io/kuberay-operator$|^kubernetes\.io/tls$")


def section(title):
    return REFERENCE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def rows(title):
    """The rows of the section's tables, without their heads: the code of each cell, and its words."""
    for line in section(title).splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| ") and "`" in line or re.match(r"\| \d", line):
            yield cells


def spans(title, column):
    return [span for row in rows(title) for span in SPAN.findall(row[column])]


class Keys(unittest.TestCase):
    def listed(self):
        return {SPAN.findall(row[0])[0] for row in rows("Annotations and labels")}

    def test_each_key_of_the_sources_is_listed(self):
        found = set()
        for path in (ROOT / "Sources").rglob("*.swift"):
            found |= {key for key in KEY.findall(path.read_text(encoding="utf-8")) if not NO_KEYS.search(key)}
        self.assertGreater(len(found), 10)
        self.assertEqual(found - self.listed(), set())

    def test_each_label_that_the_webhooks_select_by_is_listed(self):
        [configuration] = yaml.safe_load_all(read("manifests/base/webhook.yaml"))
        keys = set()
        for webhook in configuration["webhooks"]:
            for selector in [webhook["namespaceSelector"], webhook.get("objectSelector", {})]:
                keys |= {each["key"] for each in selector.get("matchExpressions", [])}
                keys |= set(selector.get("matchLabels", {}))
        self.assertEqual(keys - self.listed(), set())

    def test_each_key_of_raymesh_s_is_one_of_the_sources(self):
        sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "Sources").rglob("*.swift"))
        for key in self.listed():
            if key.startswith("raymesh.io/"):
                self.assertIn(f'"{key}"', sources)


class Ports(unittest.TestCase):
    def test_the_table_is_what_explain_says(self):
        told = json.loads(raymesh("explain", "--output", "json", str(ROOT / "Tests/Fixtures/explain/plain.yaml")))
        old = json.loads(raymesh("explain", "--output", "json", str(ROOT / "Tests/Fixtures/golden/version-2.44.yaml")))
        expected = {}
        for port in told[0]["ports"] + old[0]["ports"]:
            [use] = port["uses"]
            where = "head" if use["groups"] == ["head"] else "all"
            expected[str(port["port"])] = (port["name"], port["appProtocol"], where, use["at"][0].split("/")[-1])
        listed = {
            row[0].removesuffix(" …"): (SPAN.findall(row[1])[0], row[2], row[3], SPAN.findall(row[4])[0])
            for row in rows("Ports") if row[0][0].isdigit()}
        self.assertEqual(listed, expected)

    def test_raymesh_s_own_are_its_defaults(self):
        defaults = " ".join(raymesh("serve", "--help").split())
        for port in ["9443", "9090"]:
            self.assertIn(f"(default: [::]:{port})", defaults)
            self.assertIn(port, section("Ports"))


class Events(unittest.TestCase):
    def test_each_reason_is_listed_with_its_type(self):
        reasons = dict(re.findall(r'case (\w+) = "(\w+)"', EVENTS))
        warnings = re.findall(r"self == \.(\w+)", EVENTS)
        expected = {reason: "Warning" if name in warnings else "Normal" for name, reason in reasons.items()}
        self.assertEqual({SPAN.findall(row[0])[0]: row[1] for row in rows("Events")}, expected)

    def test_each_message_is_listed(self):
        source = read("Sources/Controller/Reconciler.swift")
        said = re.findall(r'tell\(\s*\.\w+,\s*(".*?"), (?:request|listener)\)', source, re.DOTALL)
        messages = [text for each in said for text in texts(each, '"')]
        decisions = read("Sources/Controller/Decision/ServiceDecision.swift")
        messages += texts(decisions, "func message(", "\n  }\n")
        self.assertGreater(len(messages), 5)
        self.assertEqual(sorted(spans("Events", 2)), sorted(messages))


class Denials(unittest.TestCase):
    def test_each_fault_is_listed(self):
        said = texts(FAULTS, "/// One sentence for the person", "extension ClosedRange")
        self.assertEqual(sorted(set(spans("Denials", 1)) & set(said)), sorted(said))

    def test_each_expectation_is_listed(self):
        said = set()
        for folder in ["Cluster", "Plan", "Service"]:
            for path in (ROOT / "Sources/RayPlan" / folder).glob("*.swift"):
                if path.name != "PlanOptions.swift":
                    source = path.read_text(encoding="utf-8")
                    for found in re.findall(
                        rf'(?:expected(?:: String)?(?: =|:)|xpectation =|eachOnce =)\s*({LITERAL.pattern})', source):
                        said |= set(texts(found[0], '"'))
        self.assertGreater(len(said), 12)
        self.assertEqual(said - set(spans("Denials", 1)), set())

    def test_classes_are_those_of_the_sources(self):
        body = FAULTS[FAULTS.index("enum Class"):]
        classes = set(re.findall(r"case (\w+)$", body[:body.index("}")], re.MULTILINE))
        self.assertEqual(set(spans("Denials", 0)) - {"refused"}, classes)


class Warnings(unittest.TestCase):
    def test_each_message_is_listed_with_its_kind(self):
        said = texts(NOTICES, "public var sentence", "/// Cut to what")
        self.assertEqual(sorted(set(spans("Warnings", 1)) & set(said)), sorted(said))
        body = NOTICES[NOTICES.index("enum Kind"):]
        kinds = re.findall(r'case (\w+)(?: = "([\w-]+)")?$', body[:body.index("}")], re.MULTILINE)
        listed = {SPAN.findall(row[0])[0] for row in rows("Warnings") if row[0].startswith("`")}
        self.assertEqual(listed, {stated or name for name, stated in kinds})

    def test_each_reason_is_listed(self):
        reasons = texts(NOTICES, "extension PlanNotice.Untouched")
        self.assertGreater(len(reasons), 10)
        self.assertEqual(set(reasons) - set(spans("Warnings", 1)), set())


if __name__ == "__main__":
    unittest.main()
