"""What a shared value says beside another: each case would fail were the values weighed as if alone."""

import numpy as np
import pytest

from reconcile.linkage import load
from reconcile.linkage import table as levels
from reconcile.linkage.comparison import compare
from reconcile.linkage.dependence import dependence
from reconcile.linkage.features import prepare
from reconcile.linkage.frequencies import rarity
from reconcile.linkage.names_compared import ALIAS
from reconcile.linkage.scoring import ratio
from reconcile.linkage.together import PAIRS, Together
from tests.linkage_records import record, table

FEW, MANY = 3, 900
GIVEN = ("Ann", "Bea", "Carl", "Dora", "Emil", "Fay", "Gus")
SURNAMES = ("Ames", "Bell", "Cole", "Dunn", "Egan", "Ford", "Gray", "Hull", "Irwin", "Judd", "Kerr")


def together(first: list[int], second: list[int]) -> Together:
    """Two columns, as given names and birthdays; every other one is of distinct values."""
    columns = {name: np.arange(len(first), dtype=np.int32) for pair in PAIRS for name in pair}
    return Together(columns | {"given": np.array(first, np.int32), "birthday": np.array(second, np.int32)})


@pytest.mark.parametrize(("shared", "most", "least"), [(FEW, 0.0, 0.0), (60, -1.0, -4.0)])
def test_only_what_chance_does_not_explain_is_taken(shared: int, most: float, least: float) -> None:
    given = [0] * 100 + [1] * MANY
    birthday = [0] * shared + list(range(1, 1 + 100 - shared)) + [i % 300 + 200 for i in range(MANY)]
    bits = together(given, birthday).beside("given", "birthday", 1.7)
    assert (bits <= 0).all()
    assert least <= bits[0] <= most


def of_court(other_date: str, other_court: str) -> float:
    """What two records' courts say beyond themselves."""
    rows = []
    for name, convicted, court in (("a", "2010-02-03", "Bath Crown Court"), ("b", other_date, other_court)):
        rows.append(record(name, "Ann", "Lee", convicted=convicted) | {"conviction_court": court})
    found = prepare(table(*rows))
    pairs = compare(found, np.array([0], np.int32), np.array([1], np.int32))
    none = lambda _name, codes: np.zeros(len(codes), np.float32)  # noqa: E731
    return float(dependence(found, pairs, none, 1.7)["court"][0])


def test_two_courts_never_speak_for_one_person() -> None:
    model = load()
    own = ratio(model.feature("court"), "m")
    for dates in ("one_date", "two_dates"):
        said = dict(zip(model.feature("court").levels, own + levels.court_given(dates), strict=True))
        assert max(said["close"], said["different"]) <= 0, dates


def test_a_shared_alias_says_less_where_its_parts_go_together(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [record(f"a{place:03}", "Wei", "Chen") for place in range(60)]
    rows += [record(f"b{place:03}", GIVEN[place % 7], SURNAMES[place % 11]) for place in range(400)]
    rows.append(record("z", "Ivo", "Todd", also=(("Wei", "Chen"),)))
    found = prepare(table(*rows))
    pairs = compare(found, np.array([0], np.int32), np.array([len(rows) - 1], np.int32))
    assert pairs.levels["name"].tolist() == [ALIAS]
    beside = float(rarity(found, pairs, {}, 0.35).match["name"][0])
    monkeypatch.setattr(Together, "beside", lambda self, *_: np.zeros(self.n, np.float32))
    alone = float(rarity(found, pairs, {}, 0.35).match["name"][0])
    assert beside < alone - 1


def test_one_conviction_has_one_court() -> None:
    same, other = "Bath Crown Court", "Leeds Crown Court"
    assert of_court("2010-02-03", other) < 0 < of_court("2010-02-03", same)
    assert of_court("2016-09-17", same) < 0 < of_court("2016-09-17", other)
