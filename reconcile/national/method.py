"""What the method note says besides its words: the rules and rule sets, the bands, every figure in a line.

Decides nothing: it copies the tables the product runs by. Invariant: what stands here is what was computed with, read
from the same tables.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from reconcile.national import bands
from reconcile.notification import rule_sets
from reconcile.notification.rules import rules
from reconcile.render.look import plural


@dataclass(frozen=True)
class Row:
    """A row of the table of rule sets; ``term`` in words, ``facts`` on this list that were asked by it."""

    rule: rule_sets.RuleSet
    term: str
    facts: int


def method(used: Mapping[str, int], statistics: Mapping[str, Any]) -> dict[str, Any]:
    """What ``method.html`` asks for.

    Args:
        used: by rule set, how many facts about those on the list rest on it.
        statistics: whose keys are defined.
    """
    known = definitions()
    return {
        "rule_set_name": rules()["rule_set"]["name"],
        "rules": {fact: (rule["id"], rule["source"]) for fact, rule in rules()["rules"].items()},
        "rule_sets": [Row(rule, term(rule), used.get(rule.rule_set, 0)) for rule in rule_sets.shipped().rows],
        "bands": [(name, limits(band), band["reason"]) for name, band in bands.table().items()],
        "definitions": {key: known[key] for key in known if key in statistics},
    }


def term(rule: rule_sets.RuleSet) -> str:
    """How long a rule set gives, as "3 days" or "180 months (96 if under 18)"; "" where it gives no term."""
    if rule.days is not None:
        return plural(rule.days, "day")
    if rule.months is None:
        return ""
    minor = f" ({rule.minor_months} if under 18)" if rule.minor_months is not None else ""
    return plural(rule.months, "month") + minor


def limits(band: Mapping[str, Any]) -> str:
    """The limits of a band in words: "falls by over 20 % or rises by over 30 %, from 20 up"."""
    told = [
        f"{words} {_amount(band[limit])}"
        for limit, words in (
            ("falls_by", "falls by more than"),
            ("rises_by", "rises by more than"),
            ("moves_by", "moves by more than"),
            ("share", "is more than"),
        )
        if limit in band
    ]
    least = f", and by {band['at_least']} or more" if "at_least" in band else ""
    return " or ".join(told) + least


def _amount(limit: float) -> str:
    return str(limit) if isinstance(limit, int) else f"{round(100 * limit)} %"


@cache
def definitions() -> Mapping[str, Sequence[str]]:
    """For each figure of the statistics what it counts and its definition in a line, in the order to show them."""
    return tomllib.loads(files(__package__).joinpath("definitions.toml").read_text(encoding="utf-8"))
