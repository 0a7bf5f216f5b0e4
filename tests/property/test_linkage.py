"""What must hold of linkage whatever the records: symmetry, independence of order, evidence that adds up."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.linkage import link, load
from reconcile.linkage.calibration import probability
from reconcile.linkage.comparison import compare
from reconcile.linkage.features import prepare
from reconcile.linkage.guards import guarded
from reconcile.names import similarity
from tests.linkage_records import record, table

GIVEN = ("John", "Jon", "Sean", "Mary Ann", "Mohammed", "Muhamad", "J", "Krzysztof", "", "Cole")
SURNAME = ("Cole", "Kole", "Cole-Nowak", "O'Neill", "ONeill", "van Berg", "", "John", "Jones née Cole")
BORN = (None, "1971-03-04", "1971-04-03", "1971-03-05", "1971", "1944-12-30", "19710345", "1970-01-01")
PLACE = ((None, None), ("LS1 1IK", "1 Hill Road"), ("LS1 1IM", "1 Hill Rd"), ("NF1 1NF", "NFA"))
PNC = ((None, "none"), ("2001/9000001A", "valid"), ("2001/9000010A", "invalid"), ("1987/9345678B", "valid"))

names = st.text(alphabet="abcdeéłñ 'O-МиХ", max_size=14)


@st.composite
def records(draw: st.DrawFn, most: int = 7) -> pa.Table:
    rows: list[dict[str, Any]] = []
    for number in range(draw(st.integers(2, most))):
        postcode, address = draw(st.sampled_from(PLACE))
        pnc, check = draw(st.sampled_from(PNC))
        also = [(draw(st.sampled_from(GIVEN)), draw(st.sampled_from(SURNAME))) for _ in range(draw(st.integers(0, 2)))]
        rows.append(
            record(
                f"{draw(st.sampled_from('abc'))}:{number}",
                draw(st.sampled_from(GIVEN)),
                draw(st.sampled_from(SURNAME)),
                draw(st.sampled_from(BORN)),
                also=tuple(also),
                sex=draw(st.sampled_from((None, "M", "F"))),
                pnc=pnc,
                check=check,
                postcode=postcode,
                address=address,
                convicted=draw(st.sampled_from(BORN)),
            )
        )
    return table(*rows)


@given(names, names)
@settings(max_examples=60, deadline=None)
def test_similarity_is_symmetric_and_bounded(left: str, right: str) -> None:
    score = similarity(left, right)
    assert score == pytest.approx(similarity(right, left))
    assert 0 <= score <= 1
    assert (score == 1) == (left == right)


@given(records())
@settings(max_examples=40, deadline=None)
def test_levels_and_guards_are_symmetric(people: pa.Table) -> None:
    prepared = prepare(people)
    left, right = (side.astype(np.int32) for side in np.triu_indices(prepared.n, 1))
    one, other = compare(prepared, left, right), compare(prepared, right, left)
    for name, levels in one.levels.items():
        assert levels.tolist() == other.levels[name].tolist(), name
    assert guarded(one).tolist() == guarded(other).tolist()


@given(records(), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_row_order_changes_nothing(people: pa.Table, random: Any) -> None:
    order = list(range(people.num_rows))
    random.shuffle(order)
    expected, shuffled = link(people, load()), link(people.take(order), load())
    assert shuffled.links.equals(expected.links)
    assert shuffled.pairs.equals(expected.pairs)


@given(records())
@settings(max_examples=25, deadline=None)
def test_evidence_adds_up_and_links_are_in_order(people: pa.Table) -> None:
    links = link(people, load()).links.to_pylist()
    pairs = [(row["left"], row["right"]) for row in links]
    assert pairs == sorted(set(pairs))
    for row in links:
        assert row["left"] < row["right"]
        assert sum(bar["weight"] for bar in row["evidence"]) == pytest.approx(row["weight"], abs=1e-3)
        expected = probability(np.array([row["weight"]]), load().calibration)
        assert row["probability"] == pytest.approx(expected[0], abs=1e-9)
        assert row["guard"] is None or row["strength"] == "possible"


@given(records(most=5), st.integers(0, 4))
@settings(max_examples=25, deadline=None)
def test_agreeing_on_the_birth_date_never_lowers_a_weight(people: pa.Table, which: int) -> None:
    rows = people.to_pylist()[:2]
    known = ("1971-03-04", "1971-04-03", "1971-03-05", "1955-10-10", "1980-06-07")[which]
    from tests.linkage_records import date

    weights = []
    for born in (known, "1962-02-21"):
        pair = [dict(rows[0], birth_date=date("1962-02-21")), dict(rows[1], birth_date=date(born))]
        found = link(table(*pair), load()).pairs
        weights.append(found.column("weight").to_pylist()[0] if found.num_rows else -np.inf)
    assert weights[1] >= weights[0] - 1e-6
