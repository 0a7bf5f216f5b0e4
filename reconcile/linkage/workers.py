"""How many threads the linkage uses: numpy and rapidfuzz let go of the interpreter while they work.

Decides the number. Invariant: results are put together in order, so that they are the same bytes whatever it is.
"""

import os


def workers() -> int:
    """The cores this process may use, or ``RECONCILE_WORKERS``."""
    chosen = os.environ.get("RECONCILE_WORKERS", "")
    return (
        max(1, int(chosen))
        if chosen.isdigit()
        else len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count() or 1
    )
