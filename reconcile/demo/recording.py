"""What forces recorded of the synthetic people, and what they got wrong.

Decides how each record differs from the person it is of. Invariant: rows are arrays of one place a record, keyed by
column; nothing of a row tells who the person is but the column "person".
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from reconcile.demo import convictions, identifiers, lives, people, statuses
from reconcile.demo.convictions import FIRST_AS_OF, NO_DAY, Convictions
from reconcile.demo.distortion import (
    PLACEHOLDERS,
    abbreviated,
    chosen,
    halved,
    joined,
    middle_kept,
    mistyped,
    postcodes_mistyped,
    rewritten,
    shifted,
    unaccented,
)
from reconcile.demo.homes import Homes
from reconcile.demo.people import People
from reconcile.demo.tables import Ints, Texts, by_origin, number, texts

Rows = dict[str, Any]
"""Arrays of one place a record, by column."""

KINDS = (
    "none",
    "typo",
    "missing",
    "nickname",
    "anglicised",
    "respelled",
    "swapped",
    "alias",
    "marriage",
    "deed_poll",
    "total_change",
)
"""What a record changed of the person's first name, the gravest where several; "missing" is a name part left out."""


def record(found: People, records: Ints, rng: np.random.Generator, as_of: np.datetime64 = FIRST_AS_OF) -> Rows:
    """The rows of all records of the people as of a day; ``records`` is how many each has."""
    base = convictions.draw(found.force, found.birth, as_of, rng)
    blocks = [
        _block(step, who, state, found, base, as_of, rng=rng)
        | statuses.draw(base.date[who], records[who] > step + 1, as_of, rng)
        for step, who, state in lives.steps(found, records, rng)
    ]
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


def _block(  # noqa: PLR0917 - one step of the lives of the people, as of a day
    step: int,
    who: Ints,
    state: lives.State,
    found: People,
    base: Convictions,
    as_of: np.datetime64,
    *,
    rng: np.random.Generator,
) -> Rows:
    """The records numbered ``step`` of the people ``who``, as arrays."""
    count = len(who)
    given, surname, middle = state.given[who], state.surname[who], found.middle[who]
    kind = np.array([0, 8, 9, 10])[state.change[who]]
    alias = found.alias_surname[who] != ""
    under = alias & chosen(count, number("changes", "alias_as_current"), rng)
    given[under], surname[under], middle[under] = found.alias_given[who][under], found.alias_surname[who][under], ""
    kind = _names_go_wrong(
        given, middle, surname, found.origin[who], np.where(under, np.maximum(kind, 7), kind), rng=rng
    )
    former_given, former_surname = state.former_given[who], np.where(state.noted[who], state.former_surname[who], "")
    beside = (former_surname != "") & (state.change[who] >= 2) & ~under
    beside &= chosen(count, number("changes", "deed_poll_beside"), rng)
    given[beside], former_given[beside] = former_given[beside], state.given[who][beside]
    surname[beside], former_surname[beside] = former_surname[beside], state.surname[who][beside]
    listed = (alias & chosen(count, number("changes", "alias_recorded"), rng)) | under
    home, before = state.home.take(who).copy(), state.before.take(who)
    _homes_go_wrong(home, rng)
    birth, birth_text, birth_last = _births_go_wrong(found.birth[who], rng)
    conviction = base.take(who)
    other = np.flatnonzero(chosen(count, 1 - number("convictions", "shared"), rng)) if step else np.arange(0)
    conviction.put(other, convictions.draw(state.force[who][other], found.birth[who][other], as_of, rng))
    return {
        "person": who,
        "step": np.full(count, step),
        "force": state.force[who],
        "kind": kind,
        "given": joined(given, middle),
        "surname": surname,
        "alias_given": np.where(under, state.given[who], found.alias_given[who]),
        "alias_surname": np.where(listed, np.where(under, state.surname[who], found.alias_surname[who]), ""),
        "former_given": former_given,
        "former_surname": former_surname,
        "former_kind": _former_kinds(state.change[who], found.male[who], beside),
        "birth": birth,
        "birth_text": birth_text,
        "birth_last": birth_last,
        "address": home.address,
        "town": home.town,
        "postcode": home.postcode,
        "before_address": np.where(state.has_before[who], before.address, ""),
        "before_town": np.where(state.has_before[who], before.town, ""),
        "before_postcode": np.where(state.has_before[who], before.postcode, ""),
        "pnc": _numbers(found, who, rng),
        "cro": _cros(found.cro[who], rng),
        "nomis": _kept(found.nomis[who], number("identifiers", "nomis_recorded"), rng),
        "birth_place": _kept(found.birth_place[who], 1 - number("places", "birth_place_missing"), rng),
        "sex": _kept(np.where(found.male[who], "M", "F").astype(object), 1 - number("missing", "sex"), rng),
        **_conviction(conviction, rng),
    }


