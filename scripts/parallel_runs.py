"""Runs of the program that are whole or not there, several at a time."""

import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed

from tqdm import tqdm

from subvolt_results import run_program


def run_into(program, folder, arguments, finish=None):
    """Runs the program into a folder that appears when it is complete. `finish(part)` adds to it before."""
    part = folder.with_name(f"{folder.name}.part{os.getpid()}")
    shutil.rmtree(part, ignore_errors=True)
    part.parent.mkdir(parents=True, exist_ok=True)
    try:
        run_program(program, *arguments, "-o", str(part), "--quiet")
        if finish:
            finish(part)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(part, folder)


def remove_parts(folder):
    """What a killed run left in a folder of results."""
    for part in folder.glob("*.part*"):
        shutil.rmtree(part, ignore_errors=True)


def in_parallel(work, items, unit, jobs, quiet):
    """Yields (future, item) as they are done, with a progress bar on terminals."""
    hidden = quiet or not sys.stderr.isatty()
    bar = tqdm(total=len(items), unit=unit, file=sys.stderr, leave=False, disable=hidden)
    pool = ThreadPoolExecutor(max_workers=jobs)  # each thread waits for a process
    try:
        futures = {pool.submit(work, item): item for item in items}
        for future in as_completed(futures):
            yield future, futures[future]
            bar.update()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)  # what runs ends and is kept
        bar.close()
