"""Good extracts of every kind, ways to damage them, and what becomes of each: for the property tests and the fuzzer.

Decides what counts as no harm: an extract is rejected with one line, or each of its rows ends accepted or quarantined.
Invariant: a seed gives the same files.
"""

import csv
import datetime as dt
import gzip
import io
import json
import random
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

import xlsxwriter

from reconcile.errors import ExtractError
from reconcile.forces import Format, Profile
from reconcile.intake.columns import map_columns
from reconcile.intake.read import read
from reconcile.intake.standardise import standardise
from reconcile.intake.validate import Extract, validate
from tests.unit.dialect import KENT

AS_OF: Final = dt.date(2018, 3, 1)
LAYOUTS: Final = {
    "csv": Format("csv", "cp1252", ";", "", "", "dmy", "|"),
    "utf8": Format("csv", "utf-8", ",", "", "", "dmy", "|"),
    "utf16": Format("csv", "utf-16", "\t", "", "", "dmy", "|"),
    "xlsx": Format("xlsx", "utf-8", "", "Register", "", "dmy", "|"),
    "xls": Format("xlsx", "utf-8", "", "*", "", "dmy", "|"),
    "xml": Format("xml", "utf-8", "", "", "Nominal", "dmy", "|"),
    "json": Format("json", "utf-8", "", "", "nominals", "dmy", "|"),
    "lines": Format("json", "utf-8", "", "", "nominals", "dmy", "|"),
    "zip": Format("csv", "cp1252", ";", "", "", "dmy", "|"),
    "gzip": Format("csv", "cp1252", ";", "", "", "dmy", "|"),
}
Person = dict[str, str]


def profile(kind: str) -> Profile:
    return replace(KENT, format=LAYOUTS[kind])


def people(chance: random.Random, count: int) -> list[Person]:
    """Invented rows, most of them good."""
    found = []
    for number in range(count):
        day = dt.date(1950, 1, 1) + dt.timedelta(chance.randrange(18_000))
        found.append(
            {
                "Ref": f"K{number + 1:04}",
                "Surname": chance.choice(["Farrow", "Ó Dálaigh", "Hay-Moss", "O'Neill", "UNKNOWN", "Müller, geb. Orr"]),
                "Forename": chance.choice(["Iain", "Zoë", "", "N/K", "Anne\nMarie"]),
                "DOB": chance.choice([day.strftime("%d/%m/%Y"), day.strftime("%d-%b-%y"), "1971", "01/01/1900", ""]),
                "Sex": chance.choice("12"),
                "PNC": chance.choice(["81/34U", "2003/0000003Y", "03-Mar", "", "x"]),
                "AKA": chance.choice(["", "FARO, Jan|?", 'Ian "Red" Farrow', "refused"]),
                "Postcode": chance.choice(["CT21 3CI", "me11ci", "NFA", ""]),
                "Status": chance.choice(["Lost", "At home", "Warrant", "?"]),
                "Missing from": chance.choice(["", "05/03/2012", "circa 2005", "12/2016"]),
            }
        )
    return found


def good(kind: str, rows: Sequence[Person]) -> bytes:
    """The bytes of an extract of ``rows`` as the profile of ``kind`` says."""
    layout = LAYOUTS[kind]
    if kind in ("zip", "gzip"):
        content = good("csv", rows)
        return gzip.compress(content, mtime=0) if kind == "gzip" else _zipped(content)
    if kind == "xls":
        return (Path(__file__).parent / "unit" / "extracts" / "dates_1904.xls").read_bytes()
    if kind == "xlsx":
        return _workbook(rows)
    if kind == "xml":
        cells = (
            "".join(f"<{k.replace(' ', '_')}>{escape(v)}</{k.replace(' ', '_')}>" for k, v in r.items()) for r in rows
        )
        body = "".join(f"<Nominal>{one}</Nominal>\n" for one in cells)
        return f'<?xml version="1.0" encoding="utf-8"?>\n<Extract>{body}</Extract>'.encode()
    if kind == "json":
        return json.dumps({"asOf": "2018-03-01", "nominals": list(rows)}, ensure_ascii=False, indent=1).encode()
    if kind == "lines":
        return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=layout.delimiter)
    writer.writerow(rows[0])
    writer.writerows(row.values() for row in rows)
    return out.getvalue().encode(layout.encoding, errors="replace")


