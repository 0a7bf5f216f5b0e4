"""CSV as forces' systems write it: any encoding, any delimiter, quoted line breaks, titles above and totals below.

Decides which line is the heading and which lines are no rows, and nothing about the cells. Invariant: a line with more
or fewer fields than there are headings is a row with a fault, as nobody can say which field is missing; only blank
fields past the last heading are let go. The quick way, by Arrow, is taken where it gives what the other gives.
"""

import csv
import io
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
from numpy.typing import NDArray

from reconcile.errors import ExtractError
from reconcile.forces import Profile
from reconcile.intake.read import encoding, furniture, heading, rows, undefined
from reconcile.intake.read.heading import Heading
from reconcile.intake.read.limits import limit
from reconcile.intake.receipt import Reason

DELIMITERS: Final = (",", ";", "\t", "|")

_PIECE: Final = 1 << 24
_BLOCK: Final = 1 << 19
"""Bytes of a piece and, within it, of what Arrow reads at a time: more than the processor has at hand takes longer."""
_PART: Final = 1 << 19
_QUOTE: Final = ord('"')
_LINES: Final = 20_000
"""Lines gathered before they are laid out as columns: what Python holds of them is many times their size."""
_END: Final = "\x00end of the extract\x00"
"""A line put after the last: where a quote is still open, it becomes part of a field and is never seen again."""

Columns = tuple[list[Any], Any]
"""Arrow string columns in the order of the headings, and the fault of each row or None."""


def read(content: bytes, profile: Profile) -> Any:
    """See ``reconcile.intake.read.read``."""
    content, notes, marked = encoding.utf8_or_marked(content, profile.format.encoding)
    _check(content)
    delimiter, head, start, said = _heading(content, profile)
    rows.headings(head.names)
    columns, faults = _laid_out(content, start, delimiter, len(head.names))
    if not len(columns[0]):
        raise ExtractError("the extract has no rows: send a NIL manifest if there is nothing to send")
    kept, passed = furniture.taken_out(columns, head, faults)
    if not kept.all():
        mask = pa.array(kept)
        columns, faults = [column.filter(mask) for column in columns], None if faults is None else faults.filter(mask)
    if marked is not None:
        columns, faults, where = undefined.told(columns, faults, head.names, marked)
        said += where
    return rows.table(head.names, columns, (*notes, *said, *passed), faults)


def _laid_out(content: bytes, start: int, delimiter: str, fields: int) -> Columns:
    """The lines from byte ``start`` on, a piece at a time, so that one line costs the quick way its own piece alone."""
    pieces: list[Columns] = []
    while start < len(content):
        end = content.rfind(b"\n", start, start + _PIECE) + 1 or content.find(b"\n", start + _PIECE) + 1 or len(content)
        found = quick(content, start, delimiter, fields, end)
        if found is None:
            own, faults, end = tolerant(content, start, delimiter, fields, end)
            found = own, faults
        pieces.append(found)
        start = end
    columns = [pa.chunked_array([own[place] for own, _ in pieces], pa.string()) for place in range(fields)]
    if all(faults is None for _, faults in pieces):
        return columns, None
    none = (pa.nulls(len(own[0]), pa.string()) if faults is None else faults for own, faults in pieces)
    return columns, pa.chunked_array(list(none), pa.string())


def quick(content: bytes, start: int, delimiter: str, fields: int, end: int | None = None) -> Columns | None:
    """The lines between two bytes, which begin lines, by Arrow; None where it may read them otherwise than
    ``tolerant``."""
    end = len(content) if end is None else end
    body: Any = pa.py_buffer(content).slice(start, end - start)
    # Arrow has to be told of line ends within fields: where a block ends with one it may else cut the field in silence.
    across = _lines_within_quotes(content, start, end, delimiter) if content.find(b'"', start, end) >= 0 else False
    if not body.size or across is None:
        return None
    try:
        table = _parsed(body, delimiter, fields, across)
    except pa.ArrowInvalid:
        return None
    columns = [column.combine_chunks() for column in table.columns]
    return (columns, None) if _all_short(columns) else None


