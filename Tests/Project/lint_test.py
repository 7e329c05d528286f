"""What hack/lint.py finds, and what it leaves alone."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "hack"))

import lint  # noqa: E402
import swift_source  # noqa: E402


def found(text, path="Sources/RayPlan/Plan/Port.swift"):
    return [(line, what.split(":")[0]) for line, what in lint.breaches(path, text)]


def function(lines):
    """A function of `lines` lines, from its signature to its closing brace."""
    return "  func plan() {\n" + "    work()\n" * (lines - 2) + "  }\n"


class Sizes(unittest.TestCase):
    def test_a_file_of_250_lines_passes_and_one_more_does_not(self):
        self.assertEqual(found("let a = 1\n" * 250), [])
        self.assertEqual(len(found("let a = 1\n" * 251)), 1)

    def test_scripts_without_a_suffix_are_measured_and_documents_are_not(self):
        self.assertEqual(len(found("#!/bin/sh\n" + ":\n" * 250, "hack/run")), 1)
        self.assertEqual(found("A line.\n" * 300, "docs/guide.md"), [])

    def test_a_line_of_a_script_has_at_most_120_columns(self):
        self.assertEqual(found("x" * 120, "hack/lint.py"), [])
        self.assertEqual([line for line, _ in found("\n" + "x" * 121, "hack/lint.py")], [2])

    def test_a_function_of_25_lines_passes_and_one_more_does_not(self):
        self.assertEqual(found(function(25)), [])
        self.assertEqual([line for line, _ in found("// first\n" + function(26))], [2])

    def test_initializers_subscripts_and_computed_properties_are_functions(self):
        body = " {\n" + "  work()\n" * 24 + "}\n"
        for head in ["init(a: Int = 1)", "deinit", "subscript(a: Int) -> Int", "public var text: String"]:
            self.assertEqual(len(found(head + body)), 1, head)

    def test_braces_in_strings_and_comments_do_not_count(self):
        body = '    print("{ \\(a.map { "}" }) {")  // {\n    /* { /* { */ */\n    let b = #"\\("{"#\n'
        names = [(name, count) for name, _, count in swift_source.functions(f"func a() {{\n{body}}}\nfunc b() {{}}\n")]
        self.assertEqual(names, [("a", 5), ("b", 1)])

    def test_a_test_is_called_by_its_whole_sentence(self):
        [(name, _, _)] = swift_source.functions("  @Test func `a port, kept (as it is)`() {\n  }\n")
        self.assertEqual(name, "`a port, kept (as it is)`")

    def test_a_requirement_of_a_protocol_has_no_body(self):
        text = "protocol A {\n  func a()\n  var b: Int { get }\n  func c() -> Int\n}\n" + function(3)
        self.assertEqual([name for name, _, _ in swift_source.functions(text)], ["b", "plan"])

    def test_a_stored_property_does_not_take_the_next_braces_for_its_own(self):
        text = "  var a = 1\n  var b: Int\n  func c() {\n" + "    work()\n" * 3 + "  }\n"
        self.assertEqual([(name, count) for name, _, count in swift_source.functions(text)], [("c", 5)])


class Words(unittest.TestCase):
    def test_what_may_trap_is_found(self):
        for code in ["let a = try! b()", "let a = b as! C", 'fatalError("no")']:
            self.assertEqual([line for line, _ in found(f"\n{code}\n")], [2], code)

    def test_what_only_looks_alike_is_not(self):
        for code in ["let a = try? b()", "let a = b as? C", "// never try! this", 'let a = "fatalError"']:
            self.assertEqual(found(code), [], code)

    def test_tests_may_trap(self):
        self.assertEqual(found("let a = try! b()", "Tests/RayPlanTests/PortTests.swift"), [])

    def test_names_that_say_nothing_are_found(self):
        for code in ["final class PortManager {", "enum PortUtils {", "struct PlanImpl {", "func getPort() {}"]:
            self.assertEqual(len(found(code)), 1, code)

    def test_names_that_say_something_are_not(self):
        for code in ["struct Implementation {", "enum Utility {", "func getaddrinfo() {}", "var managerCount = 1"]:
            self.assertEqual(found(code), [], code)

    def test_unchecked_sharing_needs_its_reason(self):
        self.assertEqual(len(found("final class A: @unchecked Sendable {}")), 1)
        self.assertEqual(len(found("nonisolated(unsafe) var a = 1")), 1)
        self.assertEqual(found("// why: OpenSSL counts references\nfinal class A: @unchecked Sendable {}"), [])
        self.assertEqual(found("nonisolated(unsafe) var a = 1  // why: set before any thread starts"), [])

    def test_what_is_put_off_is_found_in_comments_too(self):
        self.assertEqual(len(found("// TODO: later")), 1)
        self.assertEqual(len(found("#!/bin/sh\n# FIXME\n", "hack/run")), 1)


class Names(unittest.TestCase):
    HOME = {"ray.io", "ray.io/cluster", "/mutate"}

    def lines(self, text, path="Sources/RayPlan/Plan/Port.swift"):
        return [line for line, _ in lint.name_breaches(path, text, self.HOME)]

    def test_names_that_stand_twice_are_found(self):
        for literal in ['"ray.io/cluster"', '"/mutate"', '"/apis/ray.io/\\(version)/rayclusters"', '"a.ray.io"']:
            self.assertEqual(self.lines(f"\nlet a = {literal}\n"), [2], literal)

    def test_other_names_comments_and_sentences_are_not(self):
        for text in [
            '"array.io"', '"ray.io-a"', '"/mutate-service"', '"the label ray.io/cluster"', "1  // ray.io/cluster",
        ]:
            self.assertEqual(self.lines(f"let a = {text}"), [], text)

    def test_the_home_tests_and_raw_values_may_spell_them(self):
        self.assertEqual(self.lines('let a = "ray.io"', "Sources/Names/WellKnown.swift"), [])
        self.assertEqual(self.lines('let a = "ray.io"', "Tests/RayPlanTests/PortTests.swift"), [])
        self.assertEqual(self.lines('  case ray = "ray.io"'), [])

    def test_the_home_spells_them(self):
        home = lint.names_at_home(Path(__file__).resolve().parents[2])
        self.assertGreater(len(home), 30)
        self.assertLessEqual(self.HOME, home)
        self.assertNotIn("raymesh", home)


class Paths(unittest.TestCase):
    def test_paths_that_differ_in_case_alone_are_found(self):
        self.assertEqual(
            sorted(set(lint.twins(["Sources/RayMesh/Port.swift", "Sources/raymesh/Main.swift", "a/b.md", "a/B.md"]))),
            [("Sources/raymesh", "Sources/RayMesh"), ("a/B.md", "a/b.md")])

    def test_other_paths_are_not(self):
        self.assertEqual(list(lint.twins(["a/b.md", "a/c.md", "b/b.md"])), [])


class Secrets(unittest.TestCase):
    def test_paths_of_one_machine_are_found(self):
        for text in ["cd /work/raymesh", "see /root/notes.md", "(/home/ann/raymesh)", "/Users/ann/a"]:
            self.assertEqual(len(found(text, "README.md")), 1, text)

    def test_paths_that_every_machine_has_are_not(self):
        for text in ["./work/a", "manifests/root/a", "/etc/raymesh/tls", "https://example.com/home/", "~/work/a"]:
            self.assertEqual(found(text, "README.md"), [], text)

    def test_keys_are_found_and_certificates_are_not(self):
        body = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg"
        for kind in ["", "EC ", "ENCRYPTED "]:
            for line_end in ["\n", "\\n", "\n    "]:
                text = f"-----BEGIN {kind}PRIVATE KEY-----{line_end}{body}"
                self.assertEqual(len(found(text, "a.yaml")), 1, text)
        self.assertEqual(found(f"-----BEGIN CERTIFICATE-----\n{body}", "a.yaml"), [])
        self.assertEqual(found('#expect(pem.hasPrefix("-----BEGIN PRIVATE KEY-----"))', "a.yaml"), [])

    def test_hosts_of_package_registries_are_found(self):
        self.assertEqual(len(found("see https://pypi.org/project/x", "README.md")), 1)


if __name__ == "__main__":
    unittest.main()
