"""What pictures have in common: their style, their file, and whether it has to be drawn again.

A picture keeps a digest of what it shows, so that looking at a finished sweep draws nothing. Colours: Okabe and Ito's
set, told apart by colour-blind readers, too.
"""

import hashlib
import json
import os
import struct
from pathlib import Path

STYLE = {
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "figure.dpi": 150,
}
BLUE, SKY, GREEN, ORANGE, RED, PINK, GREY = (
    "#0072B2", "#56B4E9", "#009E73", "#E69F00", "#D55E00", "#CC79A7", "#999999",
)  # fmt: skip
INK = "#222222"
_KEY = "Shown"
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def micro(text):
    """ "12 uJ" as an axis says it."""
    return text.replace(" u", " \N{MICRO SIGN}")


def pyplot():
    """matplotlib costs most of a second to load: only where something is drawn."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    return plt


def stamp(what, source):
    """Of the data of a picture (JSON) and the file of the code that draws it."""
    text = json.dumps(what, sort_keys=True, default=str).encode()
    own = Path(__file__).read_bytes() + Path(source).read_bytes()
    return hashlib.sha256(text + own).hexdigest()


def is_current(path, mark):
    """Whether a whole picture with this stamp is there."""
    try:
        data = Path(path).read_bytes()
    except OSError:
        return False
    at = len(_SIGNATURE)
    if data[:at] != _SIGNATURE:
        return False
    found = False
    while at + 12 <= len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        found = found or (kind == b"tEXt" and data[at + 8 : at + 8 + length] == f"{_KEY}\0{mark}".encode())
        if kind == b"IEND":
            return found
        at += 12 + length
    return False


def save(figure, path, mark):
    """Without date or versions in the file: the same points give the same file."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part{os.getpid()}.png")
    try:
        figure.savefig(part, metadata={"Software": None, _KEY: mark})
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    finally:
        pyplot().close(figure)
