"""What one force is told of its own extract the same day: accepted, quarantined and why, worth mending, how complete.

Decides what stands in an acceptance report and what the force is asked to do next. Invariant: a report holds of its
force's rows their number and local id, and of no row another cell; of other forces medians only; the name the force
gave its file is told in no other report.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from tomllib import loads
from typing import Any, Final

import pyarrow as pa

from reconcile.forces import Force
from reconcile.forces.lists import LISTS
from reconcile.intake.receipt import COMPLETENESS, Reason, Receipt
from reconcile.render.look import day, listed, number, plural
from reconcile.reports.national_completeness import NationalCompleteness

COLUMN_RULES: Final = ("columns_never_taken", "lists_whole", "columns_known", "columns_sent")
"""Notes of columns rather than of rows, the gravest first."""
NUMBER_RULES: Final = ("pnc_check_letter", "cro_check_letter")
FILE_RULES: Final = ("extract_named", "manifest_sent")
CLAIM_RULES: Final = ("claim_dated", "missing_since_readable")
WHOLE: Final = ("local_id",)
"""Fields every accepted row fills: no figure is told of them."""
EITHER: Final = (frozenset({"full_name"}), frozenset({"given_names", "surname"}))
"""Two ways of sending the current name: who sends one lacks nothing of the other."""


@dataclass(frozen=True)
class Key:
    """How a force finds a row again: its number among the data rows, from 1, and its local id, "" where it has none."""

    row_number: int
    local_id: str


@dataclass(frozen=True)
class QuarantinedRow:
    """A row that was not taken, the rules it fails and their sentences."""

    key: Key
    rules: tuple[str, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Warning:
    """A warning and the rows it speaks of; none where it speaks of the extract."""

    rule: str
    count: int
    sentence: str
    rows: tuple[Key, ...]


@dataclass(frozen=True)
class Field:
    """One field's completeness: counts of accepted rows; ``median`` in percent, None where there is none to tell."""

    name: str
    label: str
    filled: int
    blank: int
    unknown: int
    withheld: int
    sent: bool
    median: float | None
    forces: int

    @property
    def rows(self) -> int:
        return self.filled + self.blank + self.unknown + self.withheld

    @property
    def low(self) -> bool:
        """Whether it is filled so much less often than elsewhere that the force is told."""
        margin: float = words()["matched"]["margin"]
        return self.sent and self.median is not None and self.share("filled") <= self.median - margin

    def share(self, part: str) -> float:
        """Percent of accepted rows, to a tenth."""
        return round(100 * int(getattr(self, part)) / self.rows, 1) if self.rows else 0.0


@dataclass(frozen=True)
class Acceptance:
    """One force's report. ``cycle`` is "" for a check before sending, in which nothing national is known; ``why`` is
    what made the state what it is, where it is not plain; ``sent_as`` what the force called its file, "" where that is
    not known; ``purged_on`` the day the list of its quarantined rows was erased, None where it was not."""

    force: Force
    cycle: str
    receipt: Receipt
    quarantine: tuple[QuarantinedRow, ...]
    warnings: tuple[Warning, ...]
    columns: tuple[Reason, ...]
    why: tuple[Reason, ...]
    fields: tuple[Field, ...]
    national_forces: int
    next: tuple[str, ...]
    sent_as: str = ""
    purged_on: dt.date | None = None

    @property
    def headline(self) -> str:
        """The state in a few words."""
        said = words()["headline"][_state(self.receipt)]
        if self.receipt.quarantined and self.receipt.accepted:
            said += f", {plural(self.receipt.quarantined, 'row')} quarantined"
        return str(said)

    @property
    def meaning(self) -> str:
        return str(words()["meaning"][_state(self.receipt)])

    @property
    def purged(self) -> str:
        """What is said of quarantined rows that are counted and no longer listed, "" where all are."""
        if self.purged_on is None or self.quarantine or not self.receipt.quarantined:
            return ""
        said = words()["purged"]["one" if self.receipt.quarantined == 1 else "many"]
        return str(said).format(count=number(self.receipt.quarantined), day=day(self.purged_on))

    @property
    def named(self) -> frozenset[Key]:
        """The rows the report names."""
        return frozenset([row.key for row in self.quarantine] + [key for each in self.warnings for key in each.rows])

    @property
    def sent(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.sent)

    @property
    def not_sent(self) -> tuple[Field, ...]:
        """Fields the force has no column for and three forces or more fill."""
        return tuple(field for field in self.fields if not field.sent and field.median is not None)


@cache
def words() -> Mapping[str, Mapping[str, Any]]:
    """The sentences, labels and bars of acceptance.toml."""
    return loads(files(__package__).joinpath("acceptance.toml").read_text(encoding="utf-8"))


