# ruff: noqa: E501
"""Records side by side: what is marked, what is told of a row, how timelines run and where an identity is weakest."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.review.pages import beside, rows_told, timelines
from reconcile.review.pages.beside import Group, Line
from reconcile.review.pages.differences import Pieces, marked, marked_by_part
from reconcile.review.pages.joins_picture import Tie, picture
from reconcile.review.pages.weighing import would_change
from tests.small_tables import partial, records


def shown(pieces: Pieces) -> str:
    """Marked runs in brackets; a gap is an empty pair."""
    return "".join(f"[{piece.text}]" if piece.differs else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("Newland", "NEWLAND", "Newland"),
        ("Clark", "Clarke", "Clark[]"),
        ("Clarke", "Clark", "Clark[e]"),
        ("2005/9223742G", "2005/9223724G", "2005/92237[42]G"),
        ("Sadiq", "Rahman-Sadiq", "[]Sadiq"),
        ("Durham", "Cannock", "[Durham]"),
        ("\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}pek", "ipek", "[\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}]pek"),
    ],
)
def test_characters_that_differ_are_marked(one: str, other: str, said: str) -> None:
    assert shown(marked(one, other)) == said


@given(st.text(max_size=12), st.text(max_size=12))
def test_the_pieces_put_together_are_the_value(one: str, other: str) -> None:
    assert "".join(piece.text for piece in marked(one, other)) == one


@given(st.text(min_size=1, max_size=12), st.text(min_size=1, max_size=12))
def test_nothing_is_marked_only_where_nothing_but_case_differs(one: str, other: str) -> None:
    unmarked = not any(piece.differs for piece in marked(one, other))
    assert unmarked == (
        len(one) == len(other) and all(a == b or a.lower() == b.lower() for a, b in zip(one, other, strict=False))
    )


def test_a_date_is_marked_by_its_parts() -> None:
    assert shown(marked_by_part(("18", "May", "1975"), ("15", "May", "1957"))) == "1[8] May 19[75]"
    assert shown(marked_by_part(("8", "May", "1975"), ("8", "March", "1975"))) == "8 [May] 1975"
    assert shown(marked_by_part(("16", "May", "1975"), ("6", "May", "1975"))) == "[1]6 May 1975"
    assert shown(marked_by_part(("6", "May", "1975"), ("16", "May", "1975"))) == "[]6 May 1975"


TWO = """
| record  | name         | aliases     | birth_date | sex | place_of_birth | status              | missing_since | sentence_months |
| essex:1 | Clark, Ann   | Brown, Ann  | 1975-05-08 | F   | Ilford         | whereabouts_unknown | 2016-05-01    | 93              |
| kent:1  | CLARKE, ANN  |             | 1975-05-05 | F   |                | located             |               | 26              |
"""


def line(groups: tuple[Group, ...], label: str) -> Line:
    return next(line for group in groups for line in group.lines if line.label == label)


def test_a_row_is_told_in_words() -> None:
    groups = beside.grouped(records(TWO).to_pylist())
    told = {each.label: each.told for group in groups for each in group.lines}
    assert told["Name"] == "1 character differs"
    assert told["Birth date"] == "1 character differs"
    assert told["Sex"] == "same"
    assert told["Place of birth"] == "only one says"
    assert told["Sentence"] == "differs"
    assert told["Status"] == "", "what a force claims is no evidence of who somebody is"


def test_rows_that_are_blank_throughout_are_left_out() -> None:
    groups = beside.grouped(records(TWO).to_pylist())
    assert "Addresses" not in [group.title for group in groups]
    assert "Court" not in [each.label for group in groups for each in group.lines]


def test_a_field_kept_back_is_told_as_kept_back() -> None:
    one, other = records(TWO).to_pylist()
    other["absent"] = [{"field": "place_of_birth", "reason": "withheld", "text": "s31"}]
    assert line(beside.grouped([one, other]), "Place of birth").absent == ("", "withheld by the force")


def test_a_date_in_other_figures_is_told_once_and_a_loose_one_as_sent() -> None:
    assert rows_told.date({**(partial("1975-05-08") or {}), "text": "08/05/1975"})[0].note == ""
    assert rows_told.date({**(partial("1975-05-08") or {}), "text": "8-May-75"})[0].note == "sent as 8-May-75"
    assert rows_told.date({**(partial("1975") or {}), "text": "c. 1975"})[0].note == "sent as c. 1975"


def test_of_three_records_the_others_are_marked_against_the_first_that_says_anything() -> None:
    one, other = records(TWO).to_pylist()
    blank = {**one, "record_id": "kent:9", "birth_date": None}
    cells = line(beside.grouped([blank, one, other]), "Birth date").cells
    assert [[shown(value.pieces) for value in cell] for cell in cells] == [[], ["8 May 1975"], ["[5] May 1975"]]


def test_a_timeline_runs_by_date_and_ends_with_what_has_none() -> None:
    one, other = records(TWO).to_pylist()
    event: dict[str, Any] = {"kind": "name", "happened": partial("2012"), "notified": None, "advance": None}
    other["events"] = [event]
    told = [(entry.when, entry.lane, entry.text) for entry in timelines.names([one, other])]
    assert told == [
        ("2012", 1, "Change of name"),
        ("as at 1 March 2018", 0, "Ann Clark: name now"),
        ("as at 1 March 2018", 1, "ANN CLARKE: name now"),
        ("undated", 0, "Ann Brown: alias"),
    ]


def test_the_weakest_join_lies_between_the_sides_whose_heaviest_link_is_lightest() -> None:
    found = picture("ABCD", ["", "", "", ""], [Tie(0, 1, 30.0), Tie(2, 3, 25.0), Tie(1, 2, 9.0), Tie(0, 3, 4.0)])
    assert found.weakest == Tie(1, 2, 9.0)
    assert {frozenset(side) for side in found.apart} == {frozenset("AB"), frozenset("CD")}
    assert (found.count, [edge.between for edge in found.edges]) == (2, [False, False, True, True])


def test_no_link_is_no_join() -> None:
    assert picture("AB", ["", ""], []).weakest is None


def test_what_an_answer_changes_is_told_of_the_list() -> None:
    claimed, other = {"national_id": "P1", "claims": [1]}, {"national_id": "P2", "claims": [1, 2]}
    assert "Two lines become one with 3 claims" in would_change([claimed, other], ["", ""])[0]
    assert "located elsewhere" in would_change([claimed, None], ["wanted", "in custody"])[0]
    assert "in custody" in would_change([None, claimed], ["in custody", "wanted"])[0]
    assert would_change([claimed, claimed], ["", ""])[0].startswith("Nothing")
    assert "neither is on the missing list" in would_change([None, None], ["", ""])[0]
