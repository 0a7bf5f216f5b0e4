"""A line of the national missing list in words, as the page and the workbook show it.

Decides how a line's columns read and which flags stand on it. Invariant: nothing is said of a person that the
line does not hold, and what nobody has decided reads "possibly".
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from reconcile.render.look import partial, word

DECIDED: Final = ("verified", "decided")
LAST: Final = "9999"


@dataclass(frozen=True)
class Flag:
    """A short sign on a line: ``code`` to filter by, ``text`` to read, ``tone`` of its look."""

    code: str
    text: str
    tone: str


@dataclass(frozen=True)
class Line:
    """A line of ``MISSING_LIST`` made readable; ``row`` is the line itself, its dates still structs."""

    row: Mapping[str, Any]
    flags: tuple[Flag, ...]
    forces: tuple[str, ...]
    since: str
    length: str

    @property
    def order(self) -> str:
        """ISO date to sort by: the longest missing first, the undated last."""
        since = self.row["missing_since"]
        return since["lo"].isoformat() if since and since["lo"] else LAST


def line(row: Mapping[str, Any], names: Mapping[str, str]) -> Line:
    """Make one row of ``MISSING_LIST`` readable; ``names`` are the forces' names by slug."""
    claims = row["claims"]
    return Line(
        row=row,
        flags=tuple(_flags(row, names)),
        forces=tuple(dict.fromkeys(claim["force"] for claim in claims)),
        since=partial(row["missing_since"]),
        length=_length(row["missing_since"], max(claim["as_of"] for claim in claims)) if claims else "",
    )


def _flags(row: Mapping[str, Any], names: Mapping[str, str]) -> list[Flag]:
    found = list(_lead(row, names))
    if row["double_claimed"] == "YES":
        found.append(Flag("double", "Claimed twice", "fact"))
    if row["over_a_decade"] == "YES":
        found.append(Flag("decade", "Over ten years", "fact"))
    if row["wanted"] == "YES":
        found.append(Flag("wanted", "Wanted", "plain"))
    if row["suspected_overseas"] in ("CONFIRMED_KNOWN", "STRONG", "WEAK"):
        found.append(Flag("overseas", f"Overseas: {row['suspected_overseas'].split('_')[0].lower()}", "plain"))
    if row["requirement_ended"] == "YES":
        found.append(Flag("ended", "Requirement ended", "fact"))
    if row["possibly_same_as"] and not any(flag.code == "perhaps" for flag in found):
        found.append(Flag("perhaps", "Undecided link", "perhaps"))
    return list(dict.fromkeys(found))


def _lead(row: Mapping[str, Any], names: Mapping[str, str]) -> list[Flag]:
    """What ``located_elsewhere`` says, with the record that says most."""
    value = row["located_elsewhere"]
    decided = value in ("YES", "CANNOT_TELL")
    seen = [one for one in row["sightings"] if (one["strength"] in DECIDED) == decided]
    if value == "NO" or not seen:
        return []
    where = f"{word(seen[0]['status'], 'status')}, {names.get(seen[0]['force'], seen[0]['force'])}"
    if value == "YES":
        return [Flag("lead", f"Lead: {where}", "lead")]
    if value == "CANNOT_TELL":
        return [Flag("lead", f"Lead, dates open: {where}", "lead")]
    return [Flag("perhaps", f"Undecided: {where}", "perhaps")]


def _length(since: Mapping[str, Any] | None, as_of: dt.date) -> str:
    """How long, in whole years or months, as of the extract; empty where the date does not tell."""
    if not since or since["lo"] is None:
        return ""
    least, most = months(since["hi"], as_of), months(since["lo"], as_of)
    if most < 12:
        return "under a year"
    if least // 12 == most // 12:
        return f"{least // 12} year{'s' if least // 12 > 1 else ''}"
    return f"{max(least, 0) // 12} to {most // 12} years"


def months(since: dt.date, as_of: dt.date) -> int:
    """Whole months from ``since`` to ``as_of``; negative where ``since`` lies later."""
    return (as_of.year - since.year) * 12 + as_of.month - since.month - (as_of.day < since.day)


def sentence(claim: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """A claim as one sentence: force, status, since when, as of when."""
    force = names.get(claim["force"], claim["force"])
    since = partial(claim["missing_since"])
    dated = since if since.startswith(("undated", "between")) else f"since {since}"
    return f"{force} {claim['record_id']}: {word(claim['status'], 'status')}, {dated}, as of {claim['as_of']:%d/%m/%Y}"
