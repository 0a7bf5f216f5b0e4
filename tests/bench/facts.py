"""What the facts cost: ``python -m tests.bench.facts``.

Decides what is measured: every fact of a register with all columns of the duties filled. Invariant:
a process of its own, in whose time neither the making nor the reading of the register lies.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from reconcile import notification, schema
from reconcile.forces import forces
from reconcile.nested import Part, lists, struct
from reconcile.notification.rules import disposals
from tests.bench import machine, report, watched
from tests.bench.data_sets import ROOT, WORK

SEED: Final = 7405
"""A seed of this benchmark alone."""
AS_OF: Final = np.datetime64("2018-03-01", "D")
TABLES: Final = ("records", "identities", "links")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the facts of a register, and write the report.")
    parser.add_argument("--records", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--report", type=Path, default=ROOT / "BENCHMARKS.md")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--run", type=Path, help="the facts of one register, by themselves")
    given = parser.parse_args()
    if given.run:
        _assess(given.run)
        return
    found = []
    for records in given.records:
        sys.stderr.write(f"{records} records …\n")
        folder = WORK / "facts" / str(records)
        if not (folder / "links.parquet").exists():
            write(folder, records)
        found.append(min((_alone(folder) for _ in range(given.runs)), key=lambda run: run["cpu_seconds"]))
        sys.stderr.write(f"{found[-1]}\n")
    load = os.getloadavg()[1]
    report.write_facts(given.report, {"machine": machine.facts(), "load": load, "runs": given.runs, "sets": found})


def _alone(folder: Path) -> dict[str, Any]:
    ran = watched.run([sys.executable, "-m", "tests.bench.facts", "--run", str(folder)], ROOT)
    return {**json.loads(ran.out), "peak_bytes": ran.peak_bytes}


def _assess(folder: Path) -> None:
    tables = [pq.read_table(folder / f"{name}.parquet") for name in TABLES]
    began, cpu = time.perf_counter(), time.process_time()
    facts = notification.assess(*tables)
    spent = {"seconds": time.perf_counter() - began, "cpu_seconds": time.process_time() - cpu}
    sys.stdout.write(json.dumps({"records": tables[0].num_rows, "facts": facts.num_rows, **spent}))


def write(folder: Path, count: int) -> None:
    """A register of ``count`` records: one in seven people is also held by another force."""
    draw = Register(np.random.default_rng(SEED), count)
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in zip(TABLES, (draw.records(), draw.identities(), draw.links()), strict=True):
        pq.write_table(table, folder / f"{name}.parquet")


class Register:
    """Draws tables of ``schema``; nothing in them is anybody's."""

    def __init__(self, random: np.random.Generator, count: int) -> None:
        self.random, self.count = random, count
        self.twice = count // 8
        self.person = np.concatenate([np.arange(count - self.twice), np.arange(self.twice)])
        self.slugs = np.array([force.slug for force in forces()])
        force = random.integers(0, len(self.slugs), count)
        force[count - self.twice :] = (force[: self.twice] + 1) % len(self.slugs)
        self.force = self.slugs[force]
        self.ids = np.char.add(np.char.add(self.force, ":"), np.char.mod("%08d", np.arange(count)))

    def records(self) -> pa.Table:
        word = self.word
        columns: dict[str, Any] = {
            "record_id": pa.array(self.ids, pa.string()),
            "force": pa.array(self.force, pa.string()),
            "local_id": pa.array(np.char.mod("%08d", np.arange(self.count)), pa.string()),
            "as_of": pa.array(np.full(self.count, AS_OF), pa.date32()),
            "names": self.names(),
            "sex": word(["M", "F"]),
            "birth_date": self.day(-30_000, -6_000),
            "addresses": self.each(schema.ADDRESS, 1.0, kind="current", address=self.address),
            "status": word([*(["located"] * 30), *schema.STATUSES]),
            "missing_since": self.day(-4_000, -10),
            "last_contact": self.day(-2_000, -1),
            "first_notified": self.day(-5_000, -1_000),
            "last_notified": self.day(-900, -1),
            "released_on": self.day(-5_000, -1_000),
            "residence": word([*(["sole_or_main"] * 9), "regularly_found"]),
            "exemptions": self.each(
                schema.EXEMPTION, 0.3, kind=schema.EXEMPTIONS, start=(-1_000, -300), end=(-300, -1)
            ),
            "events": self.each(schema.EVENT, 1.0, kind=schema.EVENTS, happened=(-900, -5), notified=(-900, -1)),
            "stays": self.each(schema.STAY, 0.5, place=["a", "b", "c"], start=(-400, -20), end=(-390, -1)),
            "travels": self.each(schema.TRAVEL, 0.3, left=(-300, -60), return_due=(-200, -1), returned=(-60, -1)),
            "episodes": self.each(schema.EPISODE, 0.2, start=(-900, -300), end=(-300, -1), outcome=schema.OUTCOMES),
            "last_reviewed": self.day(-150, -1),
            "circulated": word(["yes", "no"]),
            "transferred_to": self.sparse(0.03, list(self.slugs)),
            "overseas_evidence": self.sparse(0.05, list(schema.OVERSEAS_EVIDENCE)),
            "conviction_date": self.day(-7_000, -1_500),
            "basis": word(["conviction"]),
            "disposal": word(list(disposals())),
            "sentence_months": pa.array(self.random.integers(1, 60, self.count), pa.int32()),
            "order_end": self.day(-1_000, 2_000),
            "period_end": self.day(-1_000, 2_000),
            "risk_level": word(["very_high", "high", "medium", "low"]),
        }
        held = [columns.get(one.name, pa.nulls(self.count, one.type)) for one in schema.RECORDS]
        return pa.table(dict(zip(schema.RECORDS.names, held, strict=True)), schema=schema.RECORDS)

    def identities(self) -> pa.Table:
        again = np.arange(self.count) >= self.count - self.twice
        held = {
            "national_id": pa.array(np.char.mod("N%09d", self.person), pa.string()),
            "record_id": pa.array(self.ids, pa.string()),
            "joined_by": pa.array(np.where(again, "verified", "founding"), pa.string()),
            "joined_to": pa.array(self.ids[self.person], pa.string(), mask=~again),
        }
        return pa.table(held, schema=schema.IDENTITIES)

    def links(self) -> pa.Table:
        ends = np.sort(np.column_stack([self.ids[: self.twice], self.ids[self.count - self.twice :]]), axis=1)
        held = [
            pa.array(ends[:, 0], pa.string()),
            pa.array(ends[:, 1], pa.string()),
            pa.array(np.full(self.twice, 40.0)),
            pa.array(np.ones(self.twice)),
            pa.repeat("verified", self.twice),
        ]
        rest = [pa.nulls(self.twice, one.type) for one in list(schema.LINKS)[len(held) :]]
        return pa.table(dict(zip(schema.LINKS.names, [*held, *rest], strict=True)), schema=schema.LINKS)

    def names(self) -> Any:
        """A current name, that of the person, and for a third an alias; one second record in ten bears another."""
        random, syllables = (
            self.random,
            np.array([a + b for a in "bdfgklmnprstvw" for b in ("a", "en", "i", "or", "ul")]),
        )
        given = np.char.capitalize(np.char.add(random.choice(syllables, 600), random.choice(syllables, 600)))
        family = np.char.capitalize(
            np.char.add(np.char.add(random.choice(syllables, 9000), random.choice(syllables, 9000)), "son")
        )
        one = np.column_stack([random.choice(given, self.count), random.choice(family, self.count)])
        own = one[self.person]
        changed = (np.arange(self.count) >= self.count - self.twice) & (random.random(self.count) < 0.1)
        own[changed] = one[changed]
        other = np.flatnonzero(random.random(self.count) < 0.3)
        parts = []
        for owners, kind, text in ((np.arange(self.count), "current", own), (other, "alias", one[self.person][other])):
            held = {"given": pa.array(text[:, 0], pa.string()), "surname": pa.array(text[:, 1], pa.string())}
            parts.append(Part(owners, struct(schema.NAME, len(owners), kind=kind, **held)))
        return lists(self.count, parts, schema.NAME)

    def each(self, kind: Any, share: float, /, **fields: Any) -> Any:
        """A list column whose elements are as many as ``share`` of the records."""
        owners = np.sort(self.random.integers(0, self.count, int(self.count * share)))
        held = {}
        for name, given in fields.items():
            if isinstance(given, str):
                held[name] = given
            elif callable(given):
                held[name] = given(len(owners))
            elif isinstance(given[0], int):
                held[name] = self.day(*given, count=len(owners))
            else:
                held[name] = self.word(list(given), len(owners))
        return lists(self.count, [Part(owners, struct(kind, len(owners), **held))], kind)

    def address(self, count: int) -> Any:
        streets = [f"{number} Made Up Street" for number in range(2_000)]
        return self.word([*streets, *(["NFA"] * 40)], count)

    def day(self, first: int, last: int, count: int | None = None) -> Any:
        """Dates between two days counted from the extract's, one in twenty a month only."""
        size = self.count if count is None else count
        lo = AS_OF + self.random.integers(first, last, size).astype("timedelta64[D]")
        partial = self.random.random(size) < 0.05
        month = lo.astype("datetime64[M]")
        lo = np.where(partial, month.astype("datetime64[D]"), lo)
        hi = np.where(partial, (month + 1).astype("datetime64[D]") - np.timedelta64(1, "D"), lo)
        text = pa.array(lo, pa.date32()).cast(pa.string())
        return struct(schema.PARTIAL_DATE, size, lo=pa.array(lo, pa.date32()), hi=pa.array(hi, pa.date32()), text=text)

    def word(self, words: list[str], count: int | None = None) -> Any:
        size = self.count if count is None else count
        return pa.array(words, pa.string()).take(pa.array(self.random.integers(0, len(words), size)))

    def sparse(self, share: float, words: list[str]) -> Any:
        codes = self.random.integers(0, len(words), self.count)
        return pa.array(words, pa.string()).take(pa.array(codes, mask=self.random.random(self.count) >= share))


if __name__ == "__main__":
    main()
