"""A table of people and a column map made into records.

Decides how source columns become canonical fields. Invariant: every row becomes one record; a value that cannot
be read as a date is kept as text and compared as it is written; nothing is guessed about which column is which.
"""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from reconcile import schema
from reconcile.errors import LinkInputError
from reconcile.linkage import table
from reconcile.linkage.column_map import ColumnMap
from reconcile.values import dates, identifiers

_ALIAS_MARKS: Final = re.compile(r"[;|]")


def read_files(files: Sequence[Path], mapped: ColumnMap) -> pa.Table:
    """The rows of all files as text, headers trimmed, with the file's number in ``ColumnMap.FILE``.

    A list column stays a list. Raises ``LinkInputError`` for an unreadable file or a mapped column it lacks.
    """
    if not files:
        raise LinkInputError("no file was given: name at least one CSV or Parquet file")
    tables = []
    for number, path in enumerate(sorted(files)):
        rows = _read(path)
        rows = rows.rename_columns([name.strip() for name in rows.column_names])
        twice = [name for name, count in Counter(rows.column_names).items() if count > 1]
        if missing := [column for column in mapped.sources if column not in rows.column_names]:
            raise LinkInputError(f"{path} has no column {', '.join(missing)}: mend the column map or the file")
        if twice:
            raise LinkInputError(f"{path} has the column {twice[0]} twice: rename one of them")
        columns = {name: _text(rows.column(name)) for name in rows.column_names}
        columns[ColumnMap.FILE] = pa.array([f"{number:04d}"] * rows.num_rows, pa.string())
        tables.append(pa.table(columns))
    rows = pa.concat_tables(tables, promote_options="default")
    if not rows.num_rows:
        raise LinkInputError("the files hold no rows: nothing to link")
    return rows


def _read(path: Path) -> pa.Table:
    arrow_csv: Any = pcsv
    rows: pa.Table
    try:
        if path.suffix.lower() in (".parquet", ".pq"):
            return pq.read_table(path)
        content = path.read_bytes()
        with pa.BufferReader(content) as buffer:
            header = arrow_csv.open_csv(buffer).schema.names
        with pa.BufferReader(content) as buffer:
            rows = arrow_csv.read_csv(
                buffer,
                parse_options=pcsv.ParseOptions(newlines_in_values=True),
                convert_options=pcsv.ConvertOptions(
                    column_types={name: pa.string() for name in header}, strings_can_be_null=False
                ),
            )
            return rows
    except (OSError, pa.ArrowInvalid) as error:
        reason = "no such file" if isinstance(error, FileNotFoundError) else "it is not a readable CSV or Parquet file"
        raise LinkInputError(f"{path} cannot be read, {reason}: CSV must be UTF-8 with a header line") from error


def _text(column: Any) -> Any:
    column = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        return column.cast(pa.list_(pa.string()))
    return pc.utf8_trim_whitespace(pc.fill_null(column.cast(pa.string()), ""))


def _joined(rows: pa.Table, columns: tuple[str, ...]) -> Any:
    """One text column of several, joined with a space; empty is null."""
    parts: list[Any] = [rows.column(name).combine_chunks() for name in columns]
    parts = [part.combine_chunks() if isinstance(part, pa.ChunkedArray) else part for part in parts]
    text: Any = pc.utf8_trim_whitespace(pc.binary_join_element_wise(*parts, " ")) if len(parts) > 1 else parts[0]
    compute: Any = pc
    return compute.if_else(compute.equal(text, ""), pa.scalar(None, pa.string()), text)


def records_of(rows: pa.Table, mapped: ColumnMap) -> pa.Table:
    """Records in a subset of ``schema.RECORDS``, with ``attributes`` where any are mapped."""
    n = rows.num_rows

    def column(name: str) -> Any:
        return _joined(rows, mapped.fields[name]) if name in mapped.fields else pa.nulls(n, pa.string())

    ids = column("record_id")
    if ids.null_count or len(pc.unique(ids)) != n:
        raise LinkInputError("record_id is empty or repeated in the files: map a column that tells every row apart")
    columns = {"record_id": ids, "names": _names(rows, mapped, column)}
    for name in ("sex", "place_of_birth", "force"):
        if name in mapped.fields:
            columns[name] = column(name)
    for name in ("birth_date", "conviction_date"):
        if name in mapped.fields:
            columns[name] = partial_dates(column(name))
    if {"address", "town", "postcode"} & mapped.fields.keys():
        columns["addresses"] = _one_each(
            schema.ADDRESS, pa.array(["current"] * n), column("address"), column("town"), column("postcode")
        )
    if mapped.identifiers:
        columns["identifiers"] = _identifiers(rows, mapped)
    if mapped.attributes:
        columns["attributes"] = _attributes(rows, mapped)
    return pa.table(columns)


