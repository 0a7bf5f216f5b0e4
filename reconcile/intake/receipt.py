"""What became of one force's extract, in figures and sentences.

Decides the states and what a receipt says. Invariant: a receipt holds no cell of the extract: rules, counts and
sentences only; and where an extract was received its rows in are its rows accepted and quarantined.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
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
Reason = tuple[str, int, str]
"""A rule, how many rows it concerns (0 where it concerns the whole extract), and its sentence for the force."""


@dataclass(frozen=True)
class Receipt:
    """The receipt of one force for one cycle.

    ``file_name`` and ``sha256`` are "" and ``as_of`` None where nothing came. ``reasons`` are those of quarantine
    or rejection, ``warnings`` those of rules that hold no row back, ``withheld`` the cells of accepted rows the
    force kept back, by field; ``completeness`` how many accepted rows have each field filled, blank, unknown, withheld.
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

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise ValueError(f"{self.state} is no state of a receipt")
        if self.state == "RECEIVED" and self.rows_in != self.accepted + self.quarantined:
            raise AssertionError(
                f"{self.force}: {self.rows_in} rows in, but {self.accepted} accepted and {self.quarantined} quarantined"
            )

    def to_json(self) -> dict[str, Any]:
        """The receipt as JSON values."""
        return {
            **vars(self),
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "reasons": [list(reason) for reason in self.reasons],
            "withheld": dict(self.withheld),
            "warnings": [list(reason) for reason in self.warnings],
            "completeness": {name: dict(counts) for name, counts in self.completeness.items()},
        }

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> "Receipt":
        """The receipt that ``to_json`` gave."""
        return cls(
            **{
                **entry,
                "as_of": dt.date.fromisoformat(entry["as_of"]) if entry["as_of"] else None,
                "reasons": tuple((rule, count, sentence) for rule, count, sentence in entry["reasons"]),
                "warnings": tuple((rule, count, sentence) for rule, count, sentence in entry["warnings"]),
            }
        )
