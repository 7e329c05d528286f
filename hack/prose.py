#!/usr/bin/env python3
"""Checks the English of comments, messages and test names. One line for each breach; exit code 1 for any.

It does not check documents.
"""

import re
import sys
from pathlib import Path

import lint
import texts

# CONTRIBUTING.md asks for 25 words.
MOST_WORDS = 30

# Patterns for every text, and what to write instead.
WORDS = [
    (r"\banew\b", "again"),
    (
        r"(?<!and )\bno more(?=[.,;:)]|$| (?:and|or|if|when|after|once|then)\b)",
        "no longer, or: none",
    ),
    (r"\bbeg[aiu]ns? again\b", "restart, or: retry"),
    (r"\bput(?:s|ting)? (?:it |them )?back\b", "restore"),
    (r"\bpass(?:es|ed|ing)? (?:it |them |each )?over\b(?! the (?:wire|bridge|network))", "skip"),
    (r"\b(?:takes?|took|taking|taken) (?:it |them )?away\b", "remove"),
    (r"\bmend(?:s|ed|ing)?\b", "fix"),
    (r"\bturn(?:s|ed|ing)? (?:it |them )?away\b", "reject"),
    (r"\b(?:breaks?|broke|breaking|broken) (?:it |them )?off\b", "close, abort, cut off"),
    (r"\bput(?:s|ting)? (?:it |them )?right\b", "correct, restore"),
    (r"\b[Ww]hat is (?:no|none)\b", "a noun: a value that is not"),
    (r"\bin vain\b", "without success"),
    (r"\bbut for\b", "except, or: except for"),
    (r"\bso many\b(?! that| of)", "the number, or: that many"),
    (r"\b(?:until|since|from|till) when\b", "the deadline, or: the time from which"),
    (r"\b(?:lest|shall|upon|naught|nought)\b", "so that not, must, on, nothing"),
    (r"\b(?:(?:where|there|here)(?:of|upon|from|unto)|(?:where|there)in)\b", "the noun: of the list, in the list"),
    (r"\b[Ww]ho(?:m|so)?ever\b", "the actor: a client, the user, a caller"),
    (r"\b(?:by|of|to|from|for|with|but|than) whom? (?!it\b|they\b|to\b)\w+", "the actor: by clients that"),
    (
        r"\b[Oo]f which (?:none|nothing|neither|each|every|one|all|some|many)\b|(?:^|[.] )Of which\b",
        "a sentence of its own",
    ),
    (r"\bbehaviour(?!\.md|_| |s_)|\b(?:in|un|mis)?behaviours?(?= )", "behavior"),
    (r"\b\w*(?:colour|honour|favour|neighbour|rumour|labour|armour)\w*", "American: color, honor, favor, neighbor"),
    (
        r"\b\w*(?:initial|serial|recogn|author|organ|normal|optim|minim|maxim|special|synchron|summar|util|final"
        r"|canonical|capital|categor|emphas|priorit|local|custom|general)is(?:e[sdr]?|ers|ing|ation)\b",
        "American: initialize, recognize",
    ),
    (r"\b\w*analys(?:ed?|ing)\b", "American: analyze"),
    (r"\b(?:cancel|label|model|travel|signal|tunnel|channel)l(?:ed|ing)\b", "American: canceled, labeled"),
    (r"\b(?:licence|defence|offence|centre|judgement|acknowledgement)s?\b", "American: license, defense, judgment"),
    (
        r"\b(?:grey|catalogue|programme|whilst|amongst|learnt|spelt|fulfil|artefact)s?\b",
        "American: gray, catalog, while, among, learned, spelled",
    ),
]

# Patterns for texts that are sentences, unlike code in a string.
SENTENCES = [
    (r"(?:^|[.] )Where\b[^.;:,]{12,},", "If, or: When"),
    (r"\b(?:nil|None|false|true|zero|empty|nothing|none|[Ff]ails|[Ee]rror)`?,? where\b", "if"),
    (r"\bwhere there (?:is|are|was|were) (?:none|no|nothing)\b", "if"),
    (r"- Throws:[^.]*\bwhere\b", "if"),
    (r"\bwhere (?:it|they) (?:is|are|was|has|have) (?:none|not|no)\b|^where [^,]+,", "if"),
    (r"(?:^|[.] )Who (?:\w+s|was|were|have|may|can|will|did)\b(?![^.]*\?)", "a noun: the client that"),
    (r"(?<=\w) (?:[—–]|--) (?=\w)", "a comma, a colon or a full stop"),
    (r"(?:^|[.:] )(?:Is|Are|Does|Do|What|Why|Who|How)\b[^.:?]*\?(?= |$)", "a statement: no rhetorical question"),
    (r"\S*;[^.;]+;[^.;]+;", "a list, or several sentences: at most two semicolons"),
]
CODE_IN_STRING = re.compile(r"[{}\[\]=<>$|@]|\\[nru]|; \w+ ")
SENTENCE = re.compile(r"\S.*?(?:[.!?](?=\s)|$)")

CHECKED = ("Sources/", "Tests/", "hack/", "manifests/", ".ci/", "Makefile", "Package.swift")
# Recordings, and the files that spell out what they forbid.
EXCEPT = ("Tests/Fixtures/", "hack/prose.py", "Tests/Project/prose_test.py")


def breaches(path, text):
    """Yields each breach in a file, as its line and what is wrong."""
    for paragraph in texts.paragraphs(path, text):
        prose = paragraph.text
        if " " not in prose:
            continue
        in_string = paragraph.kind in {"string", "rawtext", "long"}
        if not in_string or path.endswith(".py"):
            prose = texts.CODE.sub(blanked, prose)
        is_code = in_string and CODE_IN_STRING.search(prose)
        for pattern, advice in WORDS + ([] if is_code else SENTENCES):
            for match in re.finditer(pattern, prose):
                found = paragraph.text[match.start():match.end()].strip(". ")
                yield paragraph.line(match.start() + 1), f"{found[:60]}: write {advice}"
        if not is_code:
            yield from long_sentences(paragraph, prose)


def blanked(code):
    """Makes a code span one word of the same length. Values such as `nil` stay, because rules need them."""
    return code[0] if code[0] in {"`nil`", "`None`", "`true`", "`false`"} else "x" * len(code[0])


def long_sentences(paragraph, prose):
    for match in SENTENCE.finditer(prose):
        count = len(match[0].split())
        if count > MOST_WORDS:
            found = paragraph.text[match.start():match.start() + 40]
            yield paragraph.line(match.start()), f"{found}…: {count} words; write at most {MOST_WORDS} a sentence"


def checked_files(root):
    for name in lint.project_files(root):
        if name.startswith(CHECKED) and not name.startswith(EXCEPT):
            try:
                yield name, (root / name).read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def main():
    root = Path(__file__).resolve().parent.parent
    reports = [
        f"{name}:{line}: {what}" for name, text in checked_files(root)
        for line, what in sorted(set(breaches(name, text)))]
    for report in reports:
        print(report)
    if reports:
        print(f"prose: {len(reports)} breaches of the rules in CONTRIBUTING.md", file=sys.stderr)
    return 1 if reports else 0


if __name__ == "__main__":
    sys.exit(main())
