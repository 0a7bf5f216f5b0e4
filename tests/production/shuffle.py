"""Puts the rows of a force's extract in another order, in whatever format the force sends it."""

import csv
import io
import json
import random
from pathlib import Path
from xml.etree import ElementTree

import openpyxl

from reconcile.forces import Profile


def shuffle(path: Path, profile: Profile, chance: random.Random) -> None:
    """Rewrite the extract at ``path`` with its rows in an order drawn from ``chance``."""
    {"csv": _csv, "xlsx": _xlsx, "xml": _xml, "json": _json}[profile.format.kind](path, profile, chance)


def _csv(path: Path, profile: Profile, chance: random.Random) -> None:
    text = path.read_bytes().decode(profile.format.encoding)
    header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=profile.format.delimiter)
    chance.shuffle(rows)
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=profile.format.delimiter).writerows([header, *rows])
    path.write_bytes(out.getvalue().encode(profile.format.encoding))


def _xlsx(path: Path, profile: Profile, chance: random.Random) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book[profile.format.sheet] if profile.format.sheet else book.worksheets[0]
    header, *rows = [tuple(row) for row in sheet.iter_rows(values_only=True)]
    chance.shuffle(rows)
    for number, row in enumerate([header, *rows], start=1):
        for column, value in enumerate(row, start=1):
            sheet.cell(number, column).value = value
    book.save(path)


def _xml(path: Path, profile: Profile, chance: random.Random) -> None:
    tree = ElementTree.parse(path)
    parent = next(node for node in tree.iter() if any(child.tag == profile.format.record for child in node))
    rows = [child for child in parent if child.tag == profile.format.record]
    others = [child for child in parent if child.tag != profile.format.record]
    chance.shuffle(rows)
    parent[:] = [*others, *rows]
    tree.write(path, encoding=profile.format.encoding, xml_declaration=True)


def _json(path: Path, profile: Profile, chance: random.Random) -> None:
    value = json.loads(path.read_bytes().decode(profile.format.encoding))
    chance.shuffle(value[profile.format.record] if profile.format.record else value)
    path.write_bytes(json.dumps(value, ensure_ascii=False).encode(profile.format.encoding))
