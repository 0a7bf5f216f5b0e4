"""Whether a profile, once read, means something: what its keys say together.

Decides which profiles contradict themselves or could never read an extract. Invariant: a complaint names the key and
what to do, and says nothing of any extract.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from reconcile.errors import SourceError
from reconcile.forces import desk
from reconcile.forces.lists import LIST_COLUMNS, LISTS
from reconcile.sources.address import checked

if TYPE_CHECKING:
    from reconcile.forces.desk import Desk
    from reconcile.forces.profile import Force, Format, Profile, Source

REQUIRED: Final = ("local_id", "birth_date", "sex", "status", "missing_since")
MANIFEST: Final = ".manifest.json"
LONGEST_UNIT: Final = 120
LARGEST_TILE: Final = 30
"""Columns and rows of the largest map of cells anybody would draw."""

_SLUG: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_ONS: Final = re.compile(r"([ENSW]\d{8})?")
_HOME_OFFICE: Final = re.compile(r"(\d{2})?")
_EMAIL: Final = re.compile(r"([A-Za-z0-9._-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+)?")
_PHONE: Final = re.compile(r"(\+?[0-9][0-9 ]{5,20}[0-9])?")
_CONNECTION: Final = re.compile(r"\w*", re.ASCII)

Complaint = tuple[str, str]
"""A key and what is wrong with it."""


def first(profile: Profile) -> Complaint | None:
    """The first thing wrong with ``profile``; None where nothing is."""
    every = (
        _force(profile.force),
        _source(profile.source),
        _format(profile.format),
        _columns(profile),
        _lists(profile),
        _words(profile),
        report(profile.report),
    )
    return next((found for each in every for found in each), None)


def _force(force: Force) -> Iterator[Complaint]:
    # A slug names folders, so that anything else could reach out of the workspace.
    if not _SLUG.fullmatch(force.slug):
        yield "slug", f"is {force.slug!r}: write small letters, digits and single hyphens"
    if not _ONS.fullmatch(force.ons_code):
        yield "ons_code", f'is {force.ons_code!r}: write a letter and eight digits, or "" where none is known'
    if not _HOME_OFFICE.fullmatch(force.home_office_code):
        yield "home_office_code", f'is {force.home_office_code!r}: write two digits, or "" where none is known'
    if max(force.tile) > LARGEST_TILE:
        yield "tile", f"is off the map: its column and row are at most {LARGEST_TILE}"


def _source(source: Source) -> Iterator[Complaint]:
    pattern = source.pattern
    if not pattern.strip() or "/" in pattern or "\\" in pattern:
        yield "source.pattern", "names no file: write a name with * or ? in it, and the folder in uri"
    if pattern.endswith(MANIFEST):
        yield "source.pattern", "matches manifests: give the extract's own name, its manifest is found by it"
    if not _CONNECTION.fullmatch(source.connection):
        yield "source.connection", f"is {source.connection!r}: write letters, digits and underscores"
    try:
        address = checked(source.uri)
    except SourceError as error:
        yield "source.uri", str(error).removeprefix("uri ")
        return
    if source.connection and address.scheme in ("", "file", "local"):
        yield "source.connection", "signs in to no folder: take it out, or write uri as sftp://host/folder"
    if address.scheme == "sftp" and not source.connection:
        yield "source.connection", "is missing: an SFTP source needs one, write the name of its credentials"
    if address.scheme == "s3" and not address.host:
        yield "source.uri", "names no bucket: write s3://bucket/folder"


def _format(layout: Format) -> Iterator[Complaint]:
    try:
        "".encode(layout.encoding)
    except LookupError:
        yield "format.encoding", f"is {layout.encoding!r}, which is no encoding of text: try cp1252"
    marked = layout.delimiter
    if layout.kind == "csv" and (len(marked) != 1 or not marked.isascii() or marked.isalnum() or marked in '"\r\n'):
        yield "format.delimiter", r'is no single sign: write one such as "," or "\t"'


def _columns(profile: Profile) -> Iterator[Complaint]:
    for name in REQUIRED:
        if name not in profile.columns:
            yield f"columns.{name}", "is missing: name the source column that holds it"
    if "full_name" not in profile.columns and not {"given_names", "surname"} <= profile.columns.keys():
        yield "columns.full_name", "is missing: map it, or given_names and surname"
    taken: dict[str, str] = {}
    fields = [(f"columns.{name}", columns) for name, columns in profile.columns.items()]
    for key, columns in [*fields, *((f"identifiers.{name}", (one,)) for name, one in profile.identifiers.items())]:
        for column in columns:
            if column != column.strip() or not column:
                yield key, f"is {column!r}: write the heading without blanks around it"
            if column.casefold() in taken:
                yield key, f"is {column!r}, which {taken[column.casefold()]} is too: give each its own column"
            taken[column.casefold()] = key


def _lists(profile: Profile) -> Iterator[Complaint]:
    for listed in LISTS.values():
        mapped = [column for column in listed.columns if column in profile.columns]
        for member in listed.members:
            if mapped and member.needed and member.column not in profile.columns:
                yield f"columns.{member.column}", f"is missing: {mapped[0]} cannot be read without it, map it too"
    for column in LIST_COLUMNS:
        if len(profile.columns.get(column, ())) > 1:
            yield f"columns.{column}", "names several columns: a list whose positions count has one of its own"
        if column in profile.columns and not profile.format.list_separator.strip():
            yield "format.list_separator", f"is blank, and {column} is a list: write the sign its entries are apart at"


def _words(profile: Profile) -> Iterator[Complaint]:
    if both := sorted(profile.withheld & profile.unknown):
        yield "tokens", f"has {both[0]!r} both withheld and unknown: keep it in one of them"
    absent: Mapping[str, str] = {
        **dict.fromkeys(profile.withheld, "withheld"),
        **dict.fromkeys(profile.unknown, "unknown"),
    }
    for column, words in profile.values.items():
        if "" in words:
            yield f"values.{column}", "gives a blank cell a meaning: take the blank word out"
        if both := sorted(words.keys() & absent.keys()):
            yield f"values.{column}", f"has {both[0]!r}, which tokens.{absent[both[0]]} has too: keep it in one of them"


def report(contact: Desk) -> Iterator[Complaint]:
    """What is wrong with where a force's reports go, and with whom others ask."""
    yield from desk.complaints(contact)
    if len(contact.unit) > LONGEST_UNIT or not contact.unit.isprintable():
        yield "report.unit", f"is no name of a unit: write one line of at most {LONGEST_UNIT} letters"
    if not _EMAIL.fullmatch(contact.email):
        yield "report.email", "is no address of a mailbox: write the unit's own, name@domain, never a person's"
    if not _PHONE.fullmatch(contact.phone):
        yield "report.phone", "is no telephone number: write digits and blanks, with + before a country code"