def _parsed(body: Any, delimiter: str, fields: int, across: bool) -> Any:
    names = [str(place) for place in range(fields)]
    source: Any = pa.BufferReader(body)
    return arrow_csv.read_csv(
        source,
        # Threads take twice the processor's time here: what they parse in parts is put together again.
        read_options=arrow_csv.ReadOptions(column_names=names, block_size=_BLOCK, use_threads=False),
        parse_options=arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=across),
        convert_options=arrow_csv.ConvertOptions(
            # It is UTF-8 already.
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=False,
            check_utf8=False,
        ),
    )


def tolerant(
    content: bytes, start: int, delimiter: str, fields: int, end: int | None = None
) -> tuple[list[Any], Any, int]:
    """As ``quick``, the lines one by one, to the first that begins at ``end`` or after; and where that is.

    Raises:
        ExtractError: a quote is not closed, or a cell is too long.
    """
    end = len(content) if end is None else end
    blocks: list[pa.RecordBatch] = []
    block: list[list[str]] = []
    after = len(content)
    for line, behind in _lines(content, start, delimiter):
        block.append(line)
        # At the end of the content the next line says whether a quote is still open.
        last = end <= behind < len(content)
        if last or len(block) == _LINES:
            blocks.append(_block(block, fields))
            block = []
        if last:
            after = behind
            break
    blocks.append(_block(block, fields))
    table = pa.Table.from_batches(blocks)
    columns = [column.combine_chunks() for column in table.columns]
    return columns[:-1], columns[-1], after


def _block(lines: list[list[str]], fields: int) -> pa.RecordBatch:
    """Some lines as columns and their faults."""
    faults = [None if len(line) == fields else _fault(line, fields) for line in lines]
    fitted = [line if len(line) == fields else (line + [""] * fields)[:fields] for line in lines]
    columns = list(zip(*fitted, strict=True)) or [()] * fields
    names = [*map(str, range(fields)), rows.ROW_FAULT]
    return pa.record_batch([pa.array(column, pa.string()) for column in (*columns, faults)], names=names)


def _fault(line: list[str], fields: int) -> str | None:
    """Why a line of another length is no whole row; blank fields past the last heading are no fault."""
    if len(line) < fields:
        return rows.FIELDS_LACKING
    return rows.FIELDS_EXTRA if any(cell.strip() for cell in line[fields:]) else None


def _lines_within_quotes(content: bytes, start: int, end: int, delimiter: str) -> bool | None:
    """Whether a line ends within a quoted field; None where a quote is not closed, or stands elsewhere than around a
    field or doubled within one.

    Of quotes that stand so, every second one closes: a doubled one counts as closing and opening again.
    """
    octets = np.frombuffer(content, np.uint8)[start:end]
    none = np.zeros(0, np.int64)
    parts = list(_parts(octets))
    quotes = np.concatenate([none, *(at + np.flatnonzero(part == _QUOTE) for at, part in parts)])
    bounds = np.zeros(256, bool)
    bounds[[_QUOTE, ord("\r"), ord("\n"), ord(delimiter)]] = True
    opening, closing = quotes[::2], quotes[1::2]
    before, after = octets[np.maximum(opening, 1) - 1], octets[np.minimum(closing, len(octets) - 2) + 1]
    opened = bounds[before] | (opening == 0)
    closed = bounds[after] | (closing == len(octets) - 1)
    # A quote before an opening one must be the one that closes just there, and so it is: they take turns.
    if len(quotes) % 2 != 0 or not (opened.all() and closed.all()):
        return None
    ends = (at + np.flatnonzero((part == ord("\n")) | (part == ord("\r"))) for at, part in parts)
    return any(bool((np.searchsorted(quotes, each) % 2).any()) for each in ends)


def _all_short(columns: Any) -> bool:
    longest = limit("cell_characters")
    return all((pc.max(pc.binary_length(column)).as_py() or 0) <= longest for column in columns)


