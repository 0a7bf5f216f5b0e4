"""Damaged extracts of every kind for some minutes: ``python -m tests.production.fuzz_intake --minutes 5``.

Decides what a fault is: an exception that is no ``ExtractError``, a row that is lost, or more than ``LONGEST`` seconds
for one file. Invariant: a seed and the number of a file give its bytes again; the file at work lies on the disk, so
that a fault that ends the process leaves what made it.
"""

import argparse
import faulthandler
import random
import re
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import Final

from tests import malformed

LONGEST: Final = 20.0
"""Seconds of the processor one file may take; after three times as many on the clock the process is ended."""
TOGETHER: Final = 400
"""Files taken to their end in one pass of the suite, which costs as much for one."""


def made(seed: int, number: int) -> tuple[str, list[str], bytes]:
    """The kind of file ``number``, the damages done to it, and its bytes."""
    chance = random.Random(f"{seed}/{number}")
    kind, other_kind = (chance.choice(sorted(malformed.LAYOUTS)) for _ in range(2))
    content = malformed.good(kind, malformed.people(chance, chance.choice([1, 3, 12, 60])))
    other = malformed.good(other_kind, malformed.people(chance, 3))
    damages: list[str] = []
    for _ in range(chance.choice([1, 1, 2, 3])):
        if content:
            how, content = malformed.damaged(content, other, chance)
            damages.append(how)
    return kind, damages, content


def main() -> int:
    parser = argparse.ArgumentParser(description="Read damaged extracts and count what becomes of them.")
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="the number of one file, to look at")
    given = parser.parse_args()
    if given.only is not None:
        kind, damages, content = made(given.seed, given.only)
        sys.stdout.write(f"{kind}, {', '.join(damages)}: {content[:400]!r}\n")
        found = malformed.opened(content, malformed.profile(kind))
        sys.stdout.write(f"{found if isinstance(found, str) else malformed.ended([found])}\n")
        return 0
    return _run(given.minutes, given.seed)


def _run(minutes: float, seed: int) -> int:
    outcomes: Counter[tuple[str, str]] = Counter()
    faults: list[str] = []
    totals = Counter[str]()
    readable: list[malformed.Opened] = []
    slowest, number, ends = (0.0, 0), 0, time.monotonic() + 60 * minutes
    at_work = Path(tempfile.gettempdir()) / f"fuzz_intake_{seed}.bin"
    while time.monotonic() < ends:
        kind, damages, content = made(seed, number)
        at_work.write_bytes(content)
        faulthandler.dump_traceback_later(3 * LONGEST, exit=True)
        began = time.process_time()
        try:
            found = malformed.opened(content, malformed.profile(kind))
            outcomes[kind, "rejected" if isinstance(found, str) else "read"] += 1
            if isinstance(found, malformed.Opened):
                readable.append(found)
                totals["rows"] += found.rows
            else:
                # By the sentence without its figures: which refusals were met.
                outcomes["refused", re.sub(r"\d[\d,]*|'[^']*'|<[^>]*>", "…", found)[:90]] += 1
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            outcomes[kind, "FAULT"] += 1
            faults.append(f"file {number}, {kind}, {', '.join(damages)}: {traceback.format_exc(limit=-4)}")
        took = time.process_time() - began
        if took > LONGEST:
            faults.append(f"file {number}, {kind}, {', '.join(damages)}: {took:.1f} s")
        slowest = max(slowest, (took, number))
        if len(readable) >= TOGETHER:
            _finish(readable, totals, faults)
        number += 1
    _finish(readable, totals, faults)
    faulthandler.cancel_dump_traceback_later()
    at_work.unlink()
    sys.stdout.write(f"{number} files of seed {seed}; the slowest, number {slowest[1]}, took {slowest[0]:.2f} s\n")
    for (kind, outcome), count in sorted(outcomes.items()):
        sys.stdout.write(f"{kind:8} {count:7,} {outcome}\n")
    sys.stdout.write(", ".join(f"{name} {count:,}" for name, count in totals.items()) + "\n")
    for fault in faults[:20]:
        sys.stdout.write(f"\n{fault}")
    sys.stdout.write(f"\n{len(faults)} faults\n")
    return 1 if faults else 0


def _finish(readable: list[malformed.Opened], totals: Counter[str], faults: list[str]) -> None:
    faulthandler.dump_traceback_later(600, exit=True)
    try:
        accepted, quarantined, rejected = malformed.ended(readable)
    except Exception:
        faults.append(f"files taken to their end: {traceback.format_exc(limit=-4)}")
    else:
        totals.update({"accepted": accepted, "quarantined": quarantined, "extracts rejected by a rule": rejected})
    readable.clear()


if __name__ == "__main__":
    sys.exit(main())
