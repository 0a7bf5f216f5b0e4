"""What a profile says, as frozen values, and how its text is checked.

Decides whether a profile is complete and means something. Invariant: a ``Profile`` that exists can be used: known
columns, known words, a readable format.
"""

import codecs
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

from reconcile.errors import ProfileError
from reconcile.forces import checks, desk
from reconcile.forces.desk import NOWHERE, Desk
from reconcile.forces.lists import LIST_COLUMNS
from reconcile.schema import EVENTS, EXEMPTIONS, OUTCOMES, OVERSEAS_EVIDENCE, RESIDENCES, STATUSES
from reconcile.values import identifiers

TOP: Final = frozenset(("slug", "name", "short", "jurisdiction", "ons_code", "home_office_code", "tile"))
TABLES: Final = frozenset(("source", "format", "columns", "identifiers", "values", "tokens", "report"))
JURISDICTIONS: Final = ("england-and-wales", "scotland", "northern-ireland")
KINDS: Final = ("csv", "xlsx", "xml", "json")
DATE_ORDERS: Final = ("dmy", "mdy", "ymd")
COLUMNS: Final = frozenset(
    [
        "local_id",
        "given_names",
        "surname",
        "full_name",
        "aliases",
        "previous_names",
        "maiden_name",
        "deed_poll_name",
        "birth_date",
        "sex",
        "place_of_birth",
        "address",
        "town",
        "postcode",
        "previous_postcodes",
        "status",
        "missing_since",
        "last_contact",
        "first_notified",
        "last_notified",
        "released_on",
        "residence",
        "last_reviewed",
        "circulated",
        "transferred_to",
        "overseas_evidence",
        "conviction_date",
        "conviction_court",
        "conviction_country",
        "offence",
        "basis",
        "disposal",
        "sentence_months",
        "order_end",
        "period_end",
        "risk_level",
        "risk_tool",
        "risk_assessed_on",
        *LIST_COLUMNS,
    ]
)
_SLUGS: Final = frozenset(
    file.name.removesuffix(".toml") for file in files(__package__).iterdir() if file.name.endswith(".toml")
)
CODED: Final[Mapping[str, frozenset[str] | None]] = {
    "status": frozenset(STATUSES),
    "sex": frozenset("MFX"),
    "overseas_evidence": frozenset(OVERSEAS_EVIDENCE),
    "risk_level": frozenset(("very_high", "high", "medium", "low")),
    "basis": None,
    "disposal": None,
    "risk_tool": None,
    "conviction_country": None,
    "residence": frozenset(RESIDENCES),
    "circulated": frozenset(("yes", "no")),
    "transferred_to": _SLUGS,
    "exemption_kinds": frozenset(EXEMPTIONS),
    "event_kinds": frozenset(EVENTS),
    "episode_outcomes": frozenset(OUTCOMES),
}
"""Columns whose coded words a profile may map, with the canonical words where these are a closed list."""


@dataclass(frozen=True)
class Force:
    """One territorial force. Codes are "" where not known; ``tile`` is column and row on the coverage tile map."""

    slug: str
    name: str
    short: str
    jurisdiction: str
    ons_code: str
    home_office_code: str
    tile: tuple[int, int]


@dataclass(frozen=True)
class Source:
    """Where an extract comes from: a file name pattern below ``uri``, "" for the force's folder of the inbox.

    ``connection`` names the credentials that sign in there, "" where none are needed.
    """

    pattern: str
    uri: str
    connection: str = ""


@dataclass(frozen=True)
class Format:
    """How an extract is written. ``sheet`` is of a workbook; ``record`` is an XML tag or the JSON key of the list."""

    kind: str
    encoding: str
    delimiter: str
    sheet: str
    record: str
    date_order: str
    list_separator: str


@dataclass(frozen=True)
class Profile:
    """One force's dialect: its source columns by canonical column, its identifiers by scheme, its coded words.

    Keys of ``values`` are the force's words casefolded and stripped, as are ``withheld`` and ``unknown``. ``report`` is
    where its reports go.
    """

    force: Force
    source: Source
    format: Format
    columns: Mapping[str, tuple[str, ...]]
    identifiers: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    withheld: frozenset[str]
    unknown: frozenset[str]
    report: Desk = NOWHERE


class Reader:
    """Reads the tables of one profile file and names file and key in every complaint."""

    def __init__(self, file: str, tree: Mapping[str, Any]) -> None:
        self.file = file
        self.tree = tree

    def complaint(self, key: str, what: str) -> ProfileError:
        return ProfileError(f"{self.file}: {key} {what}")

    def table(self, key: str, known: Sequence[str] | frozenset[str] | None = None) -> Mapping[str, Any]:
        """The table at ``key``, refusing keys that are not ``known``."""
        table = self.tree.get(key, {})
        if not isinstance(table, Mapping):
            raise self.complaint(key, "is not a table: write it as [" + key + "]")
        if known is not None and (strange := sorted(table.keys() - set(known))):
            raise self.complaint(f"{key}.{strange[0]}", f"is unknown: known are {', '.join(sorted(known))}")
        return table

    def text(self, key: str, value: Any, *, allowed: Sequence[str] | None = None, empty: bool = False) -> str:
        if not isinstance(value, str) or not (value or empty):
            raise self.complaint(key, "is missing or not a text: add it in quotes")
        if allowed is not None and value not in allowed:
            raise self.complaint(key, f"is {value!r}: write one of {', '.join(allowed)}")
        return value

    def texts(self, key: str, value: Any) -> tuple[str, ...]:
        """One text, or a list of texts."""
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not values:
            raise self.complaint(key, "is neither a text nor a list of texts: name the source columns")
        return tuple(self.text(key, each) for each in values)


