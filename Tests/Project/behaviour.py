"""The tables of docs/behaviour.md, whose rows are cases."""

from project import read

PAGE = read("docs/behaviour.md")


def table(section, header):
    """The rows of the table below a heading that begins with such a cell."""
    text = PAGE.split(f"\n## {section}\n")[1].split("\n## ")[0]
    lines = text.split(f"\n| {header} |")[1].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
