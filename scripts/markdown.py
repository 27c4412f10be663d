"""Tables of Markdown pages, and the places on a page that scripts write.

Such a place lies between two comments: `<!-- NAME: written by SCRIPT -->` and `<!-- NAME: end -->`.
"""

from subvolt_results import ScriptError


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def count(n):
    return f"{n:,}"


def percent(share, digits=2):
    """With its sign."""
    return f"{100 * share:+.{digits}f} %".replace("-", "\N{MINUS SIGN}")


def markers(name, script):
    return f"<!-- {name}: written by {script} -->", f"<!-- {name}: end -->"


def section(name, script, text):
    """What stands between the markers, with them."""
    begin, end = markers(name, script)
    return f"{begin}\n\n{text}\n\n{end}"


def replaced(page, name, script, text):
    """The page with `text` between the markers."""
    begin, end = markers(name, script)
    if page.count(begin) != 1 or page.count(end) != 1 or page.index(begin) > page.index(end):
        raise ScriptError(f"the page has no pair of markers, {begin} and {end}")
    return page[: page.index(begin)] + section(name, script, text) + page[page.index(end) + len(end) :]
