"""Lists of name changes taken in: deed polls, marriages, changes notified, as CSV files beside the forces' extracts.

Decides which rows can be applied and what their source is. Invariant: every row of every list is in the table, with
the rule it is rejected by or none; a list that cannot be read whole stops the cycle with one line that quotes no
cell, as an operator put it there and can mend it. Bytes are landed unchanged, named by their sha256.
"""

import csv
import hashlib
import io
import posixpath
import tomllib
from collections import Counter
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import fsspec
import pyarrow as pa

from reconcile import schema
from reconcile.errors import ExtractError
from reconcile.names import parse
from reconcile.settings import Settings
from reconcile.values import dates, placeholders
from reconcile.workspace import write_bytes

FOLDER: Final = "name_changes"
"""In the inbox, and of the landed bytes."""
REQUIRED: Final = ("old_given", "old_surname", "new_given", "new_surname", "birth_date")
NAMES: Final = REQUIRED[:4]
OTHER: Final = "other"
ORDER: Final = "dmy"
"""Of dates whose year does not come first."""


def read_lists(settings: Settings) -> tuple[pa.Table, dict[str, str]]:
    """Read every ``*.csv`` in the inbox's folder ``name_changes``; an inbox without one gives no rows.

    Returns:
        ``schema.NAME_CHANGES`` in the order of lists and rows, each "unmatched" so far or "rejected"; and the lists'
        file names by sha256. Of two files with the same bytes one is read.

    Raises:
        ExtractError: a list is no UTF-8 CSV, lacks a column, or has a row of another length.
    """
    rows: list[dict[str, Any]] = []
    lists: dict[str, str] = {}
    for name, content in _files(settings):
        sha256 = hashlib.sha256(content).hexdigest()
        if sha256 not in lists:
            rows += [_standardised(row) | {"list_sha256": sha256} for row in _rows(name, content)]
            write_bytes(settings.workspace.landed(settings.cycle, FOLDER) / f"{sha256}.csv", content)
            lists[sha256] = name
    changes = pa.Table.from_pylist(rows, schema.NAME_CHANGES)
    order: Any = [("list_sha256", "ascending"), ("row_number", "ascending")]
    return changes.sort_by(order), lists


def receipt(changes: pa.Table, lists: Mapping[str, str]) -> dict[str, Any]:
    """What became of each list, as JSON values: rows in = used + unmatched + rejected, and the reasons."""
    found = []
    for sha256, name in sorted(lists.items(), key=lambda item: (item[1], item[0])):
        of_list = [row for row in changes.to_pylist() if row["list_sha256"] == sha256]
        counts = Counter(row["outcome"] for row in of_list)
        rules = sorted(Counter(row["rule"] for row in of_list if row["rule"]).items())
        entry = {outcome: counts[outcome] for outcome in ("used", "unmatched", "rejected")}
        if len(of_list) != sum(entry.values()):
            raise AssertionError(f"list {sha256}: a row is neither used, unmatched nor rejected")
        reasons = [[rule, count, _table()["rules"][rule]] for rule, count in rules]
        found.append({"file": name, "sha256": sha256, "rows_in": len(of_list), **entry, "reasons": reasons})
    return {"lists": found}


@cache
def _table() -> dict[str, dict[str, Any]]:
    return tomllib.loads(resources.files(__package__).joinpath("name_changes.toml").read_text(encoding="utf-8"))


def _files(settings: Settings) -> list[tuple[str, bytes]]:
    """Name and bytes of each list, in the order of their names. A link is passed over, as whose file it is is not
    known."""
    uri = posixpath.join(settings.inbox, FOLDER)
    source = uri if "://" in uri or Path(uri).is_absolute() else str(settings.workspace.root / uri)
    filesystem, root = fsspec.core.url_to_fs(source)
    there = sorted(filesystem.ls(root, detail=False)) if filesystem.isdir(root) else []
    lists = [path for path in there if path.lower().endswith(".csv") and filesystem.isfile(path)]
    return [(posixpath.basename(path), filesystem.cat_file(path)) for path in lists if not Path(path).is_symlink()]


def _rows(name: str, content: bytes) -> list[dict[str, str]]:
    """The rows of a list under canonical names, with their numbers."""
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        wanted = {heading: column for column, known in _table()["columns"].items() for heading in known}
        columns = {
            heading: wanted[plain]
            for heading in reader.fieldnames or ()
            if (plain := "_".join(heading.casefold().split())) in wanted
        }
        if len(set(columns.values())) < len(columns):
            raise ExtractError(f"name-change list {name} has a column twice: leave one of each")
        if missing := [column for column in REQUIRED if column not in columns.values()]:
            raise ExtractError(f"name-change list {name} lacks the columns {', '.join(missing)}: add or rename them")
        rows = []
        for number, row in enumerate(reader, start=1):
            if None in row or None in row.values():
                raise ExtractError(f"name-change list {name}, row {number}, has more or fewer cells than headings")
            rows.append({column: row[heading].strip() for heading, column in columns.items()})
            rows[-1]["row_number"] = str(number)
    except UnicodeDecodeError:
        raise ExtractError(f"name-change list {name} is not UTF-8: save it as CSV UTF-8") from None
    except csv.Error:
        raise ExtractError(f"name-change list {name} is no whole CSV: look for a quote that is not closed") from None
    return rows


def _standardised(row: Mapping[str, str]) -> dict[str, Any]:
    names = {column: _name(row[column]) for column in NAMES}
    born, changed = (dates.parse(row.get(column, ""), ORDER) for column in ("birth_date", "changed_on"))
    rule = _rule(names, born)
    return {
        **names,
        "row_number": int(row["row_number"]),
        "birth_date": vars(born) if born else None,
        "changed_on": vars(changed) if changed else None,
        "source": _source(row.get("source", "")),
        "outcome": "rejected" if rule else "unmatched",
        "rule": rule,
        "records": 0,
    }


def _name(text: str) -> str | None:
    return None if not text or placeholders.is_placeholder("name", text) else text


def _rule(names: Mapping[str, str | None], born: dates.PartialDate | None) -> str | None:
    """The rule a row fails. A part blank on one side is unchanged; a whole side blank is no name."""
    sides = [(names[f"{side}_given"], names[f"{side}_surname"]) for side in ("old", "new")]
    if not all(any(side) for side in sides):
        return "names_given"
    old, new = (
        (parse.given(given or other_given or ""), parse.surname(surname or other_surname or "").whole)
        for (given, surname), (other_given, other_surname) in (sides, sides[::-1])
    )
    if not (old[0] or old[1]) or not (new[0] or new[1]):
        return "names_given"
    if old == new:
        return "names_differ"
    return None if born and born.lo else "birth_date_given"


def _source(text: str) -> str:
    plain = " ".join(text.casefold().split())
    known: dict[str, list[str]] = _table()["sources"]
    return next((word for word, texts in known.items() if any(part in plain for part in texts)), OTHER)
