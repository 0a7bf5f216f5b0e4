"""A workspace whose queue is as long as the bars ask, made of nothing but chance.

Decides what the queue of ``tests.bench.review`` holds: links between two records of different people, which nobody has
answered. Invariant: the same count gives the same tables; nothing in them is anybody's.
"""

import hashlib
import shutil
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from reconcile import notification, schema
from reconcile import settings as of_file
from reconcile.national import missing_list
from reconcile.review.queue import compile_queue
from reconcile.settings import Settings
from reconcile.workspace import write_json, write_table
from tests.bench.facts import Register

SEED: Final = 7406
"""A seed of this benchmark alone."""
SPARE: Final = 1.051
"""Links for each item wanted: those that concern somebody who may be a child are shown to no reviewer."""
TOML: Final = """cycle = "2018-03"
policy_document = "SYNTHETIC-APD-1"
dpia = "SYNTHETIC-DPIA-1"
synthetic = true
"""
FIGURES: Final = {"gross_claims": 5, "distinct_people": {"low": 4, "high": 5}, "forces_answered": 4, "forces_total": 5}


def made(root: Path, items: int) -> Settings:
    """The workspace at ``root``, with a new database of logs; its tables are made once."""
    root.mkdir(parents=True, exist_ok=True)
    (root / of_file.FILE).write_text(TOML, encoding="utf-8")
    for old in root.glob("decisions.sqlite*"):
        old.unlink()
    settings = of_file.load(root)
    folder = settings.workspace.stage(settings.cycle, "queue.parquet").parent
    done = folder / f"made-{items}-{SPARE}-{SEED}"
    if not done.exists():
        shutil.rmtree(folder, ignore_errors=True)
        _write(settings, items)
        done.touch()
    return settings


def _write(settings: Settings, items: int) -> None:
    draw = Twice(np.random.default_rng(SEED), 2 * int(items * SPARE))
    tables: dict[str, Any] = {"records": draw.records(), "identities": draw.identities(), "links": draw.links()}
    tables["decisions"] = schema.DECISIONS.empty_table()
    tables["facts"] = notification.assess(*(tables[name] for name in ("records", "identities", "links")))
    order = ("records", "identities", "links", "decisions", "facts")
    tables["missing_list"] = missing_list.compile_list(*(tables[name] for name in order))
    order = ("links", "identities", "decisions", "facts", "missing_list", "records")
    tables["queue"] = compile_queue(*(tables[name] for name in order), ())
    tables["names_added"] = schema.NAMES_ADDED.empty_table()
    for name, table in tables.items():
        write_table(settings.workspace.stage(settings.cycle, f"{name}.parquet"), table)
    write_json(settings.workspace.stage(settings.cycle, "model.json"), {"name": "none shipped"})
    write_json(settings.workspace.stage(settings.cycle, "statistics.json"), FIGURES)


class Twice(Register):
    """A register of which every person stands in two forces, and nobody has joined any two records."""

    def __init__(self, random: np.random.Generator, count: int) -> None:
        super().__init__(random, count)
        half = self.twice = count // 2
        self.person = np.concatenate([np.arange(half), np.arange(half)])
        force = random.integers(0, len(self.slugs), count)
        force[half:] = (force[:half] + 1 + random.integers(0, len(self.slugs) - 1, half)) % len(self.slugs)
        self.force = self.slugs[force]
        self.ids = np.char.add(np.char.add(self.force, ":"), np.char.mod("%08d", np.arange(count)))

    def identities(self) -> pa.Table:
        held = {
            "national_id": pa.array(np.char.mod("N%09d", np.arange(self.count)), pa.string()),
            "record_id": pa.array(self.ids, pa.string()),
            "joined_by": pa.repeat("founding", self.count),
            "joined_to": pa.nulls(self.count, pa.string()),
        }
        return pa.table(held, schema=schema.IDENTITIES)

    def links(self) -> pa.Table:
        ends = np.sort(np.column_stack([self.ids[: self.twice], self.ids[self.twice :]]), axis=1)
        weight = self.random.uniform(-2.0, 12.0, self.twice).round(3)
        held = {
            "left": pa.array(ends[:, 0], pa.string()),
            "right": pa.array(ends[:, 1], pa.string()),
            "weight": pa.array(weight),
            "probability": pa.array(1.0 / (1.0 + np.exp2(-weight))),
            "strength": self.word(["proposed", "possible"], self.twice),
            "evidence_hash": pa.array([hashlib.sha256(f"{n}".encode()).hexdigest() for n in range(self.twice)]),
        }
        rest = {one.name: pa.nulls(self.twice, one.type) for one in schema.LINKS if one.name not in held}
        return pa.table({name: (held | rest)[name] for name in schema.LINKS.names}, schema=schema.LINKS)