def _former_kinds(change: Ints, male: NDArray[np.bool_], beside: NDArray[np.bool_]) -> Texts:
    """The kind of the name a record holds beside the current one; "deed_poll" is the new name, not yet in use."""
    kind = np.where((change == 1) & ~male, "maiden", "previous").astype(object)
    return np.where(beside, "deed_poll", kind).astype(object)


def _kept(values: Texts, share: float, rng: np.random.Generator) -> Texts:
    return np.where(chosen(len(values), share, rng), values, "").astype(object)


def _cros(cro: Texts, rng: np.random.Generator) -> Texts:
    found = _kept(cro, number("identifiers", "cro_recorded"), rng)
    found[chosen(len(found), number("identifiers", "cro_placeholder"), rng)] = "000000/00Z"
    return found


def _names_go_wrong(
    given: Texts, middle: Texts, surname: Texts, origin: Ints, kind: Ints, *, rng: np.random.Generator
) -> Ints:
    """Distort the names in place; returns the gravest kind of change of each."""
    count = len(given)
    middle_kept(middle, rng)
    halved(surname, chosen(count, number("names", "half_surname"), rng), rng)
    english = rewritten(given, chosen(count, number("names", "anglicised"), rng), "anglicised", rng)
    nick = rewritten(given, chosen(count, number("names", "nickname"), rng), "nicknames", rng)
    share = by_origin("names", "respelled")[origin]
    spelt = rewritten(given, chosen(count, share, rng), "spellings", rng)
    spelt |= rewritten(surname, chosen(count, share, rng), "spellings", rng)
    for place in np.flatnonzero(chosen(count, number("names", "unaccented"), rng)).tolist():
        for names in (given, middle, surname):
            names[place] = unaccented(names[place])
    typed = mistyped(given, chosen(count, number("names", "typo_given"), rng), rng)
    typed |= mistyped(surname, chosen(count, number("names", "typo_surname"), rng), rng)
    initial = chosen(count, number("names", "initial_given"), rng)
    given[initial] = texts([name[:1] for name in given[initial]])
    swap = chosen(count, by_origin("names", "swapped")[origin], rng)
    given[swap], surname[swap] = surname[swap], given[swap]
    for code, where in ((1, typed), (2, initial), (3, nick), (4, english), (5, spelt), (6, swap)):
        kind = np.where(where, np.maximum(kind, code), kind)
    return kind


def _homes_go_wrong(home: Homes, rng: np.random.Generator) -> None:
    count = len(home.address)
    abbreviated(home.address, chosen(count, number("places", "abbreviated"), rng))
    postcodes_mistyped(home.postcode, chosen(count, number("places", "postcode_typo"), rng), rng)
    home.postcode[chosen(count, number("places", "postcode_missing"), rng)] = ""
    home.address[chosen(count, number("places", "address_missing"), rng)] = ""


def _births_go_wrong(birth: people.Days, rng: np.random.Generator) -> tuple[people.Days, Texts, people.Days]:
    """Recorded birth dates, the text of partial ones, and the last day these can mean."""
    count = len(birth)
    found = shifted(birth, chosen(count, number("birth_date", "typo"), rng), rng)
    false = chosen(count, number("birth_date", "false"), rng)
    found[false] += rng.integers(-2200, -30, false.sum())
    hit = chosen(count, number("birth_date", "placeholder"), rng)
    found[hit] = PLACEHOLDERS[rng.integers(len(PLACEHOLDERS), size=hit.sum())]
    text, last = texts([""] * count), np.full(count, NO_DAY)
    partial = chosen(count, number("birth_date", "partial"), rng)
    year = found[partial].astype("datetime64[Y]")
    found[partial], last[partial] = year.astype("datetime64[D]"), (year + 1).astype("datetime64[D]") - 1
    text[partial] = texts([str(each) for each in year])
    found[chosen(count, number("birth_date", "missing"), rng) & ~partial] = NO_DAY
    return found, text, last


def _numbers(people: People, who: Ints, rng: np.random.Generator) -> Texts:
    """The PNC numbers recorded: some wrong, some a second one, some a stranger's."""
    count = len(who)
    found = people.pnc[who]
    has = found != ""
    twice = has & chosen(count, number("identifiers", "pnc_second"), rng)
    found[twice] = people.pnc_spare[who][twice]
    stranger = chosen(count, number("identifiers", "pnc_stranger"), rng)
    found[stranger] = people.pnc[rng.integers(len(people), size=stranger.sum())]
    typo = (found != "") & chosen(count, number("identifiers", "pnc_typo"), rng)
    found[typo] = identifiers.mistyped(found[typo], rng)
    return _kept(found, number("identifiers", "pnc_recorded"), rng)


def _conviction(base: Convictions, rng: np.random.Generator) -> Rows:
    """The columns of convictions, "conviction_" before those that do not say so, some dates wrong or missing."""
    count = len(base.date)
    date = shifted(base.date, chosen(count, number("convictions", "date_typo"), rng), rng)
    date[chosen(count, number("convictions", "date_missing"), rng)] = NO_DAY
    return {**vars(base), "date": date}
