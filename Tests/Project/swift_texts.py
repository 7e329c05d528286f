"""Texts that Swift sources have, with an ellipsis for each value that is put in."""

import re

# A literal, whose values may have one pair of parentheses within their own, and literals of their own.
LITERAL = re.compile(r'"((?:\\\((?:[^()]|\([^()]*\))*\)|\\.|[^"\\])*)"')
VALUE = re.compile(r"\\\((?:[^()]|\([^()]*\))*\)")


def texts(source, start, end=None):
    """The texts between two marks, those that are joined by + as one."""
    body = source[source.index(start):]
    body = body[: body.index(end)] if end else body
    body = re.sub(r'"\s*\+ "', "", body)
    return [VALUE.sub("…", found).replace('\\"', '"') for found in LITERAL.findall(body)]
