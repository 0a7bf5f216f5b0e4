"""Properties of the judgement log and of four eyes: what holds is a function of the log, whoever reads it."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.errors import DecisionError
from reconcile.review.four_eyes import outcome
from reconcile.review.in_memory import Heard
from reconcile.review.judgements import Answer, Judgement, JudgementLog

pytestmark = pytest.mark.slow

PEOPLE = ("ann", "bob", "cas", "dan")
ANSWERS = st.tuples(
    st.sampled_from(PEOPLE), st.sampled_from(["same", "different", "cannot_tell"]), st.sampled_from(["now", "before"])
)


def numbered(said: list[tuple[str, str, str]]) -> list[Answer]:
    return [Answer(number, "link:a~b", *each) for number, each in enumerate(said, start=1)]


@given(st.data(), st.lists(ANSWERS, max_size=7), st.integers(1, 2))
def test_the_order_answers_are_read_in_changes_nothing(
    data: st.DataObject, said: list[tuple[str, str, str]], judges: int
) -> None:
    answers = numbered(said)
    turned = data.draw(st.permutations(answers))
    assert outcome(turned, judges=judges, evidence_hash="now") == outcome(answers, judges=judges, evidence_hash="now")


@given(st.lists(ANSWERS, max_size=7), st.integers(1, 2))
def test_nobody_decides_alone_where_two_are_needed_and_nobody_counts_twice(
    said: list[tuple[str, str, str]], judges: int
) -> None:
    found = outcome(numbered(said), judges=judges, evidence_hash="now")
    assert len(set(found.by)) == len(found.by)
    assert set(found.by) <= {reviewer for reviewer, _answer, evidence in said if evidence == "now"}
    if found.state == "decided":
        assert len(found.by) >= judges


@given(st.lists(ANSWERS, max_size=7), st.integers(1, 2), ANSWERS)
def test_a_decided_item_stays_decided_whoever_answers_after(
    said: list[tuple[str, str, str]], judges: int, more: tuple[str, str, str]
) -> None:
    before = outcome(numbered(said), judges=judges, evidence_hash="now")
    if before.state == "decided":
        assert outcome(numbered([*said, more]), judges=judges, evidence_hash="now") == before


@given(st.lists(ANSWERS, max_size=7), st.integers(1, 2))
def test_an_answer_on_other_evidence_counts_for_nothing(said: list[tuple[str, str, str]], judges: int) -> None:
    answers = numbered(said)
    now = [each for each in answers if each.evidence_hash == "now"]
    assert outcome(answers, judges=judges, evidence_hash="now") == outcome(now, judges=judges, evidence_hash="now")


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("judge"), st.sampled_from(PEOPLE), st.sampled_from(["same", "different"]), st.integers(0, 1)),
        st.tuples(st.just("undo"), st.sampled_from(PEOPLE), st.booleans(), st.integers(1, 8)),
    ),
    max_size=8,
)


@settings(max_examples=40, deadline=None)
@given(STEPS, st.integers(0, 8))
def test_what_stands_is_a_function_of_the_log_alone(steps: list[tuple], pause: int) -> None:
    """A model of the log says the same as the log, and as one who reads it in two goes."""
    with tempfile.TemporaryDirectory() as folder:
        log = JudgementLog(f"sqlite:///{Path(folder) / 'log.sqlite'}", clock=lambda: 1_600_000_000_000)
        stands: dict[int, tuple[str, str, str]] = {}
        lines, heard = 0, Heard()
        for step, (act, person, said, which) in enumerate(steps):
            if act == "judge":
                item = f"link:{which}"
                judgement = Judgement(item, said, "other", person, "now", note="because")
                lines += 1
                assert log.record([judgement]) == [lines]
                stands[lines] = (item, person, said)
            elif which in stands and (said or stands[which][1] == person):
                log.undo(which, person, "mistaken", of_another=said)
                del stands[which]
                lines += 1
            else:
                with pytest.raises(DecisionError, match=r"yours|nothing to undo"):
                    log.undo(which, person, "mistaken", of_another=said)
            if step == pause:
                with log._engine.connect() as connection:
                    heard.hear(connection)
        with log._engine.connect() as connection:
            heard.hear(connection)
            heard.hear(connection)
        for item in ("link:0", "link:1"):
            expected = {number: said for number, said in stands.items() if said[0] == item}
            alive = log.alive(item)
            assert {each.number: (each.item, each.reviewer, each.judgement) for each in alive} == expected
            assert heard.of.get(item, []) == alive
        assert log.lines()["number"].to_pylist() == list(range(1, lines + 1))
