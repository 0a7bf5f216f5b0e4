"""What a suite looks at of a column of readings, and the rows it then names."""

import numpy as np
import pyarrow as pa
import pytest

from reconcile.intake.looked_at import looked_at

EACH, UNIQUE = frozenset({"expect_column_values_to_be_in_set"}), frozenset({"expect_column_values_to_be_unique"})
COLUMN = pa.chunked_array([["a", None, "b"], ["a", None, "c"]])


def test_of_rules_that_ask_of_each_reading_the_distinct_ones_are_looked_at() -> None:
    found = looked_at(COLUMN, EACH)
    assert found.values.to_pylist() == ["a", None, "b", "c"]
    assert found.rows_of(np.array([0, 3])).tolist() == [0, 3, 5]
    assert found.rows_of(np.array([1])).tolist() == [1, 4]


def test_of_rules_that_only_a_repeated_or_blank_reading_breaks_these_are_looked_at() -> None:
    found = looked_at(COLUMN, UNIQUE)
    assert found.values.to_pylist() == ["a", None, "a", None]
    assert found.rows_of(np.array([2, 1])).tolist() == [1, 3]


def test_of_any_other_rule_every_row_is_looked_at() -> None:
    found = looked_at(COLUMN, frozenset({"expect_column_values_to_be_increasing"}))
    assert found.values.to_pylist() == COLUMN.to_pylist()
    assert found.rows_of(np.array([5, 0])).tolist() == [0, 5]


@pytest.mark.parametrize(("rules", "filling"), [(EACH, "a"), (UNIQUE, None)])
def test_what_fills_a_column_up_is_of_no_row(rules: frozenset[str], filling: str | None) -> None:
    found = looked_at(COLUMN, rules)
    assert found.filled(6).to_pylist() == [*found.values.to_pylist(), filling, filling]
    assert found.rows_of(np.array([4, 5])).tolist() == []
