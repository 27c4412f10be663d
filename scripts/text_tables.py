"""Text of tables: names broken to a width, energies with their share."""

import csv
import io
import re
import textwrap

from subvolt_results import engineering


def wrap(text, width):
    """Lines of a name, broken behind its separators where possible."""
    lines = [""]
    for piece in re.findall(r"[^_\-. ,]+[_\-. ,]*|[_\-. ,]+", text):
        while len(piece) > width:
            lines += [piece[:width]]
            piece = piece[width:]
        if len(lines[-1]) + len(piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines if line.strip()] or [""]


def paragraph(text, width=80, indent=""):
    """A sentence over as many lines as it takes."""
    return textwrap.fill(
        text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def share(energy, total):
    """Energy and its part of the whole, in 14 characters."""
    part = 100 * energy / total if total > 0 else 0.0
    return f"{engineering(energy, 'J')} {part:3.0f}%"


def rows_as_csv(rows):
    """Dictionaries of the same keys. Floats with all their digits: the table is read by programs."""
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
