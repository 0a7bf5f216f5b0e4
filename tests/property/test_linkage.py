"""What must hold of linkage whatever the records: symmetry, independence of order, evidence that adds up."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile import linkage
from reconcile.linkage import comparison, keys, link, load
from reconcile.linkage.calibration import probability
from reconcile.linkage.comparison import compare
from reconcile.linkage.features import prepare
from reconcile.linkage.guards import guarded
from reconcile.linkage.model import sized, to_json
from reconcile.linkage.weighing import scores
from reconcile.names import similarity
from tests.linkage_records import date, record, table

pytestmark = pytest.mark.slow

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
        expected = probability(np.array([row["weight"]]), sized(load(), people.num_rows).calibration)
        assert row["probability"] == pytest.approx(expected[0], abs=1e-9)
        assert row["guard"] is None or row["strength"] == "possible"


def weight(one: dict[str, Any], other: dict[str, Any]) -> float:
    """The weight of two records in bits, before guards, under the shipped model as it stands."""
    features = prepare(table(one, other))
    pairs = compare(features, np.array([0], np.int32), np.array([1], np.int32))
    return float(scores(features, pairs, load()).weight[0])


FORENAMES = ("Johan", "Jon", "Sean", "Mary", "Mohammed", "Muhamad", "J", "Krzysztof", None)
"""None is anybody's surname here: to say another's surname is to agree on the name, turned round."""


def renamed(row: dict[str, Any], given: str | None) -> dict[str, Any]:
    """The record under that forename alone: with other names, to agree on one is to part from another."""
    return dict(row, names=[dict(row["names"][0], given=given)])


@given(records(most=2), st.sampled_from(FORENAMES[:-1]), st.sampled_from(FORENAMES))
@settings(max_examples=150, deadline=None)
def test_agreeing_on_a_forename_never_lowers_a_weight(people: pa.Table, held: str, said: str | None) -> None:
    one, other = people.to_pylist()[:2]
    assert weight(renamed(one, held), renamed(other, held)) >= weight(renamed(one, held), renamed(other, said)) - 1e-4


@given(records(most=2), st.sampled_from([day for day in BORN if day and day != "1970-01-01"]), st.sampled_from(BORN))
@settings(max_examples=100, deadline=None)
def test_agreeing_on_a_birth_date_never_lowers_a_weight(people: pa.Table, held: str, said: str | None) -> None:
    one, other = people.to_pylist()[:2]
    agreed = weight(dict(one, birth_date=date(held)), dict(other, birth_date=date(held)))
    assert agreed >= weight(dict(one, birth_date=date(held)), dict(other, birth_date=date(said))) - 1e-4


@given(records(most=2), st.sampled_from(PNC[1:]), st.sampled_from(PNC))
@settings(max_examples=100, deadline=None)
def test_agreeing_on_an_identifier_never_lowers_a_weight(
    people: pa.Table, held: tuple[str, str], said: tuple[str | None, str]
) -> None:
    def bearing(row: dict[str, Any], number: tuple[str | None, str]) -> dict[str, Any]:
        value, check = number
        return dict(row, identifiers=[{"scheme": "pnc", "value": value, "check": check}] if value else [])

    one, other = people.to_pylist()[:2]
    agreed = weight(bearing(one, held), bearing(other, held))
    assert agreed >= weight(bearing(one, held), bearing(other, said)) - 1e-4


@given(records(), st.integers(1, 4), st.integers(1, 5))
@settings(max_examples=25, deadline=None)
def test_neither_threads_nor_the_size_of_a_batch_change_a_byte(people: pa.Table, threads: int, batch: int) -> None:
    expected = link(people, load(), train=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RECONCILE_WORKERS", str(threads))
        patch.setattr(comparison, "_CHUNK", batch)
        patch.setattr(keys, "_PART", batch)
        patch.setattr(linkage, "_WRITTEN", batch)
        found = link(people, load(), train=True)
    assert found.links.equals(expected.links)
    assert found.pairs.equals(expected.pairs)
    assert to_json(found.model) == to_json(expected.model)
