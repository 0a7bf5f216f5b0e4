"""Records in the words of the force that keeps them: the columns of an extract as text.

Decides how names, dates and coded values are written by each force. Invariant: what a profile maps can be read back by
it; what it does not map is not written.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import pyarrow as pa

from reconcile.demo.distortion import unaccented
from reconcile.demo.tables import read_toml
from reconcile.forces import Profile, forces
from reconcile.forces.lists import DATE, LIST_COLUMNS, LISTS, WORD

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DATES = [
    "birth_date",
    "missing_since",
    "last_contact",
    "first_notified",
    "last_notified",
    "released_on",
    "last_reviewed",
    "conviction_date",
    "order_end",
    "period_end",
    "risk_assessed_on",
]
Text = str | None
CELL = "cell"
"""The date style of a workbook whose dates are cells of its own date type."""


@dataclass(frozen=True)
class Fault:
    """A cell that is wrong on purpose; an empty ``text`` blanks it. Dates are given as ISO text of any day at all."""

    record_id: str
    column: str
    text: str


@cache
def _file(slug: str) -> Mapping[str, Any]:
    return tomllib.loads((files("reconcile.forces") / f"{slug}.toml").read_text(encoding="utf-8"))


@cache
def style(slug: str) -> Mapping[str, str]:
    """Date pattern, case and order of full names of one force's extract."""
    return dict(read_toml("dialects.toml")[slug])


@cache
def written(pattern: str, iso: str) -> str:
    """An ISO day in the pattern's order; ``cell`` keeps it ISO for the workbook's writer."""
    year, month, day = iso.split("-")
    parts = {"yyyy": year, "mm": month, "dd": day, "Mon": MONTHS[int(month) - 1]}
    text = "yyyy-mm-dd" if pattern == CELL else pattern
    for part, value in parts.items():
        text = text.replace(part, value)
    return text


def columns(records: pa.Table, profile: Profile, faults: tuple[Fault, ...] = ()) -> dict[str, list[Text]]:
    """The texts of each source column of the profile, in its order; None is an empty cell.

    Args:
        records: one force's records in ``schema.RECORDS``.
        profile: the force's profile.
        faults: cells to spoil.
    """
    rows = records.drop_columns([name for name in LISTS if LISTS[name].leads not in profile.columns]).to_pylist()
    tokens = _tokens(profile)
    known = {name: _canonical(rows, name, profile) for name in profile.columns}
    for row, cells in enumerate(rows):
        for absent in cells["absent"]:
            if absent["field"] in known:
                known[absent["field"]][row] = tokens[absent["reason"]]
    place = {row["record_id"]: number for number, row in enumerate(rows)}
    pattern = style(profile.force.slug)["date"]
    for fault in faults:
        if fault.record_id in place and fault.column in known:
            text = written(pattern, fault.text) if fault.column in DATES and fault.text else fault.text
            known[fault.column][place[fault.record_id]] = text or None
    found: dict[str, list[Text]] = {}
    for name, sources in profile.columns.items():
        found.update(_split(name, sources, known[name]))
    for scheme, source in profile.identifiers.items():
        found[source] = [_identifier(row, scheme) for row in rows]
    fold = _folding(profile.format.encoding) if profile.format.kind == "csv" else None
    return {name: [fold(text) if text and fold else text for text in texts] for name, texts in found.items()}


def _tokens(profile: Profile) -> dict[str, str]:
    tokens = _file(profile.force.slug)["tokens"]
    return {reason: tokens[reason][0] for reason in ("withheld", "unknown")}


def _canonical(rows: list[dict[str, Any]], name: str, profile: Profile) -> list[Text]:
    if name in DATES:
        pattern = style(profile.force.slug)["date"]
        return [_date(row[name], pattern) for row in rows]
    if name in _FROM_NAMES:
        writer = _FROM_NAMES[name](profile)
        return [writer(row["names"]) for row in rows]
    if name in ("address", "town", "postcode"):
        return [next((each[name] for each in row["addresses"] if each["kind"] == "current"), None) for row in rows]
    if name == "previous_postcodes":
        separator = profile.format.list_separator + " "
        return [
            separator.join(each["postcode"] for each in row["addresses"] if each["kind"] == "previous") or None
            for row in rows
        ]
    if name in LIST_COLUMNS:
        return _side_by_side(rows, name, profile)
    words = _words(name, profile)
    return [None if row[name] is None else words.get(str(row[name]), str(row[name])) for row in rows]


def _words(name: str, profile: Profile) -> dict[str, str]:
    """The force's word for each canonical one."""
    words: dict[str, str] = {}
    for word, canonical in _file(profile.force.slug)["values"].get(name, {}).items():
        words.setdefault(canonical, word)
    if name == "transferred_to":
        words = {force.slug: force.name for force in forces()} | words
    return words


