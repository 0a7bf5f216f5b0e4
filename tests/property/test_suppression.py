"""Nobody can work a hidden count out: every table that fits what is shown is written down and looked at.

The proof here is by counting them all, which the product, with its integer programs, never does.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from reconcile.national.disclosure import GROSS, SMALL, WITHHELD, Document, Key, Rule, Shown, System, ranges
from reconcile.national.suppression import suppress

pytestmark = pytest.mark.slow

RULE = Rule(threshold=4, width=2)
COLUMNS = ("a", "b")
MOST = 9
"""More than any count below: what is only known to be at least the threshold is tried up to here."""

Rows = dict[str, tuple[int, ...]]


def document(rows: Rows) -> Document:
    shown: dict[Key, Shown] = {GROSS: sum(sum(cells) for cells in rows.values())}
    for row, cells in rows.items():
        shown["total", row] = sum(cells)
        shown |= {("inside", "t", row, column): count for column, count in zip(COLUMNS, cells, strict=True)}
    for place, column in enumerate(COLUMNS):
        shown["column", "t", column] = sum(cells[place] for cells in rows.values())
    return Document({"t": COLUMNS}, tuple(rows), shown, RULE.threshold)


def fits(public: Document, rows: Rows) -> bool:
    """Whether these counts could be the ones behind a public document."""
    true = document(rows).shown
    return all(
        true[key] == said
        or (said == SMALL and int(true[key]) < RULE.threshold and not (key[0] == "total" and not true[key]))
        or (said == WITHHELD and int(true[key]) >= RULE.threshold)
        for key, said in public.shown.items()
    )


def every(names: tuple[str, ...], public: Document) -> Iterator[Rows]:
    """Every choice of counts for the rows named that fits the document, as far as ``MOST``."""
    possible = []
    for row in names:
        cells = list(product(range(MOST + 1), repeat=len(COLUMNS)))
        possible.append([each for each in cells if _row_fits(public, row, each)])
    for chosen in product(*possible):
        rows = dict(zip(names, chosen, strict=True))
        if fits(public, rows):
            yield rows


def _row_fits(public: Document, row: str, cells: tuple[int, ...]) -> bool:
    keys = [("total", row), *(("inside", "t", row, column) for column in COLUMNS)]
    said = {key: public.shown[key] for key in keys if key in public.shown}
    alone = document({row: cells}).shown
    return all(
        alone[key] == what
        or (what == SMALL and int(alone[key]) < RULE.threshold and not (key[0] == "total" and not alone[key]))
        or (what == WITHHELD and int(alone[key]) >= RULE.threshold)
        for key, what in said.items()
    )


cells = st.tuples(st.integers(0, 5), st.integers(0, 5))
countries = st.dictionaries(st.sampled_from(["essex@1", "kent@1", "surrey@1"]), cells, min_size=1)


@settings(max_examples=60, deadline=None)
@given(countries)
@example({"essex@1": (1, 5), "kent@1": (5, 5), "surrey@1": (0, 0)})
def test_no_hidden_count_of_one_document_is_nearer_known_than_the_width(rows: Rows) -> None:
    public = suppress(document(rows), ["t"], [], [], RULE)
    assume(public.shown)  # where nothing is published, nothing is to be worked out
    hidden = [key for key, said in public.shown.items() if said in (SMALL, WITHHELD)]
    seen: dict[Key, set[int]] = {key: set() for key in hidden}
    for possible in every(tuple(rows), public):
        true = document(possible).shown
        for key in hidden:
            seen[key].add(int(true[key]))
    assert all(max(values) - min(values) >= RULE.width for values in seen.values())
    counted = {key: (min(values), max(values)) for key, values in seen.items() if max(values) < MOST}
    told = ranges([public], counted, RULE)
    assert all(told[key] == counted[key] for key in counted if told[key][1] <= MOST)


@settings(max_examples=60, deadline=None)
@given(countries)
def test_what_is_small_is_never_shown_and_what_is_shown_is_true(rows: Rows) -> None:
    true = document(rows).shown
    public = suppress(document(rows), ["t"], [], [], RULE)
    for key, said in public.shown.items():
        row = key[-1] if key[0] == "total" else key[2] if key[0] == "inside" else None
        nobody = true["total", row] == 0 if row else true[GROSS] == 0
        if isinstance(said, int):
            assert said == true[key]
            assert said >= RULE.threshold or nobody
        else:
            assert (said == SMALL) == (int(true[key]) < RULE.threshold)


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries({"essex@1": cells, "kent@1": cells}), cells, st.booleans())
def test_two_documents_that_share_extracts_give_no_hidden_count_away(rows: Rows, late: tuple[int, ...], again) -> None:
    """A force that answers late, or sends another extract, is not told by what changes."""
    first = suppress(document(rows), ["t"], [], [], RULE)
    name = "kent@2" if again else "surrey@1"
    now = {row: count for row, count in rows.items() if not (again and row == "kent@1")} | {name: late}
    second = suppress(document(now), ["t"], [], [first], RULE)
    assume(first.shown and second.shown)  # one that publishes nothing adds nothing to the other
    seen: dict[tuple[int, Key], set[int]] = {
        (number, key): set()
        for number, public in enumerate((first, second))
        for key, said in public.shown.items()
        if said in (SMALL, WITHHELD)
    }
    pairs = list(every(tuple(rows), first))
    later = [(_shared(other, now, rows), other) for other in every(tuple(now), second)]
    for possible in pairs:
        for shared, other in later:
            if all(possible[row] == count for row, count in shared.items()):
                for (number, key), values in seen.items():
                    values.add(int(document((possible, other)[number]).shown[key]))
    assert all(max(values) - min(values) >= RULE.width for values in seen.values())


def _shared(other: Rows, now: Rows, rows: Rows) -> Rows:
    return {row: count for row, count in other.items() if row in rows and row in now}


@settings(max_examples=15, deadline=None)
@given(countries)
def test_the_same_counts_published_again_are_hidden_alike(rows: Rows) -> None:
    first = suppress(document(rows), ["t"], [], [], RULE)
    assert suppress(document(rows), ["t"], [], [first], RULE) == first


@settings(max_examples=15, deadline=None)
@given(countries)
def test_an_inside_that_is_not_published_stays_out_and_is_not_given_away(rows: Rows) -> None:
    public = suppress(document(rows), [], [], [], RULE)
    assert not [key for key in public.shown if key[0] == "inside"]
    inside = [key for key in document(rows).shown if key[0] == "inside"]
    small = [
        key
        for key in inside
        if int(document(rows).shown[key]) < RULE.threshold and int(document(rows).shown["total", key[2]]) > 0
    ]
    told = ranges([replace(public)], small, RULE)
    assert all(most - least >= RULE.width for least, most in told.values())


def test_what_fits_only_with_another_count_hidden_says_nothing_of_this_one() -> None:
    """With c hidden a is 0 to 2, with b hidden 2 or 3: neither is wide enough, and both together are not shown."""
    told: dict[Key, Shown] = {("total", "kent@1"): 9}
    told |= {("inside", "t", "kent@1", column): count for column, count in {"a": 2, "b": 3, "c": 4}.items()}
    true, rule = Document({"t": ("a", "b", "c")}, ("kent@1",), told, RULE.threshold), Rule(RULE.threshold, 3)
    system, a = System([true], rule), ("inside", "t", "kent@1", "a")
    for hidden in ({"c": WITHHELD}, {"b": SMALL}):
        signs = {("inside", "t", "kent@1", column): sign for column, sign in {"a": SMALL, **hidden}.items()}
        shown = replace(true, shown={**told, **signs})
        assert not system.kept(shown, (0, a))
        assert ranges([shown], [a], rule)[a] == ((0, 2) if "c" in hidden else (2, 3))


def test_larger_counts_are_hidden_only_where_they_would_tell() -> None:
    public = suppress(document({"essex@1": (1, 9), "kent@1": (8, 9), "surrey@1": (0, 0)}), ["t"], [], [], RULE).shown
    assert public["inside", "t", "essex@1", "a"] == SMALL
    assert public["inside", "t", "essex@1", "b"] == WITHHELD
    assert public["total", "surrey@1"] == public["inside", "t", "surrey@1", "a"] == 0
    assert (public[GROSS], public["total", "essex@1"], public["total", "kent@1"]) == (27, 10, 17)
    everybody = suppress(document({"essex@1": (9, 9), "kent@1": (8, 9)}), ["t"], [], [], RULE)
    assert everybody == document({"essex@1": (9, 9), "kent@1": (8, 9)})


def test_a_force_that_shows_its_small_counts_shows_them_and_hides_nobody_elses() -> None:
    rows = {"essex@1": (1, 9), "kent@1": (1, 9), "surrey@1": (9, 9)}
    public = suppress(document(rows), ["t"], ["essex@1"], [], RULE).shown
    assert public["inside", "t", "essex@1", "a"] == 1
    assert public["inside", "t", "kent@1", "a"] == SMALL
    assert not isinstance(public["inside", "t", "kent@1", "b"], int)


EARLIER, LATER = ("to 2013", "2014", "UNDATED"), ("to 2014", "2015", "UNDATED")
"""The same years in two documents, the later of which cuts them a year later."""
years = st.tuples(*[st.integers(0, 5)] * 3)


def by_year(columns: tuple[str, ...], rows: Rows) -> Document:
    shown: dict[Key, Shown] = {GROSS: sum(map(sum, rows.values()))}
    for row, told in rows.items():
        shown["total", row] = sum(told)
        shown |= {("inside", "t", row, column): count for column, count in zip(columns, told, strict=True)}
    shown |= {("column", "t", column): sum(each[at] for each in rows.values()) for at, column in enumerate(columns)}
    through = {"t": {column: int(column[-4:]) for column in columns[:2]}}
    return Document({"t": columns}, tuple(rows), shown, RULE.threshold, through)


def possible(public: Document, row: str) -> Iterator[tuple[int, ...]]:
    """Every choice of counts for a row, none greater than a total here, that fits what is shown of the row alone."""
    for told in product(range(3 * 5 + 1), repeat=3):
        alone = by_year(public.tables["t"], {row: told}).shown
        of_row = {key: said for key, said in public.shown.items() if row in key}
        if all(_could_be(key, said, int(alone[key])) for key, said in of_row.items()):
            yield told


def _could_be(key: Key, said: Shown, count: int) -> bool:
    if said == SMALL:
        return count < RULE.threshold and not (key[0] == "total" and not count)
    return count >= RULE.threshold if said == WITHHELD else count == said


def _all_could_be(public: Document, rows: Rows) -> bool:
    true = by_year(public.tables["t"], rows).shown
    return all(_could_be(key, said, int(true[key])) for key, said in public.shown.items())


@settings(max_examples=20, deadline=None)
@given(years, years, years)
@example((1, 4, 4), (1, 2, 4), (3, 5, 4))
def test_years_told_together_later_give_no_hidden_year_away(kent, essex, other) -> None:
    """Kent's extract is counted in both, and said of nobody lost in 2015; what Essex sent is another each time."""
    first = suppress(by_year(EARLIER, {"essex@1": essex, "kent@1": kent}), ["t"], [], [], RULE)
    both_years = (kent[0] + kent[1], 0, kent[2])
    second = suppress(by_year(LATER, {"essex@2": other, "kent@1": both_years}), ["t"], [], [first], RULE)
    assume(first.shown and second.shown)
    later = {
        told[0::2]: [
            each for each in possible(second, "essex@2") if _all_could_be(second, {"essex@2": each, "kent@1": told})
        ]
        for told in possible(second, "kent@1")
        if not told[1]
    }
    seen: dict[Key, set[int]] = {}
    for told in possible(first, "kent@1"):
        if later.get((told[0] + told[1], told[2])):
            for each in possible(first, "essex@1"):
                if _all_could_be(first, {"essex@1": each, "kent@1": told}):
                    for key, count in by_year(EARLIER, {"essex@1": each, "kent@1": told}).shown.items():
                        seen.setdefault(key, set()).add(int(count))
    hidden = [key for key, said in first.shown.items() if said in (SMALL, WITHHELD)]
    assert all(max(seen[key]) - min(seen[key]) >= RULE.width for key in hidden)
