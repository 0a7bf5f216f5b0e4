"""The quick way of reading CSV gives the rows of the tolerant one, and no line of any file is lost."""

import csv
import io
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from reconcile.errors import ExtractError
from reconcile.intake.columns import _cleaned
from reconcile.intake.read import delimited, read
from reconcile.intake.read.rows import ROW_FAULT, notes_of
from tests.unit.test_intake_readers import CSV, KENT, replace

FAST = settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(FAST, max_examples=2_000)

CELL = st.one_of(st.sampled_from(["", " ", "K1", "Total", "é", "a b", "Ref"]), st.text(alphabet="a1 ,;é\t", max_size=4))
ANY_CELL = st.one_of(CELL, st.text(alphabet='"\r\n,;a\x00 é', max_size=5))
TEXT = st.text(alphabet='"",,,,\r\n\n;a1 é\x00\t|', max_size=40)


def both_ways(content: bytes, fields: int) -> None:
    quick = delimited.quick(content, 0, ",", fields)
    if quick is None:
        return
    columns, faults, _end = delimited.tolerant(content, 0, ",", fields)
    assert faults is None or faults.null_count == len(faults)
    assert [column.to_pylist() for column in quick[0]] == [column.to_pylist() for column in columns]


def written(lines: list[list[str]], **how: Any) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, **how).writerows(lines)
    return out.getvalue().encode()


@FAST
@given(TEXT, st.integers(1, 4))
def test_both_ways_give_the_same_rows_of_any_text(text: str, fields: int) -> None:
    both_ways(text.encode(), fields)


def whole_or_refused(content: bytes, fields: int, piece: int, block: int) -> Any:
    """What is laid out with pieces and blocks of so many bytes."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(delimited, "_PIECE", piece)
        patched.setattr(delimited, "_BLOCK", block)
        try:
            columns, faults = delimited._laid_out(content, 0, ",", fields)
        except ExtractError as error:
            return str(error)
    count = len(columns[0])
    return [column.to_pylist() for column in columns], [None] * count if faults is None else faults.to_pylist()


@FAST
@given(st.lists(TEXT, max_size=6), st.integers(1, 4), st.integers(1, 60))
def test_pieces_give_the_rows_that_the_whole_gives(texts: list[str], fields: int, piece: int) -> None:
    content = "\n".join(texts).encode()
    whole = whole_or_refused(content, fields, len(content) + 1, 1 << 19)
    assert whole_or_refused(content, fields, piece, 1 << 19) == whole
    assert whole_or_refused(content, fields, len(content) + 1, 48) == whole


@FAST
@example([("", "\r,,")], 8, 8)  # once cut in silence into two rows, a block having ended with the line end
@given(st.lists(st.tuples(CELL, ANY_CELL), min_size=1, max_size=12), st.integers(8, 64), st.integers(8, 64))
def test_a_line_end_within_a_field_is_kept_wherever_a_piece_or_block_ends(
    lines: list[tuple[str, str]], piece: int, block: int
) -> None:
    content = written([["K1", *line] for line in lines], lineterminator="\n", quoting=csv.QUOTE_ALL)
    columns, faults = whole_or_refused(content, 3, piece, block)
    assert [list(line) for line in zip(*columns, strict=True)] == [["K1", *line] for line in lines]
    assert not any(faults)


@pytest.mark.slow
@LONG
@given(TEXT, st.integers(1, 4))
def test_both_ways_give_the_same_rows_of_very_many_texts(text: str, fields: int) -> None:
    both_ways(text.encode(), fields)


@pytest.mark.slow
@FAST
@given(
    st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(ANY_CELL, min_size=n, max_size=n), min_size=1, max_size=6))
)
def test_what_is_written_well_is_read_as_it_was_by_both_ways(lines: list[list[str]]) -> None:
    for how in ({"lineterminator": "\r\n"}, {"lineterminator": "\n", "quoting": csv.QUOTE_ALL}):
        content, fields = written(lines, **how), len(lines[0])
        columns, _faults, _end = delimited.tolerant(content, 0, ",", fields)
        assert [list(line) for line in zip(*(column.to_pylist() for column in columns), strict=True)] == lines
        both_ways(content, fields)


def test_the_quick_way_is_taken_where_the_text_is_regular() -> None:
    for text in ('a,b\nc,"d,\n""e"""\n', "a,b\r\n\r\nc,d"):
        assert delimited.quick(text.encode(), 0, ",", 2) is not None
    for text in ("a,b\nc\n", 'a,b"c\n', 'a,"b'):
        assert delimited.quick(text.encode(), 0, ",", 2) is None


@pytest.mark.slow
@FAST
@given(st.lists(st.lists(CELL, max_size=6), max_size=8), st.lists(st.lists(CELL, max_size=3), max_size=3))
def test_every_filled_line_is_a_row_or_counted(lines: list[list[str]], titles: list[list[str]]) -> None:
    head = ["Ref", "Surname", "DOB", "Status"]
    content = written([*titles, head, *lines], lineterminator="\n")
    every = [line for line in csv.reader(io.StringIO(content.decode(), newline="")) if line]
    try:
        rows = read(content, replace(KENT, format=CSV))
    except ExtractError:
        return
    counts = {rule: count for rule, count, _ in notes_of(rows)}
    above = sum(1 for line in titles if any(cell.strip() for cell in line))
    blank_above = sum(1 for line in every[: every.index(head)] if not any(cell.strip() for cell in line))
    assert counts.get("lines_above_heading", 0) == above
    passed = sum(counts.get(rule, 0) for rule in ("blank_lines", "heading_repeated", "lines_of_a_report"))
    assert rows.num_rows + passed + above + blank_above + 1 == len(every)
    if ROW_FAULT in rows.column_names:
        assert set(rows[ROW_FAULT].to_pylist()) <= {None, "fields_lacking", "fields_extra"}


@FAST
@given(st.lists(st.one_of(st.none(), st.text(alphabet="a é\u00a0\u3000\u1680\x1f\t\x85Ł", max_size=4)), max_size=6))
def test_cells_are_trimmed_and_empty_ones_null_by_either_way(cells: list[str | None]) -> None:
    for parts in ([cells], [cells[:2], cells[2:]]):
        column = pa.chunked_array([pa.array(part, pa.string()) for part in parts], pa.string())
        trimmed = pc.utf8_trim_whitespace(column).to_pylist()
        assert _cleaned(column).to_pylist() == [text or None for text in trimmed]
        assert _cleaned(column.slice(1)).to_pylist() == [text or None for text in trimmed[1:]]
