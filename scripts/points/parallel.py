"""Work on several points at a time."""

import sys
from concurrent.futures import ThreadPoolExecutor, as_completed


def in_parallel(work, items, unit, jobs, quiet):
    """Yields (future, item) as they are done, with a progress bar on terminals."""
    items = list(items)
    if not items:
        return
    from tqdm import tqdm  # costs time to load, and most often there is nothing to do

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
