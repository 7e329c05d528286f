"""Ways in which a node of a review can grow: each list, map, string, number and nesting, by each kind of entry."""

import json

from complete import Embedded, quick, text

# What a value can be that is not what is expected, or is and does harm.
BAD_TEXTS = {"high": "99999", "same": "7000", "zero": "0", "empty": "", "variable": "$(X)"}
# Pieces of a long text: each means something to somebody who reads it.
PIECES = {
    "letters": "x", "list": "20000,", "ranks": "2,", "variables": "$(A) ", "controls": "\x01", "slashes": "/~1",
    "wide": "\u00e9", "digits": "9", "dots": "a.", "quotes": "\"\\"}
IDENTITY = {"name", "groupName", "containerPort", "port"}
DEEPEST = 900


def nodes(value, path=()):
    """The path of every node, from the root on. An embedded text's value counts as its child."""
    yield path
    if isinstance(value, Embedded):
        yield from nodes(value.value, (*path, None))
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from nodes(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from nodes(each, (*path, index))


def node(value, path):
    """The node at a path."""
    for step in path:
        value = value.value if step is None else value[step]
    return value


def with_node(value, path, new):
    """A copy of a value with another node at a path; what is beside it is shared."""
    if not path:
        return new
    step, *rest = path
    if step is None:
        return Embedded(with_node(value.value, rest, new))
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[step] = with_node(value[step], rest, new)
    return copy


def distinct(entry, index):
    """An entry like another, and with a name and number of its own."""
    if isinstance(entry, dict):
        return {key: distinct(each, index) if key in IDENTITY else each for key, each in entry.items()}
    if isinstance(entry, str):
        return f"{entry}{index}"
    return 1024 + index if isinstance(entry, int) and not isinstance(entry, bool) else entry


def with_texts(value, replacement):
    """A value with all of its texts replaced."""
    if isinstance(value, dict):
        return {key: with_texts(each, replacement) for key, each in value.items()}
    if isinstance(value, list):
        return [with_texts(each, replacement) for each in value]
    return replacement if isinstance(value, str) else value


def wrong(entry):
    """A value of another type."""
    return "x" if isinstance(entry, dict | list) else {"a": 1}


def variants(entry):
    """Entries like one, by what is wrong with them: all texts of one of its maps or lists, or one member, is bad."""
    yield "empty", {} if isinstance(entry, dict) else [] if isinstance(entry, list) else ""
    yield "wrong", wrong(entry)
    if not isinstance(entry, dict):
        return
    for path in nodes(entry):
        part = node(entry, path)
        if path:
            yield f"wrong {name(path)}", with_node(entry, path, wrong(part))
        if path and isinstance(part, dict) and any(isinstance(each, str) for each in part.values()):
            for bad, replacement in BAD_TEXTS.items():
                yield f"{bad} {name(path)}", with_node(entry, path, with_texts(part, replacement))


def array(value, entries):
    """A list and more entries, which are JSON."""
    return "[" + ",".join([*map(text, value), *entries]) + "]"


def object_(value, members):
    """An object and more members, whose values are JSON."""
    members = [*((key, text(each)) for key, each in value.items()), *members]
    return "{" + ",".join(f"{json.dumps(key)}:{each}" for key, each in members) + "}"


def lists(value):
    """The ways of a list: a label, and a function from a count to the JSON of the list."""
    last = value[-1] if value else "x"
    for label, entry in [("distinct", last), *variants(last)]:
        if isinstance(entry, dict) and entry or label == "distinct":
            yield f"{label}, distinct".removeprefix("distinct, "), lambda count, entry=entry: array(
                value, (quick(distinct(entry, index)) for index in range(count)))
        yield f"{label}, equal".replace("distinct, ", ""), lambda count, entry=entry: array(
            value, [quick(entry)] * count)


def maps(value):
    """The ways of an object."""
    key, last = list(value.items())[-1] if value else ("x", "x")

    def like(entry):
        entry = text(entry)
        return lambda count: object_(value, [(f"{key}{index}", entry) for index in range(count)])

    yield "distinct", like(last)
    yield "repeated", lambda count: object_(value, [(key, text(last))] * count)
    yield "empty", like({} if isinstance(last, dict) else [] if isinstance(last, list) else "")
    yield "wrong", like(wrong(last))


def texts(value):
    """The ways of a text."""
    for label, piece in PIECES.items():
        yield label, lambda count, piece=piece: json.dumps(value + piece * count)


def nestings(value):
    """Yields ways to nest a value deeply, `count` times."""
    for label, opened, closed in [("lists", "[", "]"), ("objects", '{"a":', "}")]:
        def nested(count, opened=opened, closed=closed):
            deep = [opened * DEEPEST + "0" + closed * DEEPEST] * (count // DEEPEST + 1)
            if isinstance(value, dict):
                return object_(value, [(f"deep{index}", each) for index, each in enumerate(deep)])
            return array(value if isinstance(value, list) else [], deep)
        yield f"nested {label}", nested


def numbers(_):
    """A number of many digits, whole or not."""
    yield "digits", lambda count: "9" * (count + 1)
    yield "fraction", lambda count: "1." + "9" * (count + 1)


def ways(value):
    """The ways of whatever it is."""
    if isinstance(value, dict):
        yield from maps(value)
    elif isinstance(value, list):
        yield from lists(value)
    elif isinstance(value, str):
        yield from texts(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield from numbers(value)
    if not isinstance(value, Embedded):
        yield from nestings(value)


def name(path):
    """A path for people."""
    return "/".join("(text)" if step is None else str(step) for step in path)
