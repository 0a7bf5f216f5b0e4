"""Properties of the two logs: any tampering shows, and the state follows from the log alone."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reconcile.audit import OPERATIONS, PURPOSES, Entry, Head
from reconcile.audit.chain import GENESIS, check, digest, line
from reconcile.review.decisions import JUDGEMENTS, Decision, DecisionLog

WORD = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12).filter(str.strip)
ENTRIES = st.builds(
    Entry,
    operation=st.sampled_from(OPERATIONS),
    actor=WORD,
    role=WORD,
    purpose=st.sampled_from(PURPOSES),
    justification=WORD,
    subjects=st.one_of(WORD, st.lists(WORD, max_size=3).map(tuple)),
    force=st.none() | WORD,
    recipient=WORD,
    count=st.integers(0, 2**40),
    run=st.none() | WORD,
)


def chain(entries: list[Entry]) -> list[dict]:
    lines: list[dict] = []
    for number, entry in enumerate(entries, start=1):
        lines.append(line(entry, number, 1_500_000_000_000 + number, lines[-1]["hash"] if lines else GENESIS))
    return lines


@st.composite
def chains(draw: st.DrawFn, least: int = 1) -> list[dict]:
    return chain(draw(st.lists(ENTRIES, min_size=least, max_size=6)))


@given(chains(least=0))
def test_an_untouched_chain_holds(lines: list[dict]) -> None:
    heads = [Head(row["number"], row["hash"]) for row in lines]
    assert check(lines, heads).holds


@given(st.data(), chains())
def test_any_changed_cell_breaks_the_chain_at_its_line(data: st.DataObject, lines: list[dict]) -> None:
    place = data.draw(st.integers(0, len(lines) - 1))
    column = data.draw(st.sampled_from(sorted(lines[place])))
    old = lines[place][column]
    new = data.draw((st.integers(0, 2**41) if isinstance(old, int) else st.none() | WORD).filter(lambda v: v != old))
    lines[place] = lines[place] | {column: new}
    assert check(lines).broken == place + 1


@given(st.data(), chains())
def test_any_removed_line_breaks_the_chain(data: st.DataObject, lines: list[dict]) -> None:
    head = Head(len(lines), lines[-1]["hash"])
    place = data.draw(st.integers(0, len(lines) - 1))
    del lines[place]
    assert check(lines, [head]).broken == place + 1


@given(st.data(), chains(least=2), st.booleans())
def test_any_reordering_breaks_the_chain(data: st.DataObject, lines: list[dict], renumbered: bool) -> None:
    order = data.draw(st.permutations(lines).filter(lambda rows: rows != lines))
    if renumbered:
        order = [row | {"number": number} for number, row in enumerate(order, start=1)]
    assert not check(order).holds


@given(chains(), ENTRIES)
def test_a_chain_made_anew_shows_against_a_kept_head(lines: list[dict], other: Entry) -> None:
    head = Head(len(lines), lines[-1]["hash"])
    forged = chain([other])
    assume(forged[0]["hash"] != lines[0]["hash"])
    for row in lines[1:]:
        columns = row | {"previous": forged[-1]["hash"]}
        forged.append(columns | {"hash": digest(columns)})
    assert check(forged).holds
    assert check(forged, [head]).broken == len(lines)


PAIRS = st.sampled_from([("a:1", "b:1"), ("b:1", "a:1"), ("a:1", "c:1"), ("b:1", "c:1")])
STEPS = st.lists(st.tuples(PAIRS, st.sampled_from([*JUDGEMENTS, "undo"])), max_size=25)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_state_is_a_stack_of_judgements_per_pair(steps: list) -> None:
    stacks: dict[tuple[str, str], list[str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        log = DecisionLog(f"sqlite:///{Path(folder) / 'd.sqlite'}", clock=lambda: 0)
        for (left, right), judgement in steps:
            stack = stacks.setdefault((min(left, right), max(left, right)), [])
            if judgement != "undo":
                stack.append(judgement)
                log.record([Decision(left, right, judgement, None, "r", "why")])
            elif stack:
                stack.pop()
                log.undo(left, right, "r", "why")
        state = log.state().to_pylist()
        assert log.state().equals(DecisionLog(f"sqlite:///{Path(folder) / 'd.sqlite'}").state())
    expected = sorted((*pair, stack[-1]) for pair, stack in stacks.items() if stack)
    assert [(row["left"], row["right"], row["judgement"]) for row in state] == expected
