"""The machine a benchmark ran on.

Decides what is said of it. Invariant: facts the kernel states, and no name by which the machine could be found.
"""

import datetime as dt
import os
import platform
from pathlib import Path


def facts() -> dict[str, str | int]:
    """Processor, cores this process may use, memory in GiB, system, interpreter, and the day (UTC)."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(pages / 2**30),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    named = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    clock = f" at {float(named['cpu MHz']) / 1000:.1f} GHz" if "cpu MHz" in named else ""
    return named.get("model name", platform.machine()) + ("" if "@" in named.get("model name", "") else clock)