def _one_each(struct: Any, *children: Any) -> Any:
    """A list array with exactly one struct a row."""
    n = len(children[0])
    items = pa.StructArray.from_arrays([child.cast(pa.string()) for child in children], fields=list(struct))
    return pa.ListArray.from_arrays(pa.array(range(n + 1), pa.int32()), items)


def _names(rows: pa.Table, mapped: ColumnMap, column: Any) -> Any:
    current = zip(
        column("given_names").to_pylist(), column("surname").to_pylist(), column("full_name").to_pylist(), strict=True
    )
    others: list[list[str]] = [[] for _ in range(rows.num_rows)]
    if "aliases" in mapped.fields:
        for source in mapped.fields["aliases"]:
            for row, value in enumerate(rows.column(source).to_pylist()):
                found = value if isinstance(value, list) else _ALIAS_MARKS.split(value or "")
                others[row] += [alias.strip() for alias in found if alias and alias.strip()]
    names = []
    for (given, surname, full), aliases in zip(current, others, strict=True):
        entries = [{"kind": "current", "given": given, "surname": surname, "full": full}]
        entries += [{"kind": "alias", "given": None, "surname": None, "full": alias} for alias in aliases]
        names.append(entries)
    return pa.array(names, pa.list_(schema.NAME))


def _order(texts: Sequence[str]) -> str:
    """The order of day, month and year which reads most of a column's distinct dates."""
    counts = {order: sum(dates.parse(text, order) is not None for text in texts[:2000]) for order in dates.ORDERS}
    return max(("ymd", "dmy", "mdy"), key=lambda order: counts[order])


def partial_dates(column: Any) -> Any:
    """PARTIAL_DATE from a text column; text that is no date keeps its words alone."""
    distinct = [text for text in pc.unique(column).to_pylist() if text]
    parsed = dates.parse_column(column, _order(sorted(distinct)))
    return parsed.combine_chunks() if isinstance(parsed, pa.ChunkedArray) else parsed


def _identifiers(rows: pa.Table, mapped: ColumnMap) -> Any:
    lists: list[list[dict[str, str]]] = [[] for _ in range(rows.num_rows)]
    for scheme, columns in sorted(mapped.identifiers.items()):
        read: dict[str, dict[str, str]] = {}
        for row, text in enumerate(_joined(rows, columns).to_pylist()):
            if text:
                if text not in read:
                    read[text] = _identifier(scheme, text)
                lists[row].append(read[text])
    return pa.array(lists, pa.list_(schema.IDENTIFIER))


def _identifier(scheme: str, text: str) -> dict[str, str]:
    if scheme not in table.identifier_schemes():
        return {"scheme": scheme, "value": text, "check": "none"}
    found = identifiers.parse(scheme, text)
    return {"scheme": found.scheme, "value": found.value, "check": found.check}


def _attributes(rows: pa.Table, mapped: ColumnMap) -> Any:
    lists: list[list[dict[str, str]]] = [[] for _ in range(rows.num_rows)]
    for name, columns in sorted(mapped.attributes.items()):
        for row, text in enumerate(_joined(rows, columns).to_pylist()):
            if text:
                lists[row].append({"name": name, "value": text})
    return pa.array(lists, pa.list_(schema.ATTRIBUTE))


def truth_of(rows: pa.Table, mapped: ColumnMap, truth: str, ids: NDArray[np.str_]) -> NDArray[np.int64]:
    """The true person of each record, as a label in the order of the sorted ``ids``; -1 where not known."""
    name, _, pattern = truth.partition(":")
    if name not in rows.column_names:
        raise LinkInputError(f"the files have no truth column {name}: name one of their columns")
    try:
        expression = re.compile(pattern or "(.*)", re.DOTALL)
    except re.error as error:
        raise LinkInputError(f"the truth's pattern is no regular expression ({error}): mend it") from error
    if not expression.groups:
        raise LinkInputError("the truth's pattern has no group: put what names the person in brackets")
    people = []
    for text in rows.column(name).to_pylist():
        found = expression.search(text) if text else None
        people.append(found.group(1) or "" if found else "")
    labels = {person: label for label, person in enumerate(sorted(set(people) - {""}))}
    order = np.argsort(
        _joined(rows, mapped.fields["record_id"]).to_numpy(zero_copy_only=False).astype(str), kind="stable"
    )
    return np.array([labels.get(people[row], -1) for row in order], np.int64)
