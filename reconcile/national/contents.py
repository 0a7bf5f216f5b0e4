"""What lies in a release, file by file.

Decides which rows are published and how they are written. Invariant: the data files depend on what the forces said
and people decided, never on how an extract was packed; a record that touches nobody missing stays out of them but
for its identity.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reconcile import schema
from reconcile.national import coverage, list_workbook, page, public_files
from reconcile.national.changes import FIRST, Changes
from reconcile.national.claims import open_claims
from reconcile.national.counting import count
from reconcile.national.csv_file import write_csv
from reconcile.notification.standing import judged
from reconcile.settings import Settings
from reconcile.workspace import whole, write_bytes, write_json

if TYPE_CHECKING:
    from reconcile.forces import Force
    from reconcile.intake import Receipt

MISSING_LIST = "missing_list.parquet"
CLAIMS = "claims.parquet"
LINKS = "links.parquet"
IDENTITIES = "identities.parquet"
LINEAGE = "lineage.parquet"
FACTS = "facts.parquet"
STATISTICS = "statistics.json"
COVERAGE = "coverage.json"
WORKBOOK = "missing_list.xlsx"
PAGE = "page.html"
PROVENANCE = "provenance.parquet"
DECISIONS = "decisions.parquet"
CHANGES = "changes.parquet"
CHANGES_COUNTED = "changes.json"
WITHHELD = "withheld.json"
ANSWERS = "answers.json"

PAIR: Any = [("left", "ascending"), ("right", "ascending")]

DATA = (
    CLAIMS,
    "claims.csv",
    "coverage.csv",
    COVERAGE,
    FACTS,
    IDENTITIES,
    LINEAGE,
    LINKS,
    "missing_list.csv",
    MISSING_LIST,
    STATISTICS,
    WITHHELD,
)
"""The files whose hash is the release's id. Workbook and page show them, provenance and decisions prove
them; changes depend on which release came before, and the same data published again are the same release. Whom page and
workbook do not name is among them, so that whoever is protected later is not named by the next release."""


@dataclass(frozen=True)
class Compiled:
    """A compiled cycle, as it goes into a release: tables of ``schema``, statistics, receipts, the denominator, and how
    the forces answered their reports, as ``reports.answer_times`` counts it; empty where nobody did."""

    records: pa.Table
    identities: pa.Table
    links: pa.Table
    decisions: pa.Table
    facts: pa.Table
    missing_list: pa.Table
    provenance: pa.Table
    statistics: Mapping[str, Any]
    receipts: "tuple[Receipt, ...]"
    forces: "tuple[Force, ...]"
    lineage: pa.Table = field(default_factory=schema.LINEAGE.empty_table)
    names_added: pa.Table = field(default_factory=schema.NAMES_ADDED.empty_table)
    answers: Mapping[str, Any] = field(default_factory=dict)
    protected: frozenset[str] = frozenset()
    """Records of the cycle that are protected."""

    @property
    def protected_people(self) -> frozenset[str]:
        """The national ids of those on the list who have a protected record."""
        guarded = pc.is_in(self.identities["record_id"], value_set=pa.array(sorted(self.protected), pa.string()))
        held = set(self.identities["national_id"].filter(guarded).to_pylist())
        return frozenset(str(one) for one in self.missing_list["national_id"].to_pylist() if one in held)

    def withheld(self, settings: Settings) -> list[str]:
        """The national ids of those on the list whom page and workbook do not name, sorted; why is not told."""
        listed = self.missing_list.select(["national_id", "under_18"]).to_pylist()
        children = {row["national_id"] for row in listed if row["under_18"] != "NO" and not settings.name_under_18}
        return sorted(children | self.protected_people)


def write(folder: Path, compiled: Compiled, settings: Settings, changes: Changes = FIRST) -> None:
    """Write every file of a release but its manifest and sign-off into ``folder``; ``changes`` since the one before."""
    mark = marking(settings)
    listed = compiled.missing_list
    members = pc.list_flatten(listed["records"])
    claims = open_claims(compiled.records, compiled.identities)
    answered = coverage.by_force(compiled.receipts, compiled.forces)
    touching = pc.or_(*(pc.is_in(compiled.links[end], value_set=members) for end in ("left", "right")))
    facts = compiled.facts.filter(pc.is_in(compiled.facts["national_id"], value_set=listed["national_id"]))
    for name, table in (
        (MISSING_LIST, listed),
        (CLAIMS, claims),
        (LINKS, judged(compiled.links.filter(touching), compiled.decisions).sort_by(PAIR)),
        (IDENTITIES, compiled.identities.sort_by([("national_id", "ascending"), ("record_id", "ascending")])),
        (LINEAGE, compiled.lineage),
        (FACTS, facts),
        (PROVENANCE, compiled.provenance.sort_by("record_id")),
        (DECISIONS, compiled.decisions.sort_by(PAIR)),
        (CHANGES, changes.table),
    ):
        _write_table(folder / name, table, mark)
    write_csv(folder / "missing_list.csv", listed, mark)
    write_csv(folder / "claims.csv", claims, mark)
    write_csv(folder / "changes.csv", changes.table, mark)
    write_csv(folder / "coverage.csv", coverage.as_table(answered), mark)
    write_json(folder / COVERAGE, {"marking": mark, "synthetic": settings.synthetic, "forces": answered})
    write_json(folder / STATISTICS, {**compiled.statistics, "marking": mark})
    if compiled.answers:
        # Beside the statistics and not among them: an answer that comes in changes no figure of the list.
        write_json(folder / ANSWERS, {"marking": mark, "synthetic": settings.synthetic, **compiled.answers})
    write_json(folder / CHANGES_COUNTED, {"marking": mark, "synthetic": settings.synthetic, **changes.counted()})
    withheld = compiled.withheld(settings)
    said = {"marking": mark, "synthetic": settings.synthetic, "people": len(withheld), "national_ids": withheld}
    write_json(folder / WITHHELD, said)
    public_files.write(folder, compiled.statistics, answered, compiled.receipts, compiled.forces, settings)
    asked = count(facts.filter(pc.is_valid(facts["rule_set"])), "rule_set")
    _write_renderings(folder, compiled, settings, changes, asked)


def marking(settings: Settings) -> str:
    """The protective marking, and SYNTHETIC where no real person appears."""
    return f"{settings.marking} SYNTHETIC" if settings.synthetic else settings.marking


def data_hash(folder: Path) -> str:
    """The hash of the data files, by name and content."""
    # Releases before there was a list of whom they do not name are named by the hash of the others.
    held = (name for name in sorted(DATA) if name != WITHHELD or (folder / name).is_file())
    lines = "".join(f"{name} {sha256(folder / name)}\n" for name in held)
    return hashlib.sha256(lines.encode()).hexdigest()


def name_of(folder: Path, settings: Settings) -> str:
    """What a release of these data files is called."""
    return f"{settings.cycle}-{data_hash(folder)[:8]}"


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_renderings(
    folder: Path, compiled: Compiled, settings: Settings, changes: Changes, rule_sets: Mapping[str, int]
) -> None:
    shown = (compiled.statistics, compiled.missing_list, compiled.receipts, compiled.forces)
    model_name = str(compiled.statistics["model"])
    marks: dict[str, Any] = {"marking": settings.marking, "synthetic": settings.synthetic, "model_name": model_name}
    marks |= {"name_under_18": settings.name_under_18, "protected": compiled.protected_people}
    marks |= {"changes": changes, "answers": compiled.answers}
    list_workbook.write_workbook(folder / WORKBOOK, *shown, **marks)
    marks |= {"release": name_of(folder, settings), "rule_sets": rule_sets}
    write_bytes(folder / PAGE, page.render(*shown, **marks).encode())


def _write_table(path: Path, table: pa.Table, mark: str) -> None:
    with whole(path) as beside:
        pq.write_table(table.combine_chunks().replace_schema_metadata({"marking": mark}), beside, compression="zstd")
