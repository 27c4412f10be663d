#!/usr/bin/env python3
"""Makes today's numbers of the shipped design points the expected ones.

Prints every number that changed, rewrites tests/golden/results/ and notes the change with its reason in
docs/changes-in-numbers.md. Without a change it does nothing; with --check it only prints, and exits with 1 when
something changed.
"""

import datetime
import re
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from support import golden  # noqa: E402
from support.program import Runs, find_program  # noqa: E402

from script_main import Arguments, script_main  # noqa: E402

CHANGELOG = ROOT / "docs" / "changes-in-numbers.md"
SHOWN = 12  # changes printed per design point, unless --all


def arguments(argv=None):
    parser = Arguments("bless_goldens.py", __doc__)
    parser.add_argument("--reason", help="why the numbers changed; becomes a line of docs/changes-in-numbers.md")
    parser.add_argument("--check", action="store_true", help="print the differences, write nothing")
    parser.add_argument("--all", action="store_true", help=f"print all changes, not {SHOWN} per design point")
    parser.add_quiet()
    options = parser.parse_args(argv)
    if not options.check and not (options.reason or "").strip():
        parser.error("--reason is needed: one line that says why the numbers changed")
    return options


def present_numbers():
    """{POINT: numbers} as the program gives them now."""
    with tempfile.TemporaryDirectory() as folder:
        runs = Runs(find_program("SUBVOLT_PROGRAM", "release"), Path(folder))
        return {run.point: golden.excerpt(run.result) for run in runs.all(golden.SHIPPED)}


def compare(now, show_all):
    """{POINT: changes} of the points that changed or are new; prints them."""
    changed = {}
    for point, numbers in now.items():
        known = golden.path_of(point).is_file()
        changes = golden.differences(golden.read(point), numbers) if known else ["no golden yet"]
        if not changes:
            continue
        changed[point] = changes
        print(point)
        shown = changes if show_all else changes[:SHOWN]
        print("".join(f"  {line}\n" for line in shown), end="")
        if len(shown) < len(changes):
            print(f"  and {len(changes) - len(shown)} more (--all)")
    return changed


def span(values):
    """The smallest and the largest relative change as text."""
    low, high = (f"{100 * value:+.3g} %" for value in (min(values), max(values)))
    return low if low == high else f"{low} to {high}"


def summary(changed, now):
    """Which points changed and by how much, for the changelog."""
    fresh = [point for point in changed if not golden.path_of(point).is_file()]
    parts = [f"{len(fresh)} new design points"] if fresh else []
    old = {point: golden.read(point) for point in changed if point not in fresh}
    if old:
        def shifts(kind, name):
            return [now[p][kind][name] / numbers[kind][name] - 1 for p, numbers in old.items()]

        parts.append(f"{len(old)} of {len(now)} design points: cycles {span(shifts('exact', 'totals.cycles'))}, "
                     f"energy {span(shifts('energy_J', 'total'))}")
    return "; ".join(parts)


def run(options):
    now = present_numbers()
    changed = compare(now, options.all)
    stale = sorted(set(golden.FOLDER.glob("*.json")) - {golden.path_of(point) for point in now})
    for path in stale:
        print(f"{path.name}: no longer a shipped design point")
    if not changed and not stale:
        print("no number changed")
        return 0
    if options.check:
        return 1
    reason = re.sub(r"\s+", " ", options.reason).strip().rstrip(".")
    removed = f"; {len(stale)} design points gone" if stale else ""
    line = f"- {datetime.date.today().isoformat()}: {reason}. ({summary(changed, now) or 'no number'}{removed}.)\n"
    for point in changed:
        golden.write(point, now[point])
    for path in stale:
        path.unlink()
    CHANGELOG.write_text(CHANGELOG.read_text() + line)
    print(f"wrote {len(changed)} goldens and a line in {CHANGELOG.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(script_main(run, arguments))
