"""Reads Swift source as far as hack/lint.py needs it. It is no parser: it knows only comments, strings and braces."""

import re

MODIFIER = (
    r"(?:@\w+(?:\([^)]*\))?|public|private|fileprivate|internal|package|open|static|class|final|mutating|nonmutating"
    r"|override|convenience|required|consuming|borrowing|nonisolated|isolated|indirect|lazy|unsafe)"
)
DECLARATION = re.compile(
    r"^[ \t]*(?:" + MODIFIER + r"\s+)*(func|init|deinit|subscript|var)\b\s*(`[^`]+`|[^\s(<:{]*)", re.MULTILINE
)


def code_only(text):
    """Blanks all comments and all contents of strings. Every line keeps its number and its length."""
    return _Blanker(text).blanked()


def literals(text):
    """Each string literal: its line, and its contents without what is put in by interpolation. None from comments."""
    walk = _Blanker(text)
    walk.blanked()
    return sorted(walk.literals)


def functions(text):
    """Yields each function, initializer, subscript or computed property: its name, first line and number of lines."""
    code = code_only(text)
    for match in DECLARATION.finditer(code):
        body = _body(code, match)
        if body is None:
            continue
        first = code.count("\n", 0, match.start(1)) + 1
        last = code.count("\n", 0, body[1]) + 1
        yield match[2].rstrip("?!") or match[1], first, last - first + 1


def _body(code, match):
    """Returns the offsets at which a declaration's braces open and close, or None if it has none."""
    opening = _opening_brace(code, match)
    if opening is None:
        return None
    depth = 0
    for index in range(opening, len(code)):
        depth += {"{": 1, "}": -1}.get(code[index], 0)
        if depth == 0:
            return opening, index
    return None


def _opening_brace(code, match):
    depth = 0
    for index in range(match.end(), len(code)):
        character = code[index]
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(character, 0)
        if depth > 0:
            continue
        if character == "{":
            return index
        ends = character in "}=" if match[1] == "var" else character == "}"
        if ends or depth < 0 or (character == "\n" and _ends_at(code, index, match[1])):
            return None
    return None


def _ends_at(code, newline, keyword):
    """Tells whether a declaration without a body ends here: a protocol requirement, or a stored property."""
    return keyword == "var" or DECLARATION.match(code, newline + 1) is not None


class _Blanker:
    """Walks through the text once."""

    STRING = re.compile(r'(#*)("""|")')

    def __init__(self, text):
        self.text = text
        self.kept = list(text)
        self.index = 0
        self.literals = []

    def blanked(self):
        self._code(until=None)
        return "".join(self.kept)

    def _code(self, until):
        """Keeps code up to the end, or up to the parenthesis that ends an interpolation."""
        depth = 0
        while self.index < len(self.text):
            if self._skip_comment() or self._skip_string():
                continue
            character = self.text[self.index]
            depth += {"(": 1, ")": -1}.get(character, 0)
            self.index += 1
            if until and depth < 0:
                return

    def _skip_comment(self):
        if self.text.startswith("//", self.index):
            end = self.text.find("\n", self.index)
            self._blank(len(self.text) if end < 0 else end)
            return True
        if not self.text.startswith("/*", self.index):
            return False
        depth, end = 0, self.index
        while end < len(self.text):
            step = {"/*": 1, "*/": -1}.get(self.text[end : end + 2], 0)
            depth += step
            end += 2 if step else 1
            if depth == 0:
                break
        self._blank(end)
        return True

    def _skip_string(self):
        match = self.STRING.match(self.text, self.index)
        if not match:
            return False
        hashes, quotes = match[1], match[2]
        escape, closing = "\\" + hashes, quotes + hashes
        start, contents = self.index, ""
        self.index = match.end()
        while self.index < len(self.text) and not self.text.startswith(closing, self.index):
            if self.text.startswith(escape + "(", self.index):
                self.index += len(escape) + 1
                self._code(until=")")
            else:
                count = len(escape) + 1 if self.text.startswith(escape, self.index) else 1
                contents += self.text[self.index : self.index + count]
                self.index += count
        self.literals.append((self.text.count("\n", 0, start) + 1, contents))
        end, self.index = self.index + len(closing), start
        self._blank(end)
        return True

    def _blank(self, end):
        for index in range(self.index, min(end, len(self.text))):
            if self.text[index] != "\n":
                self.kept[index] = " "
        self.index = end
