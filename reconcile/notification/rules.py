"""The rule tables as values: which period follows which disposal, where and when; grades, words, sources.

Decides nothing: it reads ``periods.csv`` and ``rules.toml``. Invariant: no number of the law stands in code.
"""

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

INDEFINITE = "indefinite"
ITS_LENGTH = "its length"


@dataclass(frozen=True)
class Period:
    """One row of the periods table (SOA 2003 s.82 and its forerunner).

    ``adult_months`` and ``minor_months`` are a number of months, ``INDEFINITE``, or ``ITS_LENGTH`` where the period
    is the length of the discharge or order itself. Sentence bounds are whole months, both inclusive.
    """

    rule: str
    jurisdictions: frozenset[str]
    disposal: str
    sentence_from: int | None
    sentence_to: int | None
    adult_months: int | str
    minor_months: int | str
    relevant_from: date
    relevant_to: date
    source: str
    certainty: str


def _months(text: str) -> int | str:
    return int(text) if text.isdecimal() else text


def _period(row: Mapping[str, str]) -> Period:
    return Period(
        rule=row["rule"],
        jurisdictions=frozenset(row["jurisdictions"].split(";")),
        disposal=row["disposal"],
        sentence_from=int(row["sentence_from"]) if row["sentence_from"] else None,
        sentence_to=int(row["sentence_to"]) if row["sentence_to"] else None,
        adult_months=_months(row["adult_months"]),
        minor_months=_months(row["minor_months"]),
        relevant_from=date.fromisoformat(row["relevant_from"]),
        relevant_to=date.fromisoformat(row["relevant_to"]) if row["relevant_to"] else date.max,
        source=row["source"],
        certainty=row["certainty"],
    )


def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


@cache
def periods() -> tuple[Period, ...]:
    """The periods table, in the order of its rule ids."""
    return tuple(_period(row) for row in csv.DictReader(_text("periods.csv").splitlines()))


@cache
def disposals() -> tuple[str, ...]:
    """Every disposal the periods table knows, sorted."""
    return tuple(sorted({period.disposal for period in periods()}))


@cache
def rules() -> Mapping[str, Any]:
    """The tables of ``rules.toml``."""
    return tomllib.loads(_text("rules.toml"))


def rule_id(fact: str) -> str:
    """The id under which a fact cites its rule, such as ``D9``."""
    return str(rules()["rules"][fact]["id"])