def _heading(content: bytes, profile: Profile) -> tuple[str, Heading, int, list[Reason]]:
    """The delimiter, the heading, the byte its rows begin at, and what is to be said of both."""
    declared, wanted = profile.format.delimiter, heading.known(profile)
    delimiter, first = declared, first_lines(content, declared)
    found = heading.find([line for line, _ in first], wanted) if first else None
    if found is None or found.recognised < heading.ENOUGH:
        for other in DELIMITERS:
            lines = first_lines(content, other) if other != declared else []
            better = heading.find([line for line, _ in lines], wanted) if lines else None
            if better is not None and better.recognised >= heading.ENOUGH:
                delimiter, first, found = other, lines, better
                break
    if found is None:
        raise ExtractError("the extract has no heading row: send it with one")
    notes: list[Reason] = []
    if delimiter != declared:
        notes.append(("delimiter_as_declared", 0, "The extract has another delimiter than its profile says."))
    if found.place:
        sentence = "Lines above the heading are no rows and were passed over."
        notes.append(("lines_above_heading", found.place, sentence))
    return delimiter, found, first[found.after - 1][1], notes


def first_lines(content: bytes, delimiter: str) -> list[tuple[list[str], int]]:
    """The first filled lines, each with the byte that follows it."""
    consumed = 0

    def counted() -> Iterator[str]:
        nonlocal consumed
        for line in _text(content, 0):
            consumed += len(line.encode())
            yield line
        yield _END

    found: list[tuple[list[str], int]] = []
    try:
        for line in csv.reader(counted(), delimiter=delimiter):
            if line == [_END] or len(found) == limit("heading_lines"):
                break
            if any(cell.strip() for cell in line):
                found.append((line, consumed))
    except csv.Error:
        # A quote left open far below the heading is for the reader of the rows to refuse.
        if not found:
            raise ExtractError(_OPEN) from None
    return found


_OPEN: Final = "a field of the extract never ends: check for a quote that is not closed"


def _lines(content: bytes, start: int, delimiter: str) -> Iterator[tuple[list[str], int]]:
    """The filled lines from byte ``start`` on, each with the byte that follows it."""
    last: list[str] = []
    behind = start

    def ended() -> Iterator[str]:
        nonlocal behind
        for text in _text(content, start):
            behind += len(text) if text.isascii() else len(text.encode())
            yield text
        yield _END

    try:
        for line in csv.reader(ended(), delimiter=delimiter):
            last = line
            if line and line != [_END]:
                yield line, behind
    except csv.Error:
        raise ExtractError(_OPEN) from None
    if last != [_END]:
        raise ExtractError(_OPEN)


def _text(content: bytes, start: int) -> Iterator[str]:
    source = io.BytesIO(content)
    source.seek(start)
    with io.TextIOWrapper(source, encoding="utf-8", newline="") as text:
        yield from text


def _check(content: bytes) -> None:
    """Lines too many or too long, before any of them is laid out."""
    octets = np.frombuffer(content, np.uint8)
    if len(octets) > limit("rows") and max(_count(octets, b"\n"), _count(octets, b"\r")) > limit("rows"):
        raise ExtractError(f"the extract has more than {limit('rows'):,} lines: send one force's register")
    window = limit("line_bytes") // 2
    if all(content.find(b"\n", start, start + window) >= 0 for start in range(0, len(content) - window, window)):
        return
    ends = np.flatnonzero((octets == ord("\n")) | (octets == ord("\r")))
    if np.diff(ends, prepend=-1, append=len(octets)).max(initial=0) > limit("line_bytes"):
        raise ExtractError("a line of the extract is too long: check its line ends and for a quote that is not closed")


def _count(octets: NDArray[np.uint8], sign: bytes) -> int:
    return sum(int(np.count_nonzero(part == ord(sign))) for _start, part in _parts(octets))


def _parts(octets: NDArray[np.uint8]) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """A part at a time, and where it begins: a mask of the whole text is new memory, which costs more than its use."""
    return ((start, octets[start : start + _PART]) for start in range(0, len(octets), _PART))