def _zipped(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("register.csv"), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _workbook(rows: Sequence[Person]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": dt.datetime(2018, 3, 1)})  # noqa: DTZ001 - a workbook knows no time zone
        sheet = book.add_worksheet("Register")
        sheet.write_row(0, 0, list(rows[0]))
        for number, row in enumerate(rows, start=1):
            for column, text in enumerate(row.values()):
                sheet.write_string(number, column, text)
        book.add_worksheet("Notes").write(0, 0, "synthetic")
    return out.getvalue()


def damaged(content: bytes, other: bytes, chance: random.Random) -> tuple[str, bytes]:
    """``content`` damaged in one way, which is named; ``other`` is an extract to splice in."""
    packed = content.startswith((b"PK", b"\x1f\x8b"))
    how = "inside" if packed and chance.random() < 0.8 else chance.choice(list(DAMAGES))
    return how, DAMAGES[how](content, other, chance)


def _flipped(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    found = bytearray(content)
    for _ in range(chance.choice([1, 2, 8, 64])):
        found[chance.randrange(len(found))] ^= 1 << chance.randrange(8)
    return bytes(found)


def _scrambled(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    found = bytearray(content)
    for _ in range(chance.choice([1, 4, 32])):
        found[chance.randrange(len(found))] = chance.choice(b'\x00\n\r",;\t|<>&{}[]\xff\xc3PK')
    return bytes(found)


def _cut(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    start, end = sorted((chance.randrange(len(content) + 1), chance.randrange(len(content) + 1)))
    return chance.choice([content[:end], content[start:], content[:start] + content[end:]])


def _swapped(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    one, two = chance.sample([b";", b",", b"\t", b"|", b'"', b"\r\n", b"\n", b"<", b"{", b":"], 2)
    if chance.random() < 0.5:
        return content.replace(one, two)
    return content.replace(one, two, chance.randrange(1, 9))


def _spliced(content: bytes, other: bytes, chance: random.Random) -> bytes:
    place, start = chance.randrange(len(content) + 1), chance.randrange(len(other) + 1)
    return chance.choice([content + other, content[:place] + other[start:], content[:place] + other + content[place:]])


def _doubled(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    start, end = sorted((chance.randrange(len(content) + 1), chance.randrange(len(content) + 1)))
    return content[:end] + content[start:end] * chance.choice([1, 3, 20]) + content[end:]


def _recoded(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    encodings = ["utf-8", "cp1252", "utf-16", "utf-16-le", "utf-8-sig", "utf-32", "cp437", "cp037", "utf-7"]
    text = content.decode(chance.choice(["cp1252", "utf-8"]), errors="replace")
    return text.encode(chance.choice(encodings), errors="replace")


def _lines_in(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    lines = content.split(b"\n")
    for _ in range(chance.choice([1, 3])):
        lines.insert(chance.randrange(len(lines) + 1), chance.choice([*_LINES, chance.choice(lines)]))
    return b"\n".join(lines)


def _packed(content: bytes, _other: bytes, chance: random.Random) -> bytes:
    return chance.choice([gzip.compress(content, mtime=0), _zipped(content), gzip.compress(_zipped(content), mtime=0)])


def _inside(content: bytes, other: bytes, chance: random.Random) -> bytes:
    """One part of an archive or workbook damaged and packed again, so that the packing is whole."""
    if content.startswith(b"\x1f\x8b"):
        try:
            return gzip.compress(damaged(gzip.decompress(content) or b" ", other, chance)[1], mtime=0)
        except (OSError, EOFError, zlib.error):
            return content
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as old:
            parts = [(part.filename, old.read(part)) for part in old.infolist()]
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, RuntimeError, NotImplementedError, zlib.error):
        return _flipped(content, other, chance)
    place, out = chance.randrange(len(parts)), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for number, (name, part) in enumerate(parts):
            new.writestr(zipfile.ZipInfo(name), damaged(part or b" ", other, chance)[1] if number == place else part)
    return out.getvalue()


_LINES: Final = (
    b"",
    b";;;;",
    b"Page 1 of 3",
    b"End of report",
    b"Total;12",
    b"Kent Police",
    b'"',
    b"K9999",
    b"a;b;c;d;e;f",
)
DAMAGES: Final = {
    "bits flipped": _flipped,
    "bytes changed": _scrambled,
    "cut": _cut,
    "delimiters swapped": _swapped,
    "spliced": _spliced,
    "doubled": _doubled,
    "recoded": _recoded,
    "lines put in": _lines_in,
    "packed": _packed,
    "inside": _inside,
}


@dataclass(frozen=True)
class Opened:
    """An extract that could be read, and the rows it was found to have."""

    extract: Extract
    rows: int


def opened(content: bytes, chosen: Profile) -> Opened | str:
    """Read an extract as intake does; the reason where it is rejected."""
    try:
        rows = read(content, chosen)
        mapped = map_columns(rows, chosen)
    except ExtractError as error:
        sentence = str(error)
        assert sentence
        assert "\n" not in sentence
        return sentence
    assert mapped.rows.num_rows == rows.num_rows > 0
    assert mapped.rows["row_number"].to_pylist() == list(range(1, rows.num_rows + 1))
    return Opened(Extract(mapped.rows, chosen, AS_OF, "ab" * 32, rows.num_rows), rows.num_rows)


def ended(found: Iterable[Opened]) -> tuple[int, int, int]:
    """Take read extracts to their end: rows accepted, rows quarantined, extracts rejected by a rule."""
    accepted = quarantined = rejected = 0
    every = list(found)
    for one, validation in zip(every, validate([one.extract for one in every]), strict=True):
        if validation.rejected:
            rejected += 1
            continue
        kept = set(validation.accepted["row_number"].to_pylist())
        held = set(validation.quarantine["row_number"].to_pylist())
        assert kept | held == set(range(1, one.rows + 1))
        assert not kept & held
        records, provenance = standardise(validation.accepted, one.extract.profile, AS_OF, one.extract.sha256)
        assert sorted(provenance["row_number"].to_pylist()) == sorted(kept)
        assert len(set(records["record_id"].to_pylist())) == records.num_rows == len(kept)
        assert all(records["names"].to_pylist())
        accepted, quarantined = accepted + len(kept), quarantined + len(held)
    return accepted, quarantined, rejected
