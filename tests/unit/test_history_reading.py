"""What is told to a force of the history it sends; nothing of it holds a row back."""

import datetime as dt

import pytest

from reconcile.forces.lists import LIST_COLUMNS
from reconcile.intake.validate import Extract, Validation, validate
from tests.unit.dialect import canonical
from tests.unit.test_intake_histories import HISTORIAN

AS_OF = dt.date(2018, 3, 1)
Cells = dict[str, str]


def exemption(kinds: str = "custody", starts: str = "01/01/2016", ends: str = "") -> Cells:
    return {"exemption_kinds": kinds, "exemption_starts": starts, "exemption_ends": ends}


def episode(starts: str, ends: str = "", outcomes: str = "") -> Cells:
    return {"episode_starts": starts, "episode_ends": ends, "episode_outcomes": outcomes}


def event(dates: str, notified: str = "", kinds: str = "name") -> Cells:
    return {"event_kinds": kinds, "event_dates": dates, "event_notified": notified}


def travel(left: str, due: str = "", back: str = "") -> Cells:
    return {"travel_left": left, "travel_return_due": due, "travel_returned": back}


def stay(starts: str, ends: str, notified: str = "") -> Cells:
    return {"stay_starts": starts, "stay_ends": ends, "stay_notified": notified}


LOST = {"Status": "Lost", "Missing from": "01/06/2017"}
WARNED_OF: list[tuple[Cells, str]] = [
    ({"residence": "caravan"}, "residence_known"),
    ({"circulated": "perhaps"}, "circulated_known"),
    ({"Status": "transferred", "transferred_to": "Ruritania Police"}, "transferred_to_known"),
    ({"transferred_to": "Kent Police"}, "transfer_said_by_the_status"),
    ({"first_notified": "02/03/2018"}, "first_notified_not_in_future"),
    ({"released_on": "02/03/2018"}, "released_on_not_in_future"),
    ({"last_reviewed": "02/03/2018"}, "last_reviewed_not_in_future"),
    ({"first_notified": "02/03/2015", "Notified": "2014"}, "last_notified_after_first"),
    (exemption("custody|hospital", "2015|2016", "2015"), "lists_of_one_length"),
    (stay("2015|2016", "2015|2016|2017"), "lists_of_one_length"),
    (exemption(ends="32/01/2016"), "list_dates_readable"),
    (exemption("custody|camp", "2015|2016"), "exemption_kinds_known"),
    (event("01/01/2016", kinds="colour"), "event_kinds_known"),
    (episode("2015", "2016", "gone"), "episode_outcomes_known"),
    (exemption("custody|custody", "2012|01/01/2016", "2013|31/12/2015"), "exemptions_in_order"),
    (stay("02/01/2016", "01/01/2016"), "stays_in_order"),
    (travel("02/01/2016", "01/01/2016"), "travels_in_order"),
    (travel("02/01/2016", "09/01/2016", "2015"), "travels_in_order"),
    (episode("02/01/2016", "01/01/2016"), "episodes_in_order"),
    (exemption(starts="02/03/2018"), "history_not_in_future"),
    (event("02/03/2018"), "history_not_in_future"),
    (event("2018", "02/03/2018"), "history_not_in_future"),
    (travel("2018", "2018", "02/03/2018"), "history_not_in_future"),
    (stay("2018", "2018", "02/03/2018"), "history_not_in_future"),
    (LOST | episode("02/03/2018"), "history_not_in_future"),
    (episode("01/06/2017"), "open_episode_is_a_claim"),
    (LOST | episode("2014|2015", "2014|2015"), "claim_is_an_open_episode"),
]
NOT_WARNED_OF: list[Cells] = [
    {"residence": "NFA", "circulated": "no", "Status": "transferred", "transferred_to": "Kent Police"},
    {"first_notified": "01/03/2018", "released_on": "2018", "last_reviewed": "N/K"},
    {"first_notified": "02/03/2015", "Notified": "2015"},
    exemption("custody|custody", "2012|01/01/2016", "2013|01/01/2016"),
    exemption(ends="01/01/2030"),
    exemption(ends="refused"),
    exemption("custody|abroad", "2011|2012", "n/k|"),
    event("2018", "01/03/2018"),
    travel("01/03/2018", "08/03/2018"),
    travel("01/05/2018", "08/05/2018"),
    stay("01/03/2018", "08/03/2018"),
    LOST,
    LOST | episode("2014|01/06/2017", "2015|", "found|"),
    LOST | episode("2014|01/06/2017", "2015|N/K"),
    episode("2014", "2015", "found"),
]
"""Beside the cases above: what only looks alike, at the edge, or by one of the days a partial date can mean."""


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Validation]:
    cases = [cells for cells, _rule in WARNED_OF] + NOT_WARNED_OF
    blank = dict.fromkeys(LIST_COLUMNS, "")
    extracts = [
        Extract(
            canonical(blank | {"Ref": "K1", "Surname": "Hale"}, cells, dialect=HISTORIAN), HISTORIAN, AS_OF, "ab", 2
        )
        for cells in ({"Ref": "K2"} | blank | cells for cells in cases)
    ]
    return {str(cells): found for cells, found in zip(cases, validate(extracts), strict=True)}


@pytest.mark.parametrize(("cells", "rule"), WARNED_OF)
def test_warned_of(outcomes: dict[str, Validation], cells: Cells, rule: str) -> None:
    found = outcomes[str(cells)]
    assert [(each.rule, each.severity, each.rows.tolist()) for each in found.failures] == [(rule, "warning", [1])]
    assert found.accepted.num_rows == 2


@pytest.mark.parametrize("cells", NOT_WARNED_OF)
def test_not_warned_of(outcomes: dict[str, Validation], cells: Cells) -> None:
    assert outcomes[str(cells)].failures == ()
