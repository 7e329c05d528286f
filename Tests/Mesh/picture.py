#!/usr/bin/env python3
"""picture.py: draws docs/mesh.svg from two reports in .build-mesh, of the same cluster without Raymesh and with it.

The picture has a ground of its own, so that its text can be read on a light page and on a dark one.
"""

import json
from pathlib import Path
from xml.sax.saxutils import escape

from table import rows

ROOT = Path(__file__).resolve().parents[2]
REPORTS, PICTURE = ROOT / ".build-mesh", ROOT / "docs/mesh.svg"
PANELS = [
    ("permissive-webhook", "Without Raymesh", "PERMISSIVE: under STRICT the cluster does not form"),
    ("plain", "With Raymesh", "STRICT"),
]
WIDTH, PANEL, TOP, ROW = 1080, 520, 62, 23
POD_WIDTH, POD_HEIGHT = 132, 62
PODS = {"head": (194, 84), "worker 1": (26, 244), "worker 2": (362, 244)}
# A pair of pods, and where the middle of the line between their sidecars is.
PAIRS = [("head", "worker 1", -1), ("head", "worker 2", 1), ("worker 1", "worker 2", 0)]
STYLE = """
  text { font-family: system-ui, 'Segoe UI', Helvetica, Arial, sans-serif; font-size: 13px; fill: #1f2328 }
  .ground { fill: #ffffff; stroke: #d0d7de } .pod { fill: #f6f8fa; stroke: #8c959f }
  .sidecar { fill: #ddf4ff; stroke: #0969da }
  .title { font-size: 17px; font-weight: 600 } .small { font-size: 11.5px; fill: #59636e } .number { text-anchor: end }
  .middle { text-anchor: middle } .tls { stroke: #1a7f37; fill: #1a7f37 } .plain { stroke: #cf222e; fill: #cf222e }
  line { stroke-width: 2.5 } line.plain { stroke-dasharray: 7 5 } circle { stroke: none }
  text.tls, text.plain { stroke: none; font-weight: 600 } .rule { stroke: #d0d7de; stroke-width: 1 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc } .ground { fill: #0d1117; stroke: #3d444d } .pod { fill: #151b23; stroke: #656c76 }
    .sidecar { fill: #0c2d4d; stroke: #4493f8 } .small { fill: #9198a1 } .tls { stroke: #3fb950; fill: #3fb950 }
    .plain { stroke: #f85149; fill: #f85149 } .rule { stroke: #3d444d }
  }
"""
KINDS = {"TLS": ("tls", "mutual TLS"), "plain text": ("plain", "plain text")}


def text(x, y, words, kind=""):
    return f'<text x="{x}" y="{y}" class="{kind}">{escape(str(words))}</text>'


def pods():
    for name, (x, y) in PODS.items():
        yield f'<rect x="{x}" y="{y}" width="{POD_WIDTH}" height="{POD_HEIGHT}" rx="8" class="pod"/>'
        yield text(x + 12, y + 25, f"Ray {name}")
        yield f'<rect x="{x + 12}" y="{y + 34}" width="64" height="20" rx="4" class="sidecar"/>'
        yield text(x + 44, y + 48, "sidecar", "small middle")


def links(report):
    """A line for each pair and kind, with how many connections went either way."""
    for one, other, side in PAIRS:
        found = [(kind, _between(report, one, other, kind)) for kind in KINDS]
        for place, (kind, count) in enumerate((kind, count) for kind, count in found if count):
            name, words = KINDS[kind]
            ends = [_end(one, other, place), _end(other, one, place)]
            yield '<line x1="{}" y1="{}" x2="{}" y2="{}" class="{}"/>'.format(*ends[0], *ends[1], name)
            x, y = ((ends[0][axis] + ends[1][axis]) / 2 for axis in (0, 1))
            anchor = {"-1": "number", "1": "", "0": "middle"}[str(side)]
            shift = (24 * side, 17 * place - 8) if side else (0, -8 + 26 * place)
            yield text(x + shift[0], y + shift[1], f"{count} {words}", f"{name} {anchor}")


def _between(report, one, other, kind):
    return sum(
        each["connections"] for each in report["links"] if {each["from"], each["to"]} == {one, other}
        and each["kind"] == kind)


def _end(pod, other, place):
    """Where a line leaves a pod: from the head's lower edge, or from a worker's upper or inner one."""
    (x, y), (towards, level) = PODS[pod], PODS[other]
    if y == level:
        return x + (POD_WIDTH if towards > x else 0), y + POD_HEIGHT / 2 + 12 * place
    shift = 14 * place * (1 if max(towards, x) > 300 else -1)
    return x + POD_WIDTH / 2 + (30 if towards > x else -30) + shift, y + (POD_HEIGHT if level > y else 0)


def merged(report):
    """The rows of the table; those of ports that no Service lists are one."""
    unlisted = [each for each in report["ports"] if not each["name"] and each["connections"]]
    for row in rows(report):
        if row[1] != "in no Service":
            yield row[:5]
    if unlisted:
        plain = sum(each["connections"].get("plain text", 0) for each in unlisted)
        tls = sum(each["connections"].get("TLS", 0) for each in unlisted)
        name = f"{len(unlisted)} ports that Ray chose, in no Service"
        yield [name, "", "", {"plain text": plain, "TLS": tls}, sum(each["requests"] for each in unlisted)]


def port_rows(report, y):
    yield text(26, y, "port", "small") + text(398, y, "connections", "small number")
    yield text(500, y, "requests seen", "small number")
    for number, name, _, connections, requests in merged(report):
        y += ROW
        kind = "plain" if connections.get("plain text") else "tls"
        yield f'<line x1="26" y1="{y - 16}" x2="500" y2="{y - 16}" class="rule"/>'
        yield f'<circle cx="31" cy="{y - 4}" r="4.5" class="{kind}"/>'
        yield text(44, y, number) + text(172, y, name, "small")
        yield text(398, y, sum(connections.values()), "number") + text(500, y, requests or "none", "number")


def panel(report, title, mode, x):
    y = TOP + 296
    parts = [text(26, 36, title, "title"), text(26, 56, f"{mode}; Ray {report['ray']}", "small")]
    parts += [*links(report), *pods(), *port_rows(report, y)]
    return "\n".join([f'<g transform="translate({x} 0)">', *parts, "</g>"])


def main():
    found = [json.loads((REPORTS / f"{case}.json").read_text()) for case, _, _ in PANELS]
    height = TOP + 296 + ROW * max(len(list(merged(report))) for report in found) + 20
    drawn = [panel(report, *words[1:], 15 + 530 * place) for place, (report, words) in enumerate(zip(found, PANELS))]
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">'
    told = "<title>What went between the pods of one cluster, without Raymesh and with it</title>"
    ground = f'<rect x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1}" rx="10" class="ground"/>'
    PICTURE.write_text("\n".join([head, told, f"<style>{STYLE}</style>", ground, *drawn, "</svg>"]) + "\n")


if __name__ == "__main__":
    main()
