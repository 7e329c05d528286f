"""A report's ports as rows that people read."""

METHODS_SHOWN = 3


def rows(report):
    """The table of ports: number, name, what it speaks, connections, requests, and the methods asked for most. Worker
    ports, of which Ray takes any, are one row."""
    workers = [each for each in report["ports"] if each["name"] == f"p{each['port']}"]
    others = [each for each in report["ports"] if each not in workers]
    made = [_row(str(each["port"]), each["name"] or "in no Service", each["speaks"], [each]) for each in others]
    if workers:
        made.append(_row(f"{len(workers)} worker ports", f"{workers[0]['name']} …", workers[0]["speaks"], workers))
    return made


def _row(number, name, speaks, ports):
    connections, methods = (_sum(port[what] for port in ports) for what in ("connections", "methods"))
    most = sorted(methods, key=methods.get, reverse=True)
    shown = ", ".join(f"{method} {methods[method]}" for method in most[:METHODS_SHOWN])
    rest = f" and {len(most) - METHODS_SHOWN} more" if len(most) > METHODS_SHOWN else ""
    return [number, name, speaks, connections, sum(methods.values()), shown + rest]


def total(report):
    """The connections of a report by what they are, over all ports."""
    return _sum(port["connections"] for port in report["ports"])


def _sum(tables):
    summed = {}
    for table in tables:
        for key, count in table.items():
            summed[key] = summed.get(key, 0) + count
    return summed
