"""CSV as forces' systems write it: any encoding, any delimiter, quoted line breaks.

Decides nothing about the cells. Invariant: a row with more or fewer fields than there are headings rejects the
extract, as nobody can say which field is missing.
"""

import codecs
import csv
import io
import re
from typing import Any

import pyarrow as pa
import pyarrow.csv as arrow_csv

from reconcile.errors import ExtractError
from reconcile.forces import Format
from reconcile.intake.read import rows


def read(content: bytes, layout: Format) -> Any:
    """See ``reconcile.intake.read.read``."""
    content = _utf8(content, layout.encoding)
    header = next(_header(content, layout.delimiter), [])
    names = rows.headings(header)
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(content),
            read_options=arrow_csv.ReadOptions(
                column_names=[str(place) for place in range(len(names))], block_size=1 << 22
            ),
            parse_options=arrow_csv.ParseOptions(delimiter=layout.delimiter, newlines_in_values=True),
            convert_options=arrow_csv.ConvertOptions(
                column_types={str(place): pa.string() for place in range(len(names))}, strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        # The reader's own words quote the row.
        found = re.search(r"Row #(\d+)", str(error))
        where = f"line {found[1]} of the extract has" if found else "a line of the extract has"
        raise ExtractError(f"{where} more or fewer fields than the heading: check its quotes and delimiters") from None
    return rows.table(header, table.slice(1).columns)


def _header(content: bytes, delimiter: str) -> Any:
    with io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", newline="") as lines:
        yield from (row for row in csv.reader(lines, delimiter=delimiter) if row)


def _utf8(content: bytes, encoding: str) -> bytes:
    if not content.strip():
        raise ExtractError("the extract is empty: send a NIL manifest if there is nothing to send")
    try:
        text = content.decode(encoding)
    except UnicodeError:
        raise ExtractError(f"the extract is not written in {encoding}: save it so, or change its profile") from None
    return text.removeprefix(codecs.BOM_UTF8.decode("utf-8")).encode("utf-8")
