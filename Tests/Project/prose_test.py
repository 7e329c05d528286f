"""What hack/prose.py finds in comments, messages and names of tests, and what it leaves alone."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "hack"))

import prose  # noqa: E402


def found(text, path="Sources/RayPlan/Port.swift"):
    return [(line, what.split(":")[0]) for line, what in prose.breaches(path, text)]


class Turns(unittest.TestCase):
    def test_each_turn_is_found_and_the_common_word_is_not(self):
        for turn, common in [
            ("It starts anew.", "It starts again."),
            ("It leads no more.", "It no longer leads."),
            ("It has none, no more.", "It has no more than two, and no more ports."),
            ("The watch begins again.", "The watch restarts."),
            ("It is put back.", "It is restored."),
            ("Others are passed over.", "Others are skipped."),
            ("The port is taken away.", "The port is removed."),
            ("It is turned away.", "It is rejected, and turned off."),
            ("The client is broken off.", "The client is disconnected, its handshake broken."),
            ("The caBundle is put right.", "The caBundle is corrected, and put there."),
            ("What is no number is an error.", "An invalid number is an error, whatever is now there."),
            ("It waits in vain.", "It waits without success."),
            ("A user mends it.", "A user fixes it, as it recommends."),
            ("All but for one.", "All except one, but forever."),
            ("Waits for so many seconds.", "It has so many that it stops."),
            ("It knows until when.", "It knows the deadline."),
            ("The list and what is therein.", "The list and what is in it."),
            ("Whoever asks is told.", "A client that asks is told."),
            ("It is read by who leads.", "It says who leads, to whom it may concern."),
            ("Two lists, of which none is long.", "Two lists. None of them is long."),
            ("Where there is no such port, it waits.", "If there is no such port, it waits where it is."),
            ("It is `nil` where a peer has none.", "It is `nil` if a peer has none, and where it was."),
            ("- Throws: `TLSError` where the key is unknown.", "- Throws: `TLSError` if the key is unknown."),
            ("The owner, where there is none the user.", "The owner, where there is one."),
            ("Who is new has to wait.", "New clients wait."),
            ("A port — a number.", "A port: a number, 1–2."),
            ("It ends. Why does it end? Nobody knows.", "It says why it ends."),
            ("One; two of it; three of it; four.", "One; two of it; three of it."),
        ]:
            self.assertEqual(len(found(f"\n/// {turn}\n")), 1, turn)
            self.assertEqual(found(f"\n/// {common}\n"), [], common)

    def test_british_spellings_are_found(self):
        for text in ["its behaviour", "in colour", "it initialises", "was cancelled", "a licence", "as analysed"]:
            self.assertEqual(len(found(f"// So: {text} here")), 1, text)

    def test_names_of_files_and_identifiers_may_be_british(self):
        for text in ["see docs/behaviour.md", "if `colour` is set", "isCancelled says so", "behaviour_test is it"]:
            self.assertEqual(found(f"// So: {text}"), [], text)

    def test_a_turn_may_go_over_a_line_and_is_found_where_it_begins(self):
        self.assertEqual(found("\n/// All ports are put\n/// back.\n"), [(2, "put back")])


class Sentences(unittest.TestCase):
    def test_a_sentence_of_30_words_passes_and_one_more_does_not(self):
        self.assertEqual(found("/// " + "word " * 29 + "word."), [])
        self.assertEqual(len(found("/// " + "word " * 30 + "word.")), 1)

    def test_full_stops_items_and_empty_lines_end_a_sentence(self):
        for end in [". ", "\n///\n/// ", "\n/// - ", "\n\n/// ", "\nlet a = 1\n/// "]:
            self.assertEqual(found("/// " + "word " * 20 + "word" + end + "Word " * 20), [], end)

    def test_a_name_in_backticks_is_one_word(self):
        self.assertEqual(found("/// " + "`a b c d` " * 29 + "ends."), [])


class Texts(unittest.TestCase):
    def test_messages_and_names_of_swift_tests_are_read(self):
        self.assertEqual(found('\nlet a = "starts \\(b("c")) anew"'), [(2, "anew")])
        self.assertEqual(found('let a = """\n  It starts\n  anew\n  """'), [(3, "anew")])
        self.assertEqual(found("@Test func `it starts anew`() {}"), [(1, "anew")])

    def test_code_is_not(self):
        for code in ["let anew = 1", 'let a = "anew"', 'let a = "do a; do b; do c; done"']:
            self.assertEqual(found(code), [], code)

    def test_python_gives_comments_docstrings_and_names_of_tests(self):
        for code in ["a = 1  # starts anew", '"""It starts anew."""', "def test_it_starts_anew(self):"]:
            self.assertEqual(found(code, "hack/a.py"), [(1, "anew")], code)
        self.assertEqual(found('a = "starts anew # anew again"', "hack/a.py"), [])

    def test_shell_make_and_yaml_give_comments(self):
        for path in ["hack/a.sh", "Makefile", "manifests/a.yaml"]:
            self.assertEqual(found("\n# It starts anew.\na: b anew\n", path), [(2, "anew")], path)
        self.assertEqual(found("#!/usr/bin/env bash\n# Starts anew.\n", "hack/run"), [(2, "anew")])

    def test_alerts_are_read(self):
        self.assertEqual(found("  summary: It starts anew.\n", "manifests/a.yaml"), [(1, "anew")])

    def test_documents_are_not(self):
        self.assertEqual(found("# It starts anew\n", "docs/guide.md"), [])


if __name__ == "__main__":
    unittest.main()
