"""The synthetic people themselves, before anybody has recorded them.

Decides who there is: origin, sex, names, birth, home, numbers and relatives. Invariant: a person is a place in arrays
of equal length, and the same count, forces and generator give the same people.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reconcile.demo import homes, identifiers
from reconcile.demo.homes import Homes
from reconcile.demo.tables import (
    ORIGINS,
    Ints,
    Texts,
    by_origin,
    caseload,
    given_names,
    number,
    rate,
    read_toml,
    surnames,
    texts,
)

Days = NDArray[np.datetime64]
LATEST_BIRTH = np.datetime64("1999-06-30")


@dataclass(frozen=True)
class People:
    """Arrays of one place a person: ``force`` and ``origin`` are int indices, dates are days, text is "" where none.

    ``pnc_spare`` is the second number some records carry.
    """

    force: Ints
    origin: Ints
    male: NDArray[np.bool_]
    birth: Days
    given: Texts
    middle: Texts
    surname: Texts
    alias_given: Texts
    alias_surname: Texts
    birth_place: Texts
    home: Homes
    pnc: Texts
    pnc_spare: Texts
    cro: Texts
    nomis: Texts

    def __len__(self) -> int:
        return len(self.force)


def draw(force: Ints, rng: np.random.Generator, *, relatives: int | None = None) -> People:
    """People at home in the area of each force (int index into ``caseload``), relatives among the first ones."""
    count = len(force)
    origin = _origins(force, rng)
    male = rng.random(count) < number("people", "male")
    birth = _births(origin, rng)
    given, middle = names(origin, male, birth, rng), names(origin, male, birth, rng)
    middle[rng.random(count) >= by_origin("people", "middle_name")[origin]] = ""
    surname = family_names(origin, rng)
    double = np.flatnonzero(rng.random(count) < number("people", "double_barrelled"))
    surname[double] = surname[double] + "-" + family_names(origin[double], rng)
    known = np.flatnonzero(rng.random(count) < number("changes", "alias_person"))
    alias_given, alias_surname = _aliases(known, given, origin, male, birth, rng=rng)
    numbers = identifiers.pnc(np.concatenate([birth, birth]), rng)
    found = People(
        force=force,
        origin=origin,
        male=male,
        birth=birth,
        given=given,
        middle=middle,
        surname=surname,
        alias_given=alias_given,
        alias_surname=alias_surname,
        birth_place=_birth_places(force, origin, rng),
        home=homes.draw(force, rng),
        pnc=_some(numbers[:count], number("identifiers", "pnc_person"), rng),
        pnc_spare=numbers[count:],
        cro=_some(identifiers.cro(count, rng), number("identifiers", "cro_person"), rng),
        nomis=_some(identifiers.nomis(count, rng), number("identifiers", "nomis_person"), rng),
    )
    found.cro[found.pnc == ""] = ""
    _house(found, rng)
    _relate(found, len(found) if relatives is None else relatives, rng)
    return found


def _some(values: Texts, share: float, rng: np.random.Generator) -> Texts:
    values[rng.random(len(values)) >= share] = ""
    return values


def _origins(force: Ints, rng: np.random.Generator) -> Ints:
    region = {"metropolitan": "london", "city-of-london": "london", "police-scotland": "scotland"} | {
        "psni": "northern-ireland",
        **dict.fromkeys(("north-wales", "gwent", "south-wales", "dyfed-powys"), "wales"),
    }
    shares = [rate("origins", region.get(slug, "england")) for slug in caseload().values]
    table = np.cumsum([[share[origin] for origin in ORIGINS] for share in shares], axis=1)
    uniform = rng.random(len(force)) * table[force, -1]
    found: Ints = np.sum(uniform[:, None] >= table[force][:, :-1], axis=1).astype(np.int64)
    return found


def _births(origin: Ints, rng: np.random.Generator) -> Days:
    mean, spread, first, last = rate("people", "birth_year")
    years = np.clip(rng.normal(mean, spread, len(origin)), first, last).astype(np.int64)
    start = (years - 1970).astype("datetime64[Y]").astype("datetime64[D]")
    day = rng.integers(0, 365, len(origin))
    day[rng.random(len(origin)) < by_origin("people", "first_of_january")[origin]] = 0
    late = start + day > LATEST_BIRTH
    start[late] -= (rng.random(late.sum()) * 20 + 6).astype(np.int64) * np.timedelta64(365, "D")
    return np.asarray(start + day, dtype="datetime64[D]")


def names(origin: Ints, male: NDArray[np.bool_], birth: Days, rng: np.random.Generator) -> Texts:
    """A given name of each person's origin, sex and time of birth."""
    found, uniform = np.empty(len(origin), dtype=object), rng.random(len(origin))
    year = birth.astype("datetime64[Y]").astype(np.int64) + 1970
    for code, name in enumerate(ORIGINS):
        for sex, of_sex in (("M", male), ("F", ~male)):
            here = np.flatnonzero((origin == code) & of_sex)
            for first, era in given_names(name, sex):
                since = here[year[here] >= first]
                found[since] = era.at(uniform[since])
            early = here[year[here] < given_names(name, sex)[0][0]]
            found[early] = given_names(name, sex)[0][1].at(uniform[early])
    return found


