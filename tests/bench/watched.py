"""A command run by itself, with its time and its memory.

Decides what a run costs. Invariant: seconds are from start to exit on the wall's clock; memory is the kernel's own peak
of the command, or the highest sum over it and its descendants where that is more.
"""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PAUSE: Final = 0.1
"""Seconds between two looks at the memory."""


@dataclass(frozen=True)
class Run:
    """``seconds`` on the clock and ``cpu_seconds`` of all processes, ``peak_bytes`` resident, standard output."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    out: str


class RunError(RuntimeError):
    """The command did not exit with 0; the message ends with what it wrote to standard error."""


def run(command: Sequence[str], cwd: Path) -> Run:
    """Run ``command`` to its end in ``cwd``. Raises ``RunError`` where it fails."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    written: dict[str, str] = {}
    readers = [
        threading.Thread(target=lambda name=name, pipe=pipe: written.__setitem__(name, pipe.read()))
        for name, pipe in (("out", process.stdout), ("err", process.stderr))
    ]
    for reader in readers:
        reader.start()
    highest = 0
    try:
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            highest = max(highest, _resident(process.pid))
            time.sleep(PAUSE)
    except KeyboardInterrupt:  # a session of its own hears no Ctrl-C
        os.killpg(process.pid, signal.SIGTERM)
        raise
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    for reader in readers:
        reader.join()
    if process.returncode:
        raise RunError(f"{' '.join(command[:4])} … exited with {process.returncode}:\n{written['err'][-4000:]}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, highest, written["out"])


def _resident(root: int) -> int:
    """Bytes: the peak so far of ``root``, or what its family holds now if that is more.

    The family is counted in shares, so that what a fork shares counts once. The peak of ``getrusage`` will not do: it
    begins with the memory of the process that started the command.
    """
    peak = _kilobytes(Path(f"/proc/{root}/status"), "VmHWM:")
    family = _family(root)
    if len(family) > 1:
        peak = max(peak, sum(_kilobytes(Path(f"/proc/{pid}/smaps_rollup"), "Pss:") for pid in family))
    return peak * 1024


def _family(root: int) -> list[int]:
    """The processes of the session that ``root`` leads."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            _, _, session = path.read_text().rpartition(")")[2].split()[1:4]
        except (OSError, ValueError):  # the process ended between the two looks
            continue
        if int(session) == root:
            found.append(int(path.parent.name))
    return found


def _kilobytes(path: Path, key: str) -> int:
    try:
        for line in path.read_text().splitlines():
            if line.startswith(key):
                return int(line.split()[1])
    except OSError:  # the process ended between the two looks
        return 0
    return 0
