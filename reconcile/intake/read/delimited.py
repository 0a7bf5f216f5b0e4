"""CSV as forces' systems write it: any encoding, any delimiter, quoted line breaks.

Decides nothing about the cells. Invariant: a row with more or fewer fields than there are headings rejects the
extract, as nobody can say which field is missing.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.csv as arrow_csv

from reconcile.errors import ExtractError
from reconcile.forces import Format
from reconcile.intake.read import rows


def read(content: bytes, layout: Format) -> Any:
    """See ``reconcile.intake.read.read``."""
    content = _utf8(content, layout.encoding)
    source: Any = pa.BufferReader(content)
    header = next(_lines(content, layout.delimiter), [])
    names = rows.headings(header)
    try:
        table = arrow_csv.read_csv(
            source,
            read_options=arrow_csv.ReadOptions(
                column_names=[str(place) for place in range(len(names))], block_size=1 << 22
            ),
            parse_options=arrow_csv.ParseOptions(delimiter=layout.delimiter, newlines_in_values=True),
            convert_options=arrow_csv.ConvertOptions(
                column_types={str(place): pa.string() for place in range(len(names))}, strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        # The reader's own words quote the row.
        raise ExtractError(_uneven(content, layout.delimiter, len(names))) from None
    return rows.table(header, table.slice(1).columns)


def _uneven(content: bytes, delimiter: str, fields: int) -> str:
    """Which row has another number of fields than the heading."""
    every = enumerate(_lines(content, delimiter))
    where = next((f"row {number}" for number, row in every if len(row) != fields), "a row")
    return f"{where} of the extract has more or fewer fields than the heading: check its quotes and delimiters"


def _lines(content: bytes, delimiter: str) -> Iterator[list[str]]:
    """The filled lines, the heading first."""
    with io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", newline="") as text:
        try:
            yield from (row for row in csv.reader(text, delimiter=delimiter) if row)
        except csv.Error:
            raise ExtractError("a field of the extract never ends: check for a quote that is not closed") from None


def _utf8(content: bytes, encoding: str) -> bytes:
    if not content.strip():
        raise ExtractError("the extract is empty: send a NIL manifest if there is nothing to send")
    try:
        text = content.decode(encoding)
    except UnicodeError:
        raise ExtractError(f"the extract is not written in {encoding}: save it so, or change its profile") from None
    return text.removeprefix(codecs.BOM_UTF8.decode("utf-8")).encode("utf-8")
