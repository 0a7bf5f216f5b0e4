"""Twenty reviewers at once lose no decision and judge no item twice."""

from pathlib import Path

import pytest

from reconcile.review.queue_items import numbers
from tests import crowd

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def nothing_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(numbers()["audit"], "frames", {})


@pytest.mark.parametrize(("reviewers", "items"), [(6, 20), pytest.param(20, 500, marks=pytest.mark.slow)])
def test_a_queue_is_worked_through_once(tmp_path: Path, reviewers: int, items: int) -> None:
    crowd.work_through(crowd.workspace(tmp_path, items), reviewers)


@pytest.mark.parametrize(("reviewers", "items"), [(6, 4), pytest.param(20, 10, marks=pytest.mark.slow)])
def test_of_those_who_answer_at_the_same_moment_as_many_are_heard_as_are_needed(
    tmp_path: Path, reviewers: int, items: int
) -> None:
    crowd.all_at_once(crowd.workspace(tmp_path, items), reviewers)
