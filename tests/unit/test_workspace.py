"""A file of the workspace is absent or whole, and equal rows give equal bytes."""

import pyarrow as pa
import pytest

from reconcile.workspace import read_table, whole, write_table, write_tables


def test_a_crash_while_writing_leaves_the_old_file_and_nothing_beside_it(tmp_path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("old")

    def power_cut() -> None:
        with whole(path) as beside:
            beside.write_text("half")
            raise InterruptedError

    with pytest.raises(InterruptedError):
        power_cut()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_chunks_and_metadata_do_not_change_the_bytes(tmp_path) -> None:
    table = pa.table({"n": pa.array([1, 2, 3])})
    write_table(tmp_path / "a", table.replace_schema_metadata({"made": "today"}))
    write_table(tmp_path / "b", pa.concat_tables([table.slice(0, 1), table.slice(1)]))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert read_table(tmp_path / "a") == table


def test_tables_written_as_they_come_are_one_and_a_crash_leaves_nothing(tmp_path) -> None:
    table = pa.table({"n": pa.array([1, 2, 3])})
    parts = [table.slice(0, 1).replace_schema_metadata({"made": "today"}), table.slice(1)]
    write_tables(tmp_path / "a", iter(parts))
    assert read_table(tmp_path / "a") == table

    def cut_short():
        yield table
        raise InterruptedError

    with pytest.raises(InterruptedError):
        write_tables(tmp_path / "b", cut_short())
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_table_written_before_columns_were_added_is_read_with_them_empty(tmp_path) -> None:
    kind = pa.list_(pa.struct([("day", pa.date32())]))
    wanted = pa.schema([("a", pa.string()), ("new", pa.int32()), ("many", kind), ("b", pa.string())])
    write_table(tmp_path / "t.parquet", pa.table({"a": ["1", "2"], "b": ["x", "y"]}))
    found = read_table(tmp_path / "t.parquet", wanted)
    assert found.schema == wanted
    assert found.to_pylist() == [{"a": a, "new": None, "many": [], "b": b} for a, b in (("1", "x"), ("2", "y"))]
