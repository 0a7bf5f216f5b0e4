"""A line of the national missing list in words, as the page and the workbook show it.

Decides how a line's columns read, which flags stand on it, and whose name is withheld. Invariant: nothing is said of
a person that the line does not hold, what nobody has decided reads "possibly", no name of a person who is protected is
told, and none of a person who is or may be under 18 unless the settings say so.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from reconcile.national.claims import cuts
from reconcile.national.facts_told import facts_told, open_facts, table
from reconcile.render.look import day, partial, word

Row = Mapping[str, Any]

DECIDED: Final = ("verified", "decided")
LAST: Final = "9999"
NAME_WITHHELD: Final = {"YES": "Restricted: under 18", "CANNOT_TELL": "Restricted: may be under 18"}
"""What stands in the place of the name of one who is or may be a child, by ``under_18``."""
PROTECTED: Final = "Restricted"
"""What stands in the place of the name of one who is protected: why is said nowhere."""
EVIDENCE_WITHHELD: Final = "The evidence names a person who is restricted: it is not told here."


@dataclass(frozen=True)
class Flag:
    """A short sign on a line: ``code`` to filter by, ``text`` to read, ``tone`` of its look."""

    code: str
    text: str
    tone: str


@dataclass(frozen=True)
class Line:
    """A line of ``MISSING_LIST`` made readable.

    ``row`` is the line itself, its dates still structs, its name and evidence withheld where they have to be.
    ``keys`` are the codes it can be filtered by, those of one filter parted by spaces; ``facts`` the other facts in
    words, ``open_facts`` those that cannot be told; ``reasons`` why a column reads as it does, by column.
    """

    row: Row
    flags: tuple[Flag, ...]
    forces: tuple[str, ...]
    since: str
    length: str
    keys: Mapping[str, str]
    facts: tuple[str, ...]
    open_facts: tuple[str, ...]
    reasons: Mapping[str, str]
    restricted: bool

    @property
    def order(self) -> str:
        """ISO date to sort by: the longest missing first, the undated last."""
        return first_day(self.row["missing_since"])

    @property
    def born(self) -> str:
        """ISO date to sort by: the oldest first, the undated last."""
        return first_day(self.row["birth_date"])


def line(row: Row, names: Mapping[str, str], *, name_under_18: bool = False, protected: Collection[str] = ()) -> Line:
    """Make one row of ``MISSING_LIST`` readable.

    ``names`` are the forces' names by slug, ``protected`` the national ids of those not to be named in any case.
    """
    children = () if name_under_18 else NAME_WITHHELD
    shown = _guarded(row, children, protected)
    claims = row["claims"]
    reasons = {fact["fact"]: fact["reason"] for fact in row["facts"] if fact["record_id"] is None and fact["reason"]}
    return Line(
        row=shown,
        flags=tuple(_flags(row, names)),
        forces=tuple(dict.fromkeys(claim["force"] for claim in claims)),
        since=partial(row["missing_since"]),
        length=_length(row["missing_since"], claims[0]["as_of"]) if claims else "",
        keys=_keys(row),
        facts=facts_told(shown["facts"], names),
        open_facts=open_facts(row["facts"]),
        reasons=reasons,
        restricted=_hidden(row, children, protected),
    )


def first_day(date: Row | None) -> str:
    return str(date["lo"].isoformat()) if date and date["lo"] else LAST


def _hidden(row: Row, children: Collection[str], protected: Collection[str]) -> bool:
    """Whether a line, or the other end of a link, is of somebody not to be named; ``children``: the answers to
    ``under_18`` that make one so."""
    return row["under_18"] in children or row["national_id"] in protected


def _guarded(row: Row, children: Collection[str], protected: Collection[str]) -> Row:
    """``row`` without the names, and without what quotes them, of those not to be named."""
    hidden = _hidden(row, children, protected)
    others = [
        {**other, "sentences": [EVIDENCE_WITHHELD]} if hidden or _hidden(other, children, protected) else other
        for other in row["possibly_same_as"]
    ]
    if not hidden:
        return {**row, "possibly_same_as": others}
    quoting = table()["guard"]["quoting"]
    facts = [{**fact, "reason": None} if fact["fact"] in quoting else fact for fact in row["facts"]]
    said = NAME_WITHHELD[row["under_18"]] if row["under_18"] in children else PROTECTED
    named = {"name": said, "other_names": []}
    return {**row, **named, "possibly_same_as": others, "facts": facts}


def _keys(row: Row) -> Mapping[str, str]:
    """The codes a line is filtered by: the national status comes first among its statuses, the claims' stand after."""
    unknown, wanted = (row[fact] == "YES" for fact in ("whereabouts_unknown", "wanted"))
    by_code = {"whereabouts_unknown": unknown, "wanted": wanted, "both": unknown and wanted}
    claimed = [code for code, so in by_code.items() if so]
    levels = cuts()["risk"]["levels"]
    return {
        "force": " ".join(dict.fromkeys(claim["force"] for claim in row["claims"])),
        "owner": row["owner_force"] or "CANNOT_TELL",
        "status": " ".join([row["national_status"] or "CANNOT_TELL", *claimed]),
        "risk": row["risk_level"] if row["risk_level"] in levels else "unknown",
        "year": row["cohort_year"] or "UNDATED",
        "length": row["length"],
    }


def _flags(row: Row, names: Mapping[str, str]) -> list[Flag]:
    found = list(_lead(row, names))
    for each in table()["flags"]:
        if row[each["column"]] in each["values"]:
            found.append(Flag(each["code"], each["text"], each["tone"]))
    said = {fact["fact"] for fact in row["facts"] if fact["value"] == "YES"}
    found += [Flag(each["code"], each["text"], each["tone"]) for each in table()["fact_flags"] if each["fact"] in said]
    if row["possibly_same_as"] and not any(flag.code == "perhaps" for flag in found):
        found.append(Flag("perhaps", "Undecided link", "perhaps"))
    return list(dict.fromkeys(found))


def flag_filters() -> dict[str, str]:
    """What the list can be filtered by, code to words, in the order to offer them."""
    known = {"lead": "Lead: another force knows where", "perhaps": "Undecided"}
    for each in table()["flags"]:
        known.setdefault(each["code"], each["filter"])
    return known | {each["code"]: each["text"] for each in table()["fact_flags"]}


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
    return f"{force} {claim['record_id']}: {word(claim['status'], 'status')}, {dated}, as of {day(claim['as_of'])}"