def read(file: str, tree: Mapping[str, Any]) -> Profile:
    """The profile a TOML tree says; ``file`` is named in complaints.

    Raises:
        ProfileError: a key is missing, unknown or means nothing.
    """
    reader = Reader(file, tree)
    if strange := sorted(tree.keys() - TOP - TABLES):
        raise reader.complaint(strange[0], f"is unknown: known are {', '.join(sorted(TOP | TABLES))}")
    tokens = reader.table("tokens", ("withheld", "unknown"))
    schemes = reader.table("identifiers", identifiers.schemes())
    found = Profile(
        force=_force(reader),
        source=_source(reader),
        format=_format(reader),
        columns={
            name: reader.texts(f"columns.{name}", value) for name, value in reader.table("columns", COLUMNS).items()
        },
        identifiers={scheme: reader.text(f"identifiers.{scheme}", value) for scheme, value in schemes.items()},
        values={name: _words(reader, name) for name in reader.table("values", tuple(CODED))},
        withheld=_folded(reader, "tokens.withheld", tokens.get("withheld", [])),
        unknown=_folded(reader, "tokens.unknown", tokens.get("unknown", [])),
        report=read_desk(reader),
    )
    if wrong := checks.first(found):
        raise reader.complaint(*wrong)
    return found


def _force(reader: Reader) -> Force:
    tile = reader.tree.get("tile")
    if not isinstance(tile, list) or len(tile) != 2 or not all(type(each) is int and each >= 0 for each in tile):
        raise reader.complaint("tile", "is not [column, row]: give the force's cell on the tile map")
    column, row = tile
    texts = {
        key: reader.text(key, reader.tree.get(key), empty=key.endswith("code"))
        for key in ("slug", "name", "short", "ons_code", "home_office_code")
    }
    jurisdiction = reader.text("jurisdiction", reader.tree.get("jurisdiction"), allowed=JURISDICTIONS)
    return Force(**texts, jurisdiction=jurisdiction, tile=(column, row))


def _source(reader: Reader) -> Source:
    table = reader.table("source", ("pattern", "uri", "connection"))
    return Source(
        pattern=reader.text("source.pattern", table.get("pattern")),
        uri=reader.text("source.uri", table.get("uri", ""), empty=True),
        connection=reader.text("source.connection", table.get("connection", ""), empty=True),
    )


def read_desk(reader: Reader) -> Desk:
    """The table ``[report]``.

    Raises:
        ProfileError: a key is unknown or no text; whether it means something is ``checks``' to say.
    """
    table = reader.table("report", desk.KEYS)
    given = table.get("recipients", [])
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise reader.complaint("report.recipients", "is not a list of public keys: write it in brackets and quotes")
    texts = {
        key: reader.text(f"report.{key}", table.get(key, ""), empty=True) for key in desk.KEYS if key != "recipients"
    }
    return Desk(**texts, recipients=tuple(given))


def _format(reader: Reader) -> Format:
    keys = ("kind", "encoding", "delimiter", "sheet", "record", "date_order", "list_separator")
    table = reader.table("format", keys)
    kind = reader.text("format.kind", table.get("kind"), allowed=KINDS)
    needs = {"csv": "delimiter", "xlsx": "sheet", "xml": "record", "json": "record"}[kind]
    reader.text(f"format.{needs}", table.get(needs))
    encoding = reader.text("format.encoding", table.get("encoding", "utf-8"))
    try:
        codecs.lookup(encoding)
    except LookupError as error:
        raise reader.complaint("format.encoding", f"is {encoding!r}, which is no encoding: try cp1252") from error
    return Format(
        kind=kind,
        encoding=encoding,
        delimiter=table.get("delimiter", ""),
        sheet=table.get("sheet", ""),
        record=table.get("record", ""),
        date_order=reader.text("format.date_order", table.get("date_order"), allowed=DATE_ORDERS),
        list_separator=reader.text("format.list_separator", table.get("list_separator", ";")),
    )


def _words(reader: Reader, column: str) -> dict[str, str]:
    words: dict[str, str] = {}
    table = reader.tree["values"][column]
    if not isinstance(table, Mapping):
        raise reader.complaint(f"values.{column}", f"is not a table: write it as [values.{column}]")
    closed = CODED[column]
    for word, canonical in table.items():
        key = f'values.{column}."{word}"'
        meaning = reader.text(key, canonical, allowed=sorted(closed) if closed else None)
        if words.setdefault(word.casefold().strip(), meaning) != meaning:
            raise reader.complaint(key, "has another meaning in other letters: case makes no difference, keep one")
    return words


def _folded(reader: Reader, key: str, value: Any) -> frozenset[str]:
    if not isinstance(value, list):
        raise reader.complaint(key, "is not a list of texts: write it in brackets")
    return frozenset(reader.text(key, each).casefold().strip() for each in value)
