#!/usr/bin/env python3
"""Runs the commands that the documents show and writes what they print now below them.

Reads README.md and the pages of docs/guide. In a ```console block each line `$ COMMAND` is run, in the order of the page,
in a scratch folder of that page; the lines below it become what the command prints: stdout, or stderr where stdout is
empty. Lines hidden behind a line `...` stay hidden, with as many lines before and after it as there were. A command
with nothing below it is run and stays bare. A ```yaml block that begins with a comment that is a file name, such as
`# my_soc.yaml`, is that file. Everything else on the page stays.

With --check nothing is written; the differences are printed, and the exit code is 1 when there are some.
"""

import difflib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from script_main import Arguments, script_main
from subvolt_results import EXIT_CONDITION, EXIT_USAGE, ROOT, ScriptError, find_program, write_text

PAGES = ("README.md", *sorted(f"docs/guide/{page.name}" for page in (ROOT / "docs" / "guide").glob("*.md")))
LINKED = ("configs", "workloads", "scripts", "tests", ".venv")
CUT = "..."
EXPLAINED = (0, EXIT_CONDITION, EXIT_USAGE)  # exit codes that a page may show; others are faults


def example_files(text):
    """{NAME: content} of the files that the page shows, without those that lie in a folder: they exist."""
    return dict(re.findall(r"^```yaml\n# ([\w.-]+\.yaml)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))


def shorten(lines, shown):
    """`lines` cut as `shown` is: as many lines before and after its line `...`."""
    if CUT not in shown:
        return lines
    head = shown.index(CUT)
    tail = len(shown) - head - 1
    if len(lines) <= head + tail:
        return lines
    return lines[:head] + [CUT] + lines[len(lines) - tail :]


def refresh(text, run):
    """The page with its transcripts as `run` gives them: run(COMMAND, BARE) returns the lines printed."""

    def block(match):
        fresh = []
        for part in re.split(r"^(?=\$ )", match[2], flags=re.MULTILINE):
            lines = part.splitlines()
            if lines and lines[0].startswith("$ "):
                shown = lines[1:]
                printed = run(lines[0][2:], not shown)
                lines = lines[:1] + (shorten(printed, shown) if shown else [])
            fresh += lines
        return match[1] + "".join(f"{line}\n" for line in fresh) + match[3]

    return re.sub(r"^(```console\n)(.*?)^(```)$", block, text, flags=re.MULTILINE | re.DOTALL)


class Shell:
    """Runs commands in a scratch folder that looks like the top of the tree."""

    def __init__(self, folder, program):
        self.folder = folder
        binaries = folder / "build" / "release"
        binaries.mkdir(parents=True)
        (binaries / "subvolt").symlink_to(program)
        for name in LINKED:
            if not (ROOT / name).exists():
                raise ScriptError(f"there is no {ROOT / name}: scripts/setup.sh makes what is missing")
            (folder / name).symlink_to(ROOT / name)
        path = [str(binaries), str(folder / ".venv" / "bin"), os.environ.get("PATH", "")]
        # The documents of this tree, whatever tree the program was built in.
        self.environment = dict(
            os.environ, PATH=os.pathsep.join(path), SUBVOLT_PROGRAM=str(program), SUBVOLT_DATA=str(folder)
        )

    def run(self, command, bare):
        """The lines that `command` prints. One that prints nothing on the page must succeed."""
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        if done.returncode not in ((0,) if bare else EXPLAINED):
            raise ScriptError(f"$ {command}\n{done.stderr.strip()}\nexit code {done.returncode}", EXIT_USAGE)
        printed = done.stdout if done.stdout.strip() else done.stderr
        return [line.rstrip() for line in printed.rstrip().splitlines()]


def refreshed_page(text, program):
    with tempfile.TemporaryDirectory(prefix="transcripts") as folder:
        shell = Shell(Path(folder), program)
        for name, content in example_files(text).items():
            (shell.folder / name).write_text(content, encoding="utf-8")
        return refresh(text, shell.run)


def arguments(argv=None):
    parser = Arguments("refresh_transcripts.py", __doc__)
    parser.add_argument("--check", action="store_true", help="print the differences, write nothing")
    parser.add_argument("pages", nargs="*", default=PAGES, metavar="PAGE", help=f"default: {' '.join(PAGES)}")
    parser.add_quiet()
    return parser.parse_args(argv)


def run(options):
    program = find_program()
    stale = False
    for page in options.pages:
        path = ROOT / page
        text = path.read_text(encoding="utf-8")
        fresh = refreshed_page(text, program)
        if fresh == text:
            continue
        stale = True
        difference = difflib.unified_diff(text.splitlines(True), fresh.splitlines(True), page, f"{page}, refreshed")
        sys.stdout.writelines(difference)
        if not options.check:
            write_text(path, fresh)
    return EXIT_CONDITION if stale and options.check else 0


if __name__ == "__main__":
    sys.exit(script_main(run, arguments))