def _side_by_side(rows: list[dict[str, Any]], column: str, profile: Profile) -> list[Text]:
    """One column of a list: a position for every entry, blank where it has nothing to say."""
    name, member = next((name, each) for name, one in LISTS.items() for each in one.members if each.column == column)
    words, pattern = _words(column, profile), style(profile.force.slug)["date"]
    separator = profile.format.list_separator + " "

    def text(entry: Mapping[str, Any]) -> str:
        value = entry[member.field]
        if value is None:
            return ""
        if member.holds == DATE:
            return _date(value, pattern) or ""
        return words.get(value, value) if member.holds == WORD else f"{11 * int(value)} Harbour House"

    found = ([text(entry) for entry in row[name]] for row in rows)
    return [separator.join(texts) if any(texts) else None for texts in found]


def _date(value: Mapping[str, Any] | None, pattern: str) -> Text:
    if value is None:
        return None
    if value["lo"] is None or value["lo"] != value["hi"]:
        return str(value["text"])
    return written(pattern, value["lo"].isoformat())


def _identifier(row: Mapping[str, Any], scheme: str) -> Text:
    return next((each["value"] for each in row["identifiers"] if each["scheme"] == scheme), None)


def _split(name: str, sources: tuple[str, ...], texts: list[Text]) -> dict[str, list[Text]]:
    """Texts over the source columns that are joined with a space to give them back."""
    if len(sources) == 1:
        return {sources[0]: texts}
    at = _house if name == "address" else _first_word
    halves = [("", "") if text is None else at(text) for text in texts]
    return {source: [half[place] or None for half in halves] for place, source in enumerate(sources)}


def _first_word(text: str) -> tuple[str, str]:
    first, _, rest = text.partition(" ")
    return first, rest


def _house(text: str) -> tuple[str, str]:
    """House and street: the street begins after the last number."""
    words = text.split(" ")
    numbers = [place for place, word in enumerate(words) if word.rstrip(",").isdigit()]
    after = numbers[-1] + 1 if numbers else 0
    return " ".join(words[:after]), " ".join(words[after:])


def _folding(encoding: str) -> Callable[[str], str]:
    """Text as the encoding can hold it: accents it does not know are dropped."""

    def fold(text: str) -> str:
        try:
            text.encode(encoding)
        except UnicodeEncodeError:
            return unaccented(text)
        return text

    return fold


Names = list[dict[str, str]]


def _cased(text: str, case: str, *, surname: bool) -> str:
    return text.upper() if case == "upper" or (case == "surname" and surname) else text


def _part(part: str) -> Callable[[Profile], Callable[[Names], Text]]:
    def of(profile: Profile) -> Callable[[Names], Text]:
        case = style(profile.force.slug)["case"]
        return lambda names: _cased(names[0][part] or "", case, surname=part == "surname") or None

    return of


def _full(profile: Profile) -> Callable[[Names], Text]:
    return lambda names: one_name(names[0], profile.force.slug) or None


def one_name(name: Mapping[str, str | None], slug: str) -> str:
    """A whole name in one cell, as the force writes it."""
    how = style(slug)
    given = _cased(name["given"] or "", how["case"], surname=False)
    surname = _cased(name["surname"] or "", how["case"], surname=True)
    if how["full_name"] == "surname-first":
        return ", ".join(part for part in (surname, given) if part)
    return f"{given} {surname}".strip()


def _others(column: str) -> Callable[[Profile], Callable[[Names], Text]]:
    """Names of the kinds a column holds; a kind without a column of its own goes to the broader one."""

    def of(profile: Profile) -> Callable[[Names], Text]:
        kinds = {kind for kind in _HOME if _column(kind, profile) == column}
        separator = profile.format.list_separator + " "
        return lambda names: (
            separator.join(one_name(each, profile.force.slug) for each in names[1:] if each["kind"] in kinds) or None
        )

    return of


_HOME = {
    "alias": ("aliases",),
    "previous": ("previous_names", "aliases"),
    "maiden": ("maiden_name", "previous_names", "aliases"),
    "deed_poll": ("deed_poll_name", "previous_names", "aliases"),
    "intended": ("aliases",),
}


def _column(kind: str, profile: Profile) -> str:
    return next((name for name in _HOME[kind] if name in profile.columns), "")


_FROM_NAMES: Mapping[str, Callable[[Profile], Callable[[Names], Text]]] = {
    "given_names": _part("given"),
    "surname": _part("surname"),
    "full_name": _full,
    **{name: _others(name) for name in ("aliases", "previous_names", "maiden_name", "deed_poll_name")},
}
