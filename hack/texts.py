"""Finds what people read in a source file: comments, docstrings, messages and the names of tests, as paragraphs."""

import re
from bisect import bisect_right
from pathlib import Path
from typing import NamedTuple

INTERPOLATION = r'\\#*\((?:[^()"]|"(?:[^"\\\n]|\\.)*"|\((?:[^()"]|"(?:[^"\\\n]|\\.)*"|\([^()]*\))*\))*\)'
SWIFT = re.compile(
    r"(?P<comment>(?<![:\"])//[^\n]*|/\*.*?\*/)"
    r'|(?P<hashes>#*)"""(?P<long>.*?)"""(?P=hashes)'
    rf'|(?P<raw>#+)"(?P<rawtext>[^\n]*?)"(?P=raw)|"(?P<string>(?:{INTERPOLATION}|[^"\\\n]|\\.)*)"'
    r"|\bfunc `(?P<name>[^`\n]+)`",
    re.DOTALL,
)
C = re.compile(r'(?P<comment>//[^\n]*|/\*.*?\*/)|"(?:[^"\\\n]|\\.)*"', re.DOTALL)
PYTHON = re.compile(
    r'^[ \t]*[rf]?"""(?P<long>.*?)"""|"""(?:.*?)"""|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\''
    r"|(?P<comment>#[^\n]*)|\bdef test_(?P<name>\w+)",
    re.DOTALL | re.MULTILINE,
)
# In YAML, the texts of alerts and policies count too.
HASH = re.compile(
    r"(?:^|(?<=\s))(?P<comment>#[^\n]*)"
    r"|^[ \t-]*(?:summary|description|message): (?:>-?\n)?(?P<long>[^\n]*(?:\n {12,}[^\n]*)*)",
    re.MULTILINE,
)
GRAMMARS = {".swift": SWIFT, ".c": C, ".cpp": C, ".h": C, ".go": C, ".py": PYTHON, ".sh": HASH, ".yaml": HASH}
# A line that ends a paragraph and is not part of one, and a line that begins a new one.
APART = re.compile(r"\s*(?:$|\||```|#!|-- )")
ITEM = re.compile(r"\s*(?:[-*•] |\d+\. |.*\S {2,}\S)")
CODE = re.compile(r"`[^`]*`")


class Paragraph(NamedTuple):
    """A text that is read in one go, and the position of each of its lines in the file."""

    text: str
    kind: str
    starts: list
    lines: list

    def line(self, offset):
        return self.lines[bisect_right(self.starts, offset) - 1]


def paragraphs(path, text):
    """Yields the paragraphs of a file. Files of unknown kinds have none."""
    grammar = GRAMMARS.get(Path(path).suffix) or grammar_of_script(path, text)
    return _joined(_pieces(grammar, text)) if grammar else []


def grammar_of_script(path, text):
    if Path(path).name in {"Makefile", "Dockerfile"}:
        return HASH
    head = text[:60].split("\n")[0]
    return None if not head.startswith("#!") else PYTHON if "python" in head else HASH


def _pieces(grammar, text):
    """Yields each line of text with its number and kind. An empty line separates unrelated texts."""
    number, before, last = 1, 0, None
    for match in grammar.finditer(text):
        kind = match.lastgroup
        if kind not in {"comment", "long", "rawtext", "string", "name"}:
            continue
        number, before = number + text.count("\n", before, match.start(kind)), match.start(kind)
        # Comments on consecutive lines are one text, if each has its line to itself.
        alone = not text[text.rfind("\n", 0, before) + 1:before].strip()
        if not (kind == "comment" and alone and last == number - 1):
            yield number, kind, ""
        last = number if kind == "comment" and alone else None
        for index, line in enumerate(match[kind].split("\n")):
            yield number + index, kind, _words(kind, line)


def _words(kind, line):
    if kind == "comment":
        return re.sub(r"^\s*(?:///?!?|/?\*+/?|#+)(?=[^!]|$)|\*/\s*$", "", line)
    if kind == "name":
        return line.replace("_", " ")
    return re.sub(INTERPOLATION, lambda found: "x" * len(found[0]), line)


def _joined(pieces):
    gathered, kind = [], None
    fenced = False
    for number, kind_of_line, line in pieces:
        if line.strip().startswith("```"):
            fenced = not fenced
        if gathered and (APART.match(line) or ITEM.match(line) or fenced):
            yield _paragraph(gathered, kind)
            gathered = []
        if not APART.match(line) and not fenced:
            gathered.append((number, line.strip()))
            kind = kind_of_line
    if gathered:
        yield _paragraph(gathered, kind)


def _paragraph(gathered, kind):
    starts, text = [], ""
    for _, line in gathered:
        starts.append(len(text))
        text += line + " "
    return Paragraph(text.rstrip(), kind, starts, [number for number, _ in gathered])
