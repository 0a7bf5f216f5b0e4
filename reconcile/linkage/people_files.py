"""A table of people and a column map made into records.

Decides how source columns become canonical fields. Invariant: every row becomes one record; a value that cannot
be read as a date is kept as text and compared as it is written; nothing is guessed about which column is which.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
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
from reconcile.linkage.values import numbered
from reconcile.linkage.workers import workers
from reconcile.nested import Part, lists, struct
from reconcile.values import dates, identifier_columns

_compute: Any = pc
_ALIAS_MARKS: Final = "[;|]"


def read_files(files: Sequence[Path], mapped: ColumnMap, also: Sequence[str] = ()) -> pa.Table:
    """The mapped columns of all files as text, headers trimmed, with the file's number in ``ColumnMap.FILE``.

    ``also`` names further columns to keep where they are there. A list column stays a list. Raises
    ``LinkInputError`` for an unreadable file or a mapped column it lacks.
    """
    if not files:
        raise LinkInputError("no file was given: name at least one CSV or Parquet file")
    tables = []
    for number, path in enumerate(sorted(files)):
        rows = _read(path, {*mapped.sources, *also})
        twice = [name for name, count in Counter(rows.column_names).items() if count > 1]
        if missing := [column for column in mapped.sources if column not in rows.column_names]:
            raise LinkInputError(f"{path} has no column {', '.join(missing)}: mend the column map or the file")
        if twice:
            raise LinkInputError(f"{path} has the column {twice[0]} twice: rename one of them")
        with ThreadPoolExecutor(workers()) as pool:
            columns = dict(zip(rows.column_names, pool.map(_text, rows.columns), strict=True))
        columns[ColumnMap.FILE] = pa.repeat(f"{number:04d}", rows.num_rows)
        tables.append(pa.table(columns))
    rows = pa.concat_tables(tables, promote_options="default")
    if not rows.num_rows:
        raise LinkInputError("the files hold no rows: nothing to link")
    return rows


def _read(path: Path, wanted: set[str]) -> pa.Table:
    """The wanted columns of one file, under their trimmed names."""
    arrow_csv: Any = pcsv
    try:
        if path.suffix.lower() in (".parquet", ".pq"):
            with pq.ParquetFile(path) as file:
                names = [name for name in file.schema_arrow.names if name.strip() in wanted]
                return _trimmed(file.read(columns=names))
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
            return _trimmed(rows.select([place for place, name in enumerate(header) if name.strip() in wanted]))
    except (OSError, pa.ArrowInvalid) as error:
        reason = "no such file" if isinstance(error, FileNotFoundError) else "it is not a readable CSV or Parquet file"
        raise LinkInputError(f"{path} cannot be read, {reason}: CSV must be UTF-8 with a header line") from error


def _trimmed(rows: pa.Table) -> pa.Table:
    return rows.rename_columns([name.strip() for name in rows.column_names])


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


def in_order(rows: pa.Table, mapped: ColumnMap) -> pa.Table:
    """The rows sorted by record id; the table itself where they already are."""
    ids = _joined(rows, mapped.fields["record_id"])
    if _compute.all(_compute.less_equal(ids[:-1], ids[1:])).as_py() is not False:
        return rows
    return rows.take(_compute.array_sort_indices(ids))


def records_of(rows: pa.Table, mapped: ColumnMap) -> pa.Table:
    """Records in a subset of ``schema.RECORDS``, with ``attributes`` where any are mapped."""
    n = rows.num_rows

    def column(name: str) -> Any:
        return _joined(rows, mapped.fields[name]) if name in mapped.fields else pa.nulls(n, pa.string())

    ids = column("record_id")
    if ids.null_count or len(pc.unique(ids)) != n:
        raise LinkInputError("record_id is empty or repeated in the files: map a column that tells every row apart")
    # reading dates holds the interpreter, everything else is mostly Arrow's
    with ThreadPoolExecutor(workers()) as pool:
        made = {
            name: pool.submit(partial_dates, column(name))
            for name in ("birth_date", "conviction_date")
            if name in mapped.fields
        }
        if mapped.identifiers:
            made["identifiers"] = pool.submit(_identifiers, rows, mapped)
        made["names"] = pool.submit(_names, rows, mapped, column)
        columns = {"record_id": ids}
        columns |= {name: column(name) for name in ("sex", "place_of_birth", "force") if name in mapped.fields}
        columns |= {name: found.result() for name, found in made.items()}
    if {"address", "town", "postcode"} & mapped.fields.keys():
        places = {name: column(name) for name in ("address", "town", "postcode")}
        columns["addresses"] = lists(
            n, [Part(np.arange(n), struct(schema.ADDRESS, n, kind="current", **places))], schema.ADDRESS
        )
    if mapped.attributes:
        columns["attributes"] = _attributes(rows, mapped)
    return pa.table(columns)


def _names(rows: pa.Table, mapped: ColumnMap, column: Callable[[str], Any]) -> Any:
    n = rows.num_rows
    current = {
        part: column(name) for part, name in (("given", "given_names"), ("surname", "surname"), ("full", "full_name"))
    }
    parts = [Part(np.arange(n), struct(schema.NAME, n, kind="current", **current))]
    for source in mapped.fields.get("aliases", ()):
        listed: Any = rows.column(source).combine_chunks()
        if not pa.types.is_list(listed.type):
            listed = _compute.split_pattern_regex(listed, _ALIAS_MARKS)
        owners = _compute.list_parent_indices(listed)
        texts = _compute.utf8_trim_whitespace(_compute.list_flatten(listed))
        said = _compute.fill_null(_compute.not_equal(texts, ""), False)
        texts = texts.filter(said)
        names = struct(schema.NAME, len(texts), kind="alias", full=texts)
        parts.append(Part(owners.filter(said).to_numpy(zero_copy_only=False).astype(np.int64), names))
    return lists(n, parts, schema.NAME)


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
    parts = []
    for scheme, columns in sorted(mapped.identifiers.items()):
        texts = _joined(rows, columns)
        given = np.flatnonzero(texts.is_valid())
        texts = texts.drop_null()
        if scheme in table.identifier_schemes():
            values = identifier_columns.parse_column(scheme, texts)
        else:
            values = struct(schema.IDENTIFIER, len(texts), scheme=scheme, value=texts, check="none")
        parts.append(Part(given, values))
    return lists(rows.num_rows, parts, schema.IDENTIFIER)


def _attributes(rows: pa.Table, mapped: ColumnMap) -> Any:
    parts = []
    for name, columns in sorted(mapped.attributes.items()):
        texts = _joined(rows, columns)
        given = np.flatnonzero(texts.is_valid())
        texts = texts.drop_null()
        parts.append(Part(given, struct(schema.ATTRIBUTE, len(texts), name=name, value=texts)))
    return lists(rows.num_rows, parts, schema.ATTRIBUTE)


def truth_of(rows: pa.Table, truth: str) -> NDArray[np.int64]:
    """The true person of each row, as a label; -1 where not known."""
    name, _, pattern = truth.partition(":")
    if name not in rows.column_names:
        raise LinkInputError(f"the files have no truth column {name}: name one of their columns")
    try:
        expression = re.compile(pattern or "(.*)", re.DOTALL)
    except re.error as error:
        raise LinkInputError(f"the truth's pattern is no regular expression ({error}): mend it") from error
    if not expression.groups:
        raise LinkInputError("the truth's pattern has no group: put what names the person in brackets")
    texts, codes = numbered(rows.column(name).combine_chunks())
    found = (expression.search(text) if text else None for text in texts.to_pylist())
    people = [match.group(1) or "" if match else "" for match in found]
    labels = {person: label for label, person in enumerate(sorted(set(people) - {""}))}
    return np.array([*(labels.get(person, -1) for person in people), -1], np.int64)[codes]
