"""Whose turn it is to write a workspace: acts that write the same part of it wait for each other.

Decides what can be written at the same time: forces' extracts beside each other and nothing beside them, and the list
beside the forces' acceptance reports. Invariant: the lock is the kernel's, on a file of the workspace, so a process
that is killed holds nothing and no lock has to be cleared by hand. Who only reads waits for nobody.
"""

import datetime as dt
import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from reconcile.errors import BusyError

FOLDER: Final = "locks"
PATIENCE: Final = 10.0
"""Seconds a person at a terminal is kept waiting before being told who holds the workspace."""
PATIENCE_OF_A_TASK: Final = 900.0
"""Seconds a task waits, for which nobody sits there: longer than a run of all forces should take."""
LOOK_AGAIN: Final = 0.1
"""Seconds between two tries."""


@dataclass(frozen=True)
class Part:
    """What is written of a workspace; ``shared`` lets others have it that share it too."""

    name: str
    shared: bool = False


EXTRACTS: Final = Part("extracts")
"""What was landed and made of the forces' extracts, people's judgements, and the acceptance reports."""
LIST: Final = Part("list")
"""The tables handed from stage to stage, the decisions, the releases and the match reports."""
LIST_AS_IT_IS: Final = Part(LIST.name, shared=True)
"""The same, read as it is: reports are delivered beside each other, and not beside what writes them."""
WHOLE: Final = (EXTRACTS, LIST)


def one_force(slug: str) -> tuple[Part, ...]:
    """One force's extract, which several forces' may be taken in beside."""
    return Part(EXTRACTS.name, shared=True), Part(f"force-{slug}")


@contextmanager
def turn(root: Path, act: str, parts: Sequence[Part] = WHOLE, patience: float | None = None) -> Iterator[None]:
    """Keep others from writing ``parts`` of the workspace at ``root`` while the block runs.

    Args:
        act: what is done, such as ``reconcile run``; whoever has to wait is told.
        parts: always in the same order, so that no two acts wait for each other.
        patience: seconds to wait for others; None for ``PATIENCE``.

    Raises:
        BusyError: others still write it after that.
    """
    until = time.monotonic() + (PATIENCE if patience is None else patience)
    (root / FOLDER).mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        for part in parts:
            file = held.enter_context(_locked(root / FOLDER, part, until))
            if not part.shared:
                held.callback(file.truncate, 0)
                _sign(file, act)
        yield


@contextmanager
def _locked(folder: Path, part: Part, until: float) -> Iterator[IO[str]]:
    path = folder / f"{part.name}.lock"
    while True:
        with path.open("a+", encoding="utf-8") as file:
            # A file that was removed meanwhile is locked by nobody who comes later.
            if _try(file, fcntl.LOCK_SH if part.shared else fcntl.LOCK_EX) and _is_at(file, path):
                yield file
                return
        if time.monotonic() >= until:
            raise BusyError(f"{_who(folder)}: wait until that has ended, then say it again; nothing was done")
        time.sleep(LOOK_AGAIN)


def _try(file: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_at(file: IO[str], path: Path) -> bool:
    return path.is_file() and os.path.samestat(os.fstat(file.fileno()), path.stat())


def _sign(file: IO[str], act: str) -> None:
    now = dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    file.truncate(0)
    json.dump({"act": act, "pid": os.getpid(), "host": socket.gethostname(), "since": now}, file)
    file.flush()


def _who(folder: Path) -> str:
    """Who writes the workspace, as far as it can be seen; a lock that is signed but held by nobody says nothing."""
    for path in sorted(folder.glob("*.lock")):
        with path.open(encoding="utf-8") as file:
            if _try(file, fcntl.LOCK_SH):
                continue
            try:
                entry = json.loads(file.read())
            except ValueError:
                continue
            if (entry["pid"], entry["host"]) == (os.getpid(), socket.gethostname()):
                continue  # what this process holds itself, waiting for more
            return (
                f"the workspace is written by {entry['act']} since {entry['since']}"
                f" (process {entry['pid']} on {entry['host']})"
            )
    return "the workspace is written by somebody else"
