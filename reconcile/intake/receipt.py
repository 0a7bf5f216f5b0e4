"""What became of one force's extract, in figures and sentences.

Decides the names of the states and what a receipt says; ``reconcile.intake.states`` decides which it is. Invariant: a
receipt holds no cell of the extract, nor the name a force gave its file, which may be a person's: rules, counts and
sentences only; and where an extract has rows, its rows in are
its rows accepted and quarantined.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, Final

STATES: Final = (
    "RECEIVED",
    "NIL",
    "LATE",
    "REFUSED",
    "REJECTED",
    "HELD",
    "STALE",
    "SUPERSEDED",
    "NOT_RECEIVED",
)
COUNTED: Final = ("RECEIVED", "LATE", "STALE")
"""The states in which an extract's records are in the national tables; a NIL return has none."""
WITH_ROWS: Final = (*COUNTED, "HELD", "SUPERSEDED")
COMPLETENESS: Final = ("filled", "blank", "unknown", "withheld")
"""What a cell of an accepted row is: a value; nothing at all; a word for not known; a word for kept back."""
REASONED: Final = ("reasons", "warnings", "bands", "why")
SUFFIXES: Final = frozenset(
    (".csv", ".dat", ".gz", ".json", ".jsonl", ".ndjson", ".tsv", ".txt", ".xls", ".xlsm", ".xlsx", ".xml", ".zip")
)
"""The ends of a file's name that say what it is; any other may be a word of the name."""
SHORT: Final = 12
"""Digits of a SHA-256 that tell the extracts of a force apart in a name."""
Reason = tuple[str, int, str]
"""A rule, how many rows it concerns (0 where it concerns the whole extract), and its sentence for the force."""


def neutral_name(force: str, sha256: str, sent_as: str) -> str:
    """What the file a force sent under a name is called wherever it is told; "" where none came."""
    if not sent_as:
        return ""
    suffix = PurePath(sent_as).suffix.lower()
    return "-".join(filter(None, (force, sha256[:SHORT]))) + (suffix if suffix in SUFFIXES else "")


@dataclass(frozen=True)
class Receipt:
    """The receipt of one force for one cycle.

    ``file_name`` is a ``neutral_name``; it and ``sha256`` are "" and ``as_of`` None where nothing came. ``reasons`` are
    those of quarantine or rejection, ``warnings`` those of rules that hold no row back, ``withheld`` the cells of
    accepted rows the force kept back, by field. Where an extract waits (HELD), ``accepted`` and ``quarantined`` are
    what would be.

    ``completeness``: for each canonical field the profile maps, how many accepted rows are each of ``COMPLETENESS``.
    ``statuses``: accepted rows by canonical status. ``bands``: the bands that are broken against the force's last
    accepted extract, also once a person accepted it. ``why``: what made the state what it is, where it is not plain:
    late, stale, held, refused. ``supersedes``: the keys of the extracts of this cycle whose place this one takes.
    ``taken_from``: the cycle whose accepted extract is used again, "" where it is one that came. ``manifest``: what
    tells the manifest from the first one the same bytes came with in the cycle, "" where it is that one.
    """

    force: str
    state: str
    file_name: str = ""
    sha256: str = ""
    as_of: dt.date | None = None
    rows_in: int = 0
    accepted: int = 0
    quarantined: int = 0
    reasons: tuple[Reason, ...] = ()
    withheld: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[Reason, ...] = ()
    completeness: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    statuses: Mapping[str, int] = field(default_factory=dict)
    bands: tuple[Reason, ...] = ()
    why: tuple[Reason, ...] = ()
    supersedes: tuple[str, ...] = ()
    taken_from: str = ""
    manifest: str = ""

    @property
    def key(self) -> str:
        """What names the extract among those of its force and cycle: its bytes, and its manifest after the first."""
        return f"{self.sha256}.{self.manifest}" if self.manifest else self.sha256

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise ValueError(f"{self.state} is no state of a receipt")
        if self.state in WITH_ROWS and self.rows_in != self.accepted + self.quarantined:
            raise AssertionError(
                f"{self.force}: {self.rows_in} rows in, but {self.accepted} accepted and {self.quarantined} quarantined"
            )

    def to_json(self) -> dict[str, Any]:
        """The receipt as JSON values."""
        return {
            **vars(self),
            **{name: [list(reason) for reason in getattr(self, name)] for name in REASONED},
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "withheld": dict(self.withheld),
            "completeness": {name: dict(counts) for name, counts in self.completeness.items()},
            "statuses": dict(self.statuses),
            "supersedes": list(self.supersedes),
        }

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> "Receipt":
        """The receipt that ``to_json`` gave, now or before it had all of its keys."""
        reasons = {
            name: tuple((rule, count, sentence) for rule, count, sentence in entry.get(name, ())) for name in REASONED
        }
        as_of = dt.date.fromisoformat(entry["as_of"]) if entry["as_of"] else None
        named = neutral_name(entry["force"], entry.get("sha256", ""), entry.get("file_name", ""))
        entry = {**entry, "file_name": named}
        return cls(**{**entry, **reasons, "as_of": as_of, "supersedes": tuple(entry.get("supersedes", ()))})
