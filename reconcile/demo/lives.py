"""What happens to synthetic people between one record and the next: moves, marriages, deed polls.

Decides the true state of a person at each of their records. Invariant: a change stays; a later record knows of the one
before it only where the rates say it was noted.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from reconcile.demo import homes
from reconcile.demo.distortion import chosen
from reconcile.demo.homes import Homes
from reconcile.demo.people import People, family_names, names
from reconcile.demo.tables import Ints, Texts, caseload, number, rate, texts

CHANGES = ("none", "marriage", "deed_poll", "total_change")


@dataclass
class State:
    """The people as they are now; ``former_*`` is the name before the last change, ``noted`` whether it was told."""

    force: Ints
    given: Texts
    surname: Texts
    former_given: Texts
    former_surname: Texts
    change: Ints
    noted: np.ndarray[tuple[int], np.dtype[np.bool_]]
    home: Homes
    before: Homes
    has_before: np.ndarray[tuple[int], np.dtype[np.bool_]]


def steps(people: People, records: Ints, rng: np.random.Generator) -> Iterator[tuple[int, Ints, State]]:
    """For each record number: the people (int indices) who have such a record, and everybody's state then."""
    count = len(people)
    nothing = texts([""] * count)
    older = chosen(count, number("changes", "older_home"), rng)
    state = State(
        force=people.force.copy(),
        given=people.given.copy(),
        surname=people.surname.copy(),
        former_given=nothing.copy(),
        former_surname=nothing.copy(),
        change=np.zeros(count, dtype=np.int64),
        noted=np.zeros(count, dtype=bool),
        home=people.home.copy(),
        before=homes.draw(people.force, rng),
        has_before=older,
    )
    for step in range(int(records.max(initial=0))):
        who = np.flatnonzero(records > step)
        if step:
            _move(state, who, rng)
            _rename(state, people, who, rng)
        yield step, who, state


def _move(state: State, who: Ints, rng: np.random.Generator) -> None:
    stays = chosen(len(who), number("changes", "same_force"), rng)
    drawn = np.searchsorted(caseload().cumulative, rng.random(len(who)), side="right")
    state.force[who] = np.where(stays, state.force[who], drawn)
    moved = who[chosen(len(who), number("changes", "moved"), rng)]
    state.before.put(moved, state.home.take(moved))
    state.has_before[moved] = chosen(len(moved), number("changes", "previous_postcode"), rng)
    state.home.put(moved, homes.draw(state.force[moved], rng))


def _rename(state: State, people: People, who: Ints, rng: np.random.Generator) -> None:
    kind = rng.random(len(who))
    marriage = rate("changes", "marriage")
    married = np.where(people.male[who], marriage["M"], marriage["F"])
    poll = married + number("changes", "deed_poll")
    total = poll + number("changes", "total_change")
    change = np.select([kind < married, kind < poll, kind < total], [1, 2, 3], 0)
    renamed, change = who[change > 0], change[change > 0]
    state.former_given[renamed], state.former_surname[renamed] = state.given[renamed], state.surname[renamed]
    state.change[renamed] = np.maximum(state.change[renamed], change)
    noted = np.where(change == 1, number("changes", "marriage_noted"), number("changes", "deed_poll_noted"))
    state.noted[renamed] = rng.random(len(renamed)) < noted
    state.surname[renamed] = _another(
        state.surname[renamed], lambda at: family_names(people.origin[renamed[at]], rng), rng
    )
    full = renamed[change == 3]
    state.given[full] = _another(
        state.given[full],
        lambda at: names(people.origin[full[at]], people.male[full[at]], people.birth[full[at]], rng),
        rng,
    )


def _another(old: Texts, draw: Callable[[Ints], Texts], rng: np.random.Generator) -> Texts:
    """Another name for each, with the same initial for as many as keep it."""
    keep = chosen(len(old), number("changes", "keeps_initials"), rng)
    new, everyone = texts([""] * len(old)), np.arange(len(old))
    left = everyone
    for attempt in range(60):
        drawn = draw(left)
        fits = np.array(
            [
                a != b and (not k or a[0] == b[0] or attempt > 40)
                for a, b, k in zip(drawn, old[left], keep[left], strict=True)
            ],
            dtype=bool,
        )
        new[left[fits]] = drawn[fits]
        left = left[~fits]
        if not len(left):
            break
    new[left] = texts([name + "son" for name in old[left]])
    return new
