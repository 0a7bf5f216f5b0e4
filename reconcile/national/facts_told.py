"""The facts of a line in words, by the tables of ``list.toml``.

Decides which facts a reader is told and how. Invariant: a fact without words in the table is told by the workbook and
the data only; what cannot be told is never told as if it were so.
"""

import tomllib
from collections.abc import Mapping, Sequence, Set
from functools import cache
from importlib.resources import files
from typing import Any

from reconcile.render.look import day, plural

Row = Mapping[str, Any]


@cache
def table() -> Mapping[str, Any]:
    """How a line reads: the tables of ``list.toml``."""
    return tomllib.loads(files(__package__).joinpath("list.toml").read_text(encoding="utf-8"))


def facts_told(facts: Sequence[Row], names: Mapping[str, str]) -> tuple[str, ...]:
    """The facts that have words, in the order of the table: what, when, how long over, on whose record, and why.

    Args:
        facts: rows of ``schema.FACT_SAID``.
        names: the forces' names by slug.
    """
    order = list(table()["facts"])
    said = {(fact["record_id"], fact["fact"]) for fact in facts if fact["value"] == "YES"}
    known = [fact for fact in facts if fact["fact"] in order and not _said_already(fact, said)]
    known.sort(key=lambda fact: order.index(fact["fact"]))
    return tuple(told for fact in known if (told := _told(fact, names)))


def open_facts(facts: Sequence[Row]) -> tuple[str, ...]:
    """What cannot be told, each once, in the order of the table."""
    unknown = {fact["fact"] for fact in facts if fact["value"] == "CANNOT_TELL"}
    return tuple(words["text"] for fact, words in table()["facts"].items() if fact in unknown)


def _said_already(fact: Row, said: Set[tuple[str | None, str]]) -> bool:
    return (fact["record_id"], table()["facts"][fact["fact"]].get("unless", "")) in said


def _told(fact: Row, names: Mapping[str, str]) -> str:
    words = table()["facts"][fact["fact"]]
    text = words["text"] if fact["value"] == "YES" else table()["answers"].get(fact["fact"], {}).get(fact["value"], "")
    if not text:
        return ""
    when = []
    if fact["day"] and "day" in words:
        when.append(words["day"].format(day=day(fact["day"])))
    if fact["days"] is not None and "days" in words:
        when.append(words["days"].format(days=plural(fact["days"], "day")))
    force, _, reference = (fact["record_id"] or "").partition(":")
    whose = f" ({names.get(force, force)} {reference})" if reference else ""
    why = f"; {fact['reason']}" if fact["reason"] and words.get("why") else ""
    return f"{text}{': ' if when else ''}{', '.join(when)}{whose}{why}"
