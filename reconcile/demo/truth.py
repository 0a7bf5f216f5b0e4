"""The truth of a scenario beside its extracts, and the answers it gives to links.

Decides a judgement for a pair of records. Invariant: the pipeline reads nothing here; only a demonstration that enters
the truth as a person's decisions does.
"""

from itertools import combinations
from pathlib import Path
from typing import Any

import pyarrow as pa

from reconcile.schema import OPEN_CLAIMS
from reconcile.workspace import read_json, read_table, write_json, write_table

FOLDER = "truth"
REASON = "the scenario's truth"
ANSWERS = pa.schema([(name, pa.string()) for name in ("left", "right", "judgement", "evidence_hash", "reason")])
Planted = tuple[tuple[str, tuple[str, ...]], ...]


def write(root: Path, people: pa.Table, records: pa.Table, planted: Planted) -> None:
    """Write truth/people.parquet and truth/planted.json below ``root``; the claims come out of ``records``."""
    write_table(root / FOLDER / "people.parquet", people)
    claims = [
        record
        for record, status in zip(records["record_id"].to_pylist(), records["status"].to_pylist(), strict=True)
        if status in OPEN_CLAIMS
    ]
    listed = [{"kind": kind, "record_ids": sorted(ids)} for kind, ids in planted if kind != "claim"]
    write_json(root / FOLDER / "planted.json", {"claims": sorted(claims), "planted": listed})


def truth_decisions(root: Path, links: pa.Table) -> pa.Table:
    """What the truth below ``root`` answers to each of ``links``, and to the pairs no link proposed.

    Returns:
        left, right, judgement, evidence_hash, reason (strings), sorted by left and right: "same" or "different" for
        every given link, "same" for every other true pair of records of a person with an open claim, its hash null.
    """
    who = _people(root)
    found: dict[tuple[str, str], dict[str, Any]] = {}
    columns = (links[name].to_pylist() for name in ("left", "right", "evidence_hash"))
    for left, right, evidence_hash in zip(*columns, strict=True):
        known = left in who and right in who
        judgement = "cannot_tell" if not known else "same" if who[left] == who[right] else "different"
        found[left, right] = _answer(left, right, judgement, evidence_hash)
    for left, right in _true_pairs(root, who):
        found.setdefault((left, right), _answer(left, right, "same", None))
    return pa.Table.from_pylist([found[pair] for pair in sorted(found)], schema=ANSWERS)


def _people(root: Path) -> dict[str, str]:
    table: Any = read_table(root / FOLDER / "people.parquet")
    return dict(zip(table["record_id"].to_pylist(), table["person"].to_pylist(), strict=True))


def _true_pairs(root: Path, who: dict[str, str]) -> list[tuple[str, str]]:
    claimed = {who[record] for record in read_json(root / FOLDER / "planted.json")["claims"]}
    records: dict[str, list[str]] = {person: [] for person in claimed}
    for record, person in who.items():
        if person in claimed:
            records[person].append(record)
    return [pair for person in sorted(claimed) for pair in combinations(sorted(records[person]), 2)]


def _answer(left: str, right: str, judgement: str, evidence_hash: str | None) -> dict[str, Any]:
    return {"left": left, "right": right, "judgement": judgement, "evidence_hash": evidence_hash, "reason": REASON}
