"""The manifest a force sends beside its extract: whose it is, as of when, how many records.

Decides whether the manifest can be believed, what is a refusal, and which fields a force keeps back whole.
Invariant: a manifest that exists names its force and a day, and neither a NIL return nor a refusal counts records.
"""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any, Final

from reconcile.errors import ExtractError

SUFFIX: Final = ".manifest.json"
NIL_NAME: Final = "nil" + SUFFIX
REFUSED_NAME: Final = "refused" + SUFFIX
LONGEST_REASON: Final = 200


@dataclass(frozen=True)
class Manifest:
    """``refused``: why the force sends nothing, "" where it sends something; ``withheld``: the canonical fields, and
    schemes of identifiers, in which its blank cells are kept back."""

    force: str
    as_of: dt.date
    record_count: int
    nil: bool
    refused: str = ""
    withheld: tuple[str, ...] = ()


def parse(content: bytes, force: str) -> Manifest:
    """Read the manifest sent for ``force``.

    Raises:
        ExtractError: it is no manifest, names another force, or contradicts itself.
    """
    try:
        entry = json.loads(content)
        refused = entry.get("refused", "")
        found = Manifest(
            str(entry["force"]),
            dt.date.fromisoformat(entry["as_of"]),
            entry.get("record_count", 0) if refused else entry["record_count"],
            entry.get("nil", False),
            _reason(refused),
            _fields(entry.get("withheld", [])),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ExtractError("the manifest lacks force, as_of (yyyy-mm-dd) or record_count: send it again") from None
    if found.force != force:
        raise ExtractError(f"the manifest is not of {force}: it was put in the wrong place, or names the wrong force")
    if type(found.record_count) is not int or found.record_count < 0 or type(found.nil) is not bool:
        raise ExtractError("the manifest's record_count is no whole number, or nil is not true or false: send it again")
    if found.nil and found.record_count:
        raise ExtractError("the manifest says nil and counts records: send one or the other")
    if found.refused and (found.nil or found.record_count):
        raise ExtractError("the manifest says refused and answers nonetheless: send one or the other")
    return found


def _reason(refused: Any) -> str:
    if not isinstance(refused, str) or len(refused) > LONGEST_REASON or not (refused == "" or refused.isprintable()):
        raise ExtractError(
            f"the manifest's refused is no reason in one line of {LONGEST_REASON} letters: send it again"
        )
    return refused.strip()


def _fields(withheld: Any) -> tuple[str, ...]:
    if not isinstance(withheld, list) or not all(isinstance(name, str) for name in withheld):
        raise ExtractError("the manifest's withheld is no list of fields: send it again")
    if known := sorted({"local_id", "status"} & set(withheld)):
        raise ExtractError(f"the manifest withholds {known[0]}, which no record can do without: send it")
    return tuple(sorted(set(withheld)))