def acceptance(
    receipt: Receipt,
    quarantine: pa.Table,
    findings: pa.Table,
    force: Force,
    national: NationalCompleteness | None,
    *,
    cycle: str = "",
    sent_as: str = "",
    purged_on: dt.date | None = None,
) -> Acceptance:
    """The report of one force.

    Args:
        quarantine, findings: ``schema.QUARANTINE`` of this force, a line for each row and rule.
        national: None where no other force's figures are known.
    """
    fields = completeness(receipt, national)
    columns = sorted(
        (note for note in receipt.warnings if note[0] in COLUMN_RULES), key=lambda note: COLUMN_RULES.index(note[0])
    )
    return Acceptance(
        force=force,
        cycle=cycle,
        receipt=receipt,
        quarantine=_rows(quarantine),
        warnings=_warnings(receipt, findings),
        columns=tuple(columns),
        why=tuple(dict.fromkeys((*receipt.why, *receipt.bands, *(() if receipt.accepted else receipt.reasons)))),
        fields=fields,
        national_forces=national.forces if national else 0,
        next=tuple(_next(receipt, fields, answered=purged_on is not None)),
        sent_as=sent_as,
        purged_on=purged_on,
    )


def _state(receipt: Receipt) -> str:
    """The state, an old extract used again told from one that came and is old."""
    return "USED_AGAIN" if receipt.taken_from else receipt.state


def _rows(quarantine: pa.Table) -> tuple[QuarantinedRow, ...]:
    found: dict[Key, list[tuple[str, str]]] = {}
    for row in quarantine.sort_by([("row_number", "ascending"), ("rule", "ascending")]).to_pylist():
        found.setdefault(_key(row), []).append((row["rule"], row["sentence"]))
    return tuple(
        QuarantinedRow(key, tuple(rule for rule, _ in failed), tuple(sentence for _, sentence in failed))
        for key, failed in found.items()
    )


def _warnings(receipt: Receipt, findings: pa.Table) -> tuple[Warning, ...]:
    rows: dict[str, list[Key]] = {}
    for row in findings.sort_by([("row_number", "ascending"), ("rule", "ascending")]).to_pylist():
        rows.setdefault(row["rule"], []).append(_key(row))
    notes = [note for note in receipt.warnings if note[0] not in COLUMN_RULES]
    return tuple(Warning(rule, count, sentence, tuple(rows.get(rule, ()))) for rule, count, sentence in notes)


def _key(row: Mapping[str, Any]) -> Key:
    return Key(row["row_number"], row["local_id"] or "")


def completeness(receipt: Receipt, national: NationalCompleteness | None) -> tuple[Field, ...]:
    """The fields the force sends, and those only others do, in the order of acceptance.toml."""
    sent = receipt.completeness
    medians = national.medians if national and sent else {}
    other = {name for one, another in (EITHER, EITHER[::-1]) if one <= sent.keys() for name in another - sent.keys()}
    place = {name: at for at, name in enumerate(words()["fields"])}
    # Of a list nobody asked the force for, one column is named for all.
    other |= {name for one in LISTS.values() for name in one.columns if name not in sent and name != one.leads}
    told = sorted({*sent, *medians} - {*WHOLE, *other}, key=lambda name: (place.get(name, len(place)), name))
    found = []
    for name in told:
        median = medians.get(name)
        counts = sent.get(name, dict.fromkeys(COMPLETENESS, 0))
        found.append(
            Field(
                name=name,
                label=str(words()["fields"].get(name, name.replace("_", " "))),
                **{part: counts[part] for part in COMPLETENESS},
                sent=name in sent,
                median=median.filled if median else None,
                forces=median.forces if median else 0,
            )
        )
    return tuple(found)


def _next(receipt: Receipt, fields: Sequence[Field], *, answered: bool) -> list[str]:
    say: Mapping[str, str] = words()["next"]
    if receipt.state == "REJECTED":
        return [say["whole"]]
    if receipt.state in ("NOT_RECEIVED", "REFUSED") or receipt.taken_from:
        return [say["none"]]
    steps = [say[step] for step, state in (("held", "HELD"), ("fresh", "STALE")) if receipt.state == state]
    if receipt.quarantined and not answered:
        many = receipt.quarantined > 1
        steps.append(say["rows" if many else "row"].format(rows=plural(receipt.quarantined, "quarantined row")))
    told = {rule for rule, _count, _sentence in receipt.warnings}
    steps += [
        say[step]
        for step, rules in {
            "named": FILE_RULES[:1],
            "manifest": FILE_RULES[1:],
            "claims": CLAIM_RULES,
            "numbers": NUMBER_RULES,
            "never": ("columns_never_taken",),
            "unknown": ("columns_known",),
            "absent": ("columns_sent", "lists_whole"),
        }.items()
        if told.intersection(rules)
    ]
    if told - {*COLUMN_RULES, *CLAIM_RULES, *NUMBER_RULES, *FILE_RULES}:
        steps.append(say["warnings"])
    if low := [field.label for field in fields if field.low and field.name in words()["matched"]["fields"]]:
        steps.append(say["low"].format(fields=listed(low)))
    return steps or [say["nothing"]]
