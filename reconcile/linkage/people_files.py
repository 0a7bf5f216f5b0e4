"""Files of people read as one table of text, sorted by record id.

Decides what a file may hold. Invariant: every row is there once; columns no map names are not read; what cannot be read
is refused in one line that names the file.
"""

import re
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from reconcile.errors import LinkInputError
from reconcile.linkage.column_map import ColumnMap
from reconcile.linkage.columns import whole
from reconcile.linkage.values import numbered
from reconcile.linkage.workers import workers

_compute: Any = pc


def read_files(files: Sequence[Path], mapped: ColumnMap, also: Sequence[str] = ()) -> pa.Table:
    """The mapped columns of all files, headers trimmed, with the file's number in ``ColumnMap.FILE``.

    ``also`` names further columns to keep where they are there. Record ids are text; a list column of aliases stays a
    list; every other column is dictionary-encoded text, or null where no file says anything. Raises ``LinkInputError``
    for an unreadable file, a mapped column it lacks or one that is no text.
    """
    if not files:
        raise LinkInputError("no file was given: name at least one CSV or Parquet file")
    tables = []
    for number, path in enumerate(sorted(files)):
        rows = _read(path, {*mapped.sources, *also}, mapped.fields["record_id"])
        twice = [name for name, count in Counter(rows.column_names).items() if count > 1]
        if missing := [column for column in mapped.sources if column not in rows.column_names]:
            raise LinkInputError(f"{path} has no column {', '.join(missing)}: mend the column map or the file")
        if twice:
            raise LinkInputError(f"{path} has the column {twice[0]} twice: rename one of them")
        with ThreadPoolExecutor(workers()) as pool:
            made = pool.map(partial(_text_of, path, mapped), rows.column_names, rows.columns)
            columns = dict(zip(rows.column_names, made, strict=True))
        columns[ColumnMap.FILE] = pa.DictionaryArray.from_arrays(
            np.zeros(rows.num_rows, np.int32), pa.array([f"{number:04d}"])
        )
        tables.append(pa.table(columns))
    try:
        rows = pa.concat_tables(tables, promote_options="default") if len(tables) > 1 else tables[0]
    except pa.ArrowTypeError as error:
        raise LinkInputError("aliases are lists in one file and text in another: make them alike") from error
    if not rows.num_rows:
        raise LinkInputError("the files hold no rows: nothing to link")
    return rows.unify_dictionaries() if len(tables) > 1 else rows


def _read(path: Path, wanted: set[str], plain: Sequence[str]) -> pa.Table:
    """The wanted columns of one file, under their trimmed names, dictionary-encoded where that costs less but for the
    ``plain`` ones."""
    arrow_csv: Any = pcsv
    try:
        if path.suffix.lower() in (".parquet", ".pq"):
            with pq.ParquetFile(path) as file:
                chosen = [field for field in file.schema_arrow if field.name.strip() in wanted]
            coded = [
                field.name for field in chosen if pa.types.is_string(field.type) and field.name.strip() not in plain
            ]
            with pq.ParquetFile(path, read_dictionary=coded) as file:
                return _trimmed(file.read(columns=[field.name for field in chosen]))
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


def _text_of(path: Path, mapped: ColumnMap, name: str, column: Any) -> Any:
    """A column of a file as text."""
    listed = pa.types.is_list(column.type) or pa.types.is_large_list(column.type)
    try:
        if listed and name in mapped.fields.get("aliases", ()):
            return whole(column).cast(pa.list_(pa.string()))
        return _text(column, coded=name not in mapped.fields["record_id"])
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise LinkInputError(
            f"{path}: the column {name} of type {column.type} is no text: write it as text; aliases alone may be lists"
        ) from error


def _text(column: Any, *, coded: bool) -> Any:
    """A column as text, trimmed, ``coded`` by its dictionary of int32; a column without a type stays as it is."""
    if coded and pa.types.is_null(column.type):
        return whole(column)
    if not coded:
        return _compute.utf8_trim_whitespace(_compute.fill_null(whole(column).cast(pa.string()), ""))
    if not pa.types.is_dictionary(column.type) or column.type.value_type != pa.string():
        column = column.cast(pa.string()).dictionary_encode()
    elif column.num_chunks > 1:
        column = column.unify_dictionaries()
    found = whole(column)
    places = found.indices.cast(pa.int32())  # a file may have narrower ones, which do not go with another's
    return pa.DictionaryArray.from_arrays(places, _compute.utf8_trim_whitespace(found.dictionary))


def in_order(rows: pa.Table, mapped: ColumnMap) -> pa.Table:
    """The rows sorted by record id; the table itself where they already are.

    Raises:
        LinkInputError: a record id is empty or repeated.
    """
    ids = joined(rows, mapped.fields["record_id"])
    if _compute.all(_compute.less(ids[:-1], ids[1:])).as_py() is not False and not ids.null_count:
        return rows
    order = _compute.array_sort_indices(ids)
    ids = ids.take(order)
    if ids.null_count or _compute.any(_compute.equal(ids[1:], ids[:-1])).as_py():
        raise LinkInputError("record_id is empty or repeated in the files: map a column that tells every row apart")
    return rows.take(order)


def joined(rows: pa.Table, columns: tuple[str, ...]) -> Any:
    """One text column of several, joined with a space; empty is null."""
    parts = [plain(rows, name) for name in columns]
    text: Any = _compute.utf8_trim_whitespace(_compute.binary_join_element_wise(*parts, " ")) if parts[1:] else parts[0]
    return _compute.if_else(_compute.equal(text, ""), pa.scalar(None, pa.string()), text)


def plain(rows: pa.Table, name: str) -> Any:
    return _compute.fill_null(whole(rows.column(name)).cast(pa.string()), "")


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
    texts, codes = numbered(plain(rows, name))
    found = (expression.search(text) if text else None for text in texts.to_pylist())
    people = [match.group(1) or "" if match else "" for match in found]
    labels = {person: label for label, person in enumerate(sorted(set(people) - {""}))}
    return np.array([*(labels.get(person, -1) for person in people), -1], np.int64)[codes]
