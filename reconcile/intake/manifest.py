"""The manifest a force sends beside its extract: whose it is, as of when, how many records.

Decides whether the manifest can be believed. Invariant: a manifest that exists names its force and a day, and a
NIL return counts no records.
"""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Final

from reconcile.errors import ExtractError

SUFFIX: Final = ".manifest.json"
NIL_NAME: Final = "nil" + SUFFIX


@dataclass(frozen=True)
class Manifest:
    force: str
    as_of: dt.date
    record_count: int
    nil: bool


def parse(content: bytes, force: str) -> Manifest:
    """Read the manifest sent for ``force``.

    Raises:
        ExtractError: it is no manifest, names another force, or contradicts itself.
    """
    try:
        entry = json.loads(content)
        found = Manifest(
            str(entry["force"]), dt.date.fromisoformat(entry["as_of"]), entry["record_count"], entry.get("nil", False)
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ExtractError("the manifest lacks force, as_of (yyyy-mm-dd) or record_count: send it again") from None
    if found.force != force:
        raise ExtractError(f"the manifest is not of {force}: it was put in the wrong place, or names the wrong force")
    if type(found.record_count) is not int or found.record_count < 0 or type(found.nil) is not bool:
        raise ExtractError("the manifest's record_count is no whole number, or nil is not true or false: send it again")
    if found.nil and found.record_count:
        raise ExtractError("the manifest says nil and counts records: send one or the other")
    return found
