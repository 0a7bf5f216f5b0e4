"""The rows of a table of people made into the columns that are compared, as a column map says.

Decides how source columns become canonical fields. Invariant: every row becomes one record; a value that cannot be read
as a date is kept as text and compared as it is written; nothing is guessed about which column is which.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from reconcile.linkage import table
from reconcile.linkage.column_map import ColumnMap
from reconcile.linkage.columns import DATES, TEXTS, Columns, Days, Part, whole
from reconcile.linkage.people_files import joined
from reconcile.linkage.values import Numbered, numbered
from reconcile.linkage.workers import workers
from reconcile.values import dates, identifier_columns

_compute: Any = pc
_ALIAS_MARKS: Final = "[;|]"


def columns_of(rows: pa.Table, mapped: ColumnMap, *, between: bool = False) -> Columns:
    """The columns of sorted rows that ``mapped`` names; with ``between`` the file stands in the place of the force."""
    everyone = np.arange(rows.num_rows)

    def texts(names: tuple[str, ...]) -> Numbered:
        return _coded(whole(rows.column(names[0]))) if len(names) == 1 else numbered(joined(rows, names))

    fields = {name: columns for name, columns in mapped.fields.items() if name not in ("record_id", "aliases")}
    # reading dates holds the interpreter, everything else is mostly Arrow's
    with ThreadPoolExecutor(workers()) as pool:
        made = {name: pool.submit(texts, columns) for name, columns in fields.items()}
        listed = [pool.submit(_aliases, rows.column(source)) for source in mapped.fields.get("aliases", ())]
        typed = {
            scheme: pool.submit(_numbers, scheme, columns, texts) for scheme, columns in mapped.identifiers.items()
        }
        others = {name: pool.submit(texts, columns) for name, columns in mapped.attributes.items()}
        found = {name: waiting.result() for name, waiting in made.items()}
        days = {name: pool.submit(_days, found[name]) for name in DATES if name in found}
        source = _coded(whole(rows.column(ColumnMap.FILE))) if between else found.get("force")
        return Columns(
            ids=joined(rows, mapped.fields["record_id"]),
            texts={name: found[name] for name in TEXTS if name in found} | ({"source": source} if source else {}),
            days={name: waiting.result() for name, waiting in days.items()},
            names=[Part(everyone, {part: found[name] for part, name in _NAMES.items() if name in found})]
            + [each.result() for each in listed],
            addresses=Part(everyone, {name: found[name] for name in _PLACES if name in found}),
            identifiers={scheme: waiting.result() for scheme, waiting in typed.items()},
            attributes={name: Part(everyone, {"value": waiting.result()}) for name, waiting in others.items()},
        )


_NAMES: Final = {"given": "given_names", "surname": "surname", "full": "full_name"}
_PLACES: Final = ("address", "town", "postcode")


def _coded(column: Any) -> Numbered:
    """A column of text, its texts in the order in which the rows name them, without blank ones."""
    if not pa.types.is_dictionary(column.type):
        column = column.cast(pa.string()).dictionary_encode()
    codes = _compute.fill_null(column.indices, -1).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    texts, again = numbered(column.dictionary)  # trimming may have made two of them one
    blank = _compute.index(texts, "").as_py()
    codes = np.r_[np.where(again == blank, -1, again), -1].astype(np.int32)[codes]
    first = np.full(len(texts) + 1, len(codes), np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    first = first[:-1]
    if (first[1:] > first[:-1]).all() and not (first == len(codes)).any():
        return Numbered(texts, codes)
    order = np.argsort(first, kind="stable")[: int((first < len(codes)).sum())]
    place = np.full(len(texts) + 1, -1, np.int32)
    place[order] = np.arange(len(order))
    return Numbered(texts.take(pa.array(order)), place[codes])


def _aliases(column: Any) -> Part:
    """Each of the other names of each row, which a text lists with marks between them."""
    listed = whole(column)
    if pa.types.is_list(listed.type):
        owners = _compute.list_parent_indices(listed).to_numpy(zero_copy_only=False).astype(np.int64)
        found = numbered(_compute.utf8_trim_whitespace(_compute.list_flatten(listed)))
    else:
        lists = _coded(listed)
        split = _compute.split_pattern_regex(lists.texts, _ALIAS_MARKS)
        of_text = numbered(_compute.utf8_trim_whitespace(split.flatten()))
        begin = split.offsets.to_numpy(zero_copy_only=False)
        many = np.r_[np.diff(begin), 0][lists.codes]
        owners = np.repeat(np.arange(len(many)), many)
        place = np.arange(len(owners)) - np.repeat(np.cumsum(many) - many, many)
        found = Numbered(of_text.texts, of_text.codes[np.repeat(np.r_[begin[:-1], 0][lists.codes], many) + place])
    blank = _compute.index(found.texts, "").as_py()
    said = (found.codes >= 0) & (found.codes != blank)
    return Part(owners[said], {"full": Numbered(found.texts, found.codes[said])})


def _order(texts: Any) -> str:
    """The order of day, month and year which reads most of a column's distinct dates, looked for among some of all."""
    some = texts.take(pa.array(np.linspace(0, len(texts), min(len(texts), _LOOKED_AT), endpoint=False, dtype=int)))
    some = some.to_pylist()
    read = {order: [dates.parse(text, order) for text in some] for order in dates.ORDERS}
    counts = {order: sum(date is not None and date.lo is not None for date in found) for order, found in read.items()}
    return max(("ymd", "dmy", "mdy"), key=lambda order: counts[order])


_LOOKED_AT: Final = 500
"""Distinct dates by which the order of a column is told; the first alone may all be of one force."""


def _days(found: Numbered) -> Days:
    """The dates of a text column; text that is no date keeps its words alone."""
    return Days(dates.parse_column(found.texts, _order(found.texts)), found.codes)


def _numbers(scheme: str, columns: tuple[str, ...], texts: Callable[[tuple[str, ...]], Numbered]) -> Part:
    found = texts(columns)
    value, check = found.texts, pa.repeat("none", len(found.texts))
    if scheme in table.identifier_schemes():
        read = identifier_columns.parse_column(scheme, found.texts)
        value, check = read.field("value"), read.field("check")
    return Part(
        np.arange(len(found.codes)),
        {
            "value": found if value.equals(found.texts) else _through(numbered(value), found.codes),
            "check": _through(numbered(check), found.codes),
        },
    )


def _through(found: Numbered, codes: NDArray[np.int32]) -> Numbered:
    """What was found of distinct texts, for each row."""
    return Numbered(found.texts, np.r_[found.codes, -1].astype(np.int32)[codes])