def family_names(origin: Ints, rng: np.random.Generator) -> Texts:
    """A surname of each person's origin."""
    found, uniform = np.empty(len(origin), dtype=object), rng.random(len(origin))
    for code, name in enumerate(ORIGINS):
        here = origin == code
        found[here] = surnames(name).at(uniform[here])
    return found


def _aliases(
    known: Ints, given: Texts, origin: Ints, male: NDArray[np.bool_], birth: Days, *, rng: np.random.Generator
) -> tuple[Texts, Texts]:
    alias_given, alias_surname = texts([""] * len(given)), texts([""] * len(given))
    alias_given[known] = names(origin[known], male[known], birth[known], rng)
    alias_surname[known] = family_names(origin[known], rng)
    same = known[rng.random(len(known)) < number("changes", "alias_surname_only")]
    alias_given[same] = given[same]
    return alias_given, alias_surname


def _birth_places(force: Ints, origin: Ints, rng: np.random.Generator) -> Texts:
    near = rng.random(len(force)) < 0.6
    elsewhere = np.searchsorted(caseload().cumulative, rng.random(len(force)), side="right")
    place = texts([town[0] for town in homes.towns(np.where(near, force, elsewhere), rng)])
    table = read_toml("streets.toml")["born_abroad"]
    abroad = rng.random(len(force)) < by_origin("people", "born_abroad")[origin]
    for code, name in enumerate(ORIGINS):
        here = np.flatnonzero(abroad & (origin == code))
        choices = table.get(name, table["irish"])
        place[here] = texts(choices)[rng.integers(len(choices), size=len(here))]
    return place


def _house(people: People, rng: np.random.Generator) -> None:
    """Put some people into hostels and take the homes of others away."""
    kind = rng.random(len(people))
    hostel = np.flatnonzero(kind < number("people", "hostel"))
    people.home.put(hostel, homes.hostels(people.force[hostel], rng))
    rough = np.flatnonzero(kind > 1 - number("places", "no_fixed_abode"))
    people.home.put(rough, roofless(people.home.town[rough], rng))


def roofless(town: Texts, rng: np.random.Generator) -> Homes:
    """Places of people of no fixed abode, as forces write them."""
    table = read_toml("streets.toml")
    words, codes = texts(table["not_fixed"]), texts(table["not_fixed_postcodes"])
    count = len(town)
    return Homes(words[rng.integers(len(words), size=count)], town, codes[rng.integers(len(codes), size=count)])


def _relate(people: People, among: int, rng: np.random.Generator) -> None:
    """Make siblings, twins, and fathers and sons of one name out of strangers, in place."""
    order = rng.permutation(among)
    start = 0
    for kind in ("siblings", "twins", "namesakes"):
        pairs = int(number("families", kind) * among / 2)
        one, two = order[start : start + pairs], order[start + pairs : start + 2 * pairs]
        start += 2 * pairs
        relate(people, kind, one, two, rng)


def relate(people: People, kind: str, one: Ints, two: Ints, rng: np.random.Generator) -> None:
    """Make each of ``two`` a relative of the one in ``one``, in place; ``kind`` as in the rates' families."""
    for each in (people.force, people.origin, people.surname, people.birth_place):
        each[two] = each[one]
    people.home.put(two, people.home.take(one))
    people.male[two] = people.male[one] | (kind == "namesakes")
    people.male[one] |= kind == "namesakes"
    if kind == "namesakes":
        later = people.birth[one] + rng.integers(20, 34, len(one)) * 365 + rng.integers(0, 365, len(one))
        room = later <= LATEST_BIRTH
        people.birth[two] = np.where(room, later, people.birth[one] - rng.integers(20, 30, len(one)) * 365)
    if kind == "twins":
        people.birth[two] = people.birth[one]
    for each in (one, two):
        people.given[each] = names(people.origin[each], people.male[each], people.birth[each], rng)
    if kind == "namesakes":
        people.given[two] = people.given[one]
        return
    same = two[people.given[one] == people.given[two]]
    people.given[same] = [
        next(name for name in drawn if name != other)
        for other, drawn in zip(
            people.given[same], (_candidates(people, each, rng) for each in same.tolist()), strict=True
        )
    ]


def _candidates(people: People, person: int, rng: np.random.Generator) -> Texts:
    """Many names the person might have had."""
    who = np.full(60, person)
    return names(people.origin[who], people.male[who], people.birth[who], rng)
