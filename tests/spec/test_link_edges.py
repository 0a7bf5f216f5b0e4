"""Linkage of next to nothing: no records, one, or records that say nothing of themselves."""

import pyarrow as pa
import pytest

from reconcile import schema
from reconcile.errors import LinkInputError
from reconcile.linkage import link, load
from tests.linkage_records import record, table


@pytest.mark.parametrize("train", [False, True])
@pytest.mark.parametrize("count", [0, 1])
def test_nothing_to_link(count: int, train: bool) -> None:
    people = table(*[record("a:1", "Ann", "Bell", "1971-03-04")][:count])
    found = link(people, load(), train=train)
    assert found.links.num_rows == 0
    assert found.links.schema == schema.LINKS
    assert found.pairs.column_names[:4] == ["left", "right", "weight", "probability"]


@pytest.mark.parametrize("train", [False, True])
def test_records_that_say_nothing_are_nobody(train: bool) -> None:
    people = pa.table({"record_id": ["a:1", "b:1", "c:1"]})
    assert link(people, load(), train=train).links.num_rows == 0
    blank = table(record("a:1"), record("b:1"))
    assert link(blank, load(), train=train).links.num_rows == 0


def test_record_ids_must_tell_records_apart() -> None:
    with pytest.raises(LinkInputError, match="repeated"):
        link(table(record("a:1", "Ann", "Bell"), record("a:1", "Ann", "Bell")), load())
    with pytest.raises(LinkInputError, match="record_id"):
        link(pa.table({"surname": ["Bell"]}), load())
