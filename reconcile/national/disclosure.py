"""How nearly a hidden count can be worked out from what documents show.

Decides what follows from what is shown: integer programming over all documents as one system, in which an extract
counted in two of them is one. Invariant: a range is never told wider than it is, so a count called safe is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

SMALL: Final = "small"
WITHHELD: Final = "withheld"
GROSS: Final = ("gross",)
PULLS: Final = 12
"""How often many counts are looked at together before each is by itself."""
Key = tuple[str, ...]
"""("gross",), ("total", row), ("column", table, column) or ("inside", table, row, column); a row is one extract."""
Shown = int | str
"""A number, ``SMALL`` (under the threshold) or ``WITHHELD`` (at least the threshold, and not shown)."""
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Rule:
    """Counts under ``threshold`` are hidden; a hidden count could be numbers ``width`` apart."""

    threshold: int
    width: int


@dataclass(frozen=True)
class Document:
    """What a document shows of its counts; a count that is no key of ``shown`` is not published at all.

    ``tables``: the columns of each table. ``rows``: the extracts, one a force. Each table of a row adds up to its
    total, the totals to the gross. ``threshold``: under which the document calls a count small. ``through``: of tables
    by year the last year of each column that has one; documents that cut the years elsewhere tell of the same sums.
    """

    tables: Mapping[str, tuple[str, ...]]
    rows: tuple[str, ...]
    shown: Mapping[Key, Shown]
    threshold: int
    through: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def ranges(documents: Sequence[Document], keys: Iterable[Key], rule: Rule) -> dict[Key, tuple[int, int]]:
    """The least and the greatest each count of the last document can be by all that the documents show."""
    system = System(documents, rule)
    bounds = system.bounds(documents[-1])
    found = {}
    for key in keys:
        least, greatest = (system.extreme((system.last, key), bounds, sign)[0] for sign in (1, -1))
        found[key] = (least, greatest)
    return found


def fit_together(documents: Sequence[Document], rule: Rule) -> bool:
    """Whether any counts at all are as all documents show them, parts of people allowed."""
    system = System(documents, rule)
    constraint, bounds = system.bounds(documents[-1])
    return milp(np.zeros(len(system.place)), bounds=bounds, constraints=constraint).x is not None


def row_of(key: Key) -> str | None:
    return {"total": key[-1], "inside": key[2] if len(key) > 2 else None}.get(key[0])


Watch = tuple[int, Key]
"""A count of one of the documents of a system."""


class System:
    """The counts of several documents as unknowns, and the numbers each document says of their sums."""

    def __init__(self, documents: Sequence[Document], rule: Rule) -> None:
        self.rule = rule
        self.documents = tuple(documents)
        self.last = len(self.documents) - 1
        keys: dict[Key, None] = {}
        for document in self.documents:
            for row in document.rows:
                keys["total", row] = None
                keys |= {("inside", name, row, column): None for name, of in document.tables.items() for column in of}
        self.place = {key: place for place, key in enumerate(keys)}
        self._alike = [pair for two in combinations(self.documents, 2) for pair in self._cut_elsewhere(*two)]
        self.most = 1000 + 2 * sum(
            int(said) for document in self.documents for said in document.shown.values() if not isinstance(said, str)
        )
        self._true = {key: said for key, said in self.documents[-1].shown.items() if not isinstance(said, str)}
        self._least: dict[Watch, int] = {(self.last, key): said for key, said in self._true.items()}
        self._greatest = dict(self._least)

    def _cut_elsewhere(self, one: Document, other: Document) -> Iterator[tuple[list[int], list[int]]]:
        """The unknowns that add up to the same in two documents: up to the year from which both tell single years."""
        for table in one.through.keys() & other.through.keys():
            ends = [each.through[table] for each in (one, other)]
            if not all(ends) or min(ends[0].values()) == min(ends[1].values()):
                continue
            year = max(min(end.values()) for end in ends)
            sides = [{column for column, last in end.items() if last <= year} for end in ends]
            for row in sorted({*one.rows} & {*other.rows}):
                yield tuple(  # type: ignore[misc]
                    [self.place["inside", table, row, column] for column in sorted(side - sides[not at])]
                    for at, side in enumerate(sides)
                )

    def hidden_before(self) -> list[Watch]:
        """What the documents before the last hide, which the last must not give away either, less what is in it too."""
        last = self.documents[-1]
        now = frozenset(last.rows)
        return [
            (number, key)
            for number, document in enumerate(self.documents[:-1])
            for key, said in document.shown.items()
            if said in (SMALL, WITHHELD)
            and not (
                key in last.shown
                and (row_of(key) in now if row_of(key) is not None else frozenset(document.rows) == now)
            )
        ]

    def parts(self, number: int, key: Key) -> list[int]:
        """The unknowns that add up to a count of a document."""
        rows = self.documents[number].rows
        if key == GROSS:
            return [self.place["total", row] for row in rows]
        if key[0] == "column":
            return [self.place["inside", key[1], row, key[2]] for row in rows]
        return [self.place[key]]

    def exposed(self, shown: Document, watched: Sequence[Watch]) -> Watch | None:
        """The first of ``watched`` that can be worked out more nearly than the rule allows; None where none can.

        What was seen to fit once still fits when more is hidden, so it is not looked for again.
        """
        given = self.bounds(shown)
        for each in watched:
            for sign in (-1, 1):
                if self._width(each) < self.rule.width:
                    self._see(self.extreme(each, given, sign)[1], watched)
            if self._width(each) < self.rule.width:
                return each
        return None

    def kept(self, shown: Document, watch: Watch) -> bool:
        """Whether ``watch`` is safe with this shown; where it is not, nothing is remembered of what was tried."""
        seen = dict(self._least), dict(self._greatest)
        if self.exposed(shown, [watch]) is None:
            return True
        self._least, self._greatest = seen
        return False

    def _turn(self, given: Bounds, watched: Sequence[Watch]) -> None:
        """See how far counts inside a table can be moved from what they are by a turn of four.

        One more here and there, one less in the other two corners of a rectangle, leaves every sum as it is, in all
        documents where its two rows stand in the same ones. It spares the solver nearly all of its work.
        """
        document, grids = self.documents[-1], {}
        fixed = [place for both in self._alike for side in both for place in side]
        among = [frozenset(at for at, each in enumerate(self.documents) if row in each.rows) for row in document.rows]
        alike = np.array([[one == other for other in among] for one in among])
        for name, columns in document.tables.items():
            cells = [[("inside", name, row, column) for column in columns] for row in document.rows]
            if cells and all(key in self._true for line in cells for key in line):
                at = np.array([[self.place[key] for key in line] for line in cells])
                true = np.array([[self._true[key] for key in line] for line in cells], dtype=np.float64)
                free = ~np.isin(at, fixed)
                grids[name] = ((given.ub[at] - true) * free, (true - given.lb[at]) * free)
        for number, key in watched:
            if number != self.last or key[0] != "inside" or key[1] not in grids:
                continue
            up, down = grids[key[1]]
            row, column = document.rows.index(key[2]), document.tables[key[1]].index(key[3])
            for more, less, sign in ((up, down, 1), (down, up, -1)):
                turn = np.minimum(np.minimum(more[row, column], less[row][None, :]), less[:, column][:, None])
                turn = np.minimum(turn, more) * alike[row][:, None]
                turn[row], turn[:, column] = 0, 0
                moved = self._true[key] + sign * int(max(turn.max(), 0))
                self._least[number, key] = min(self._least[number, key], moved)
                self._greatest[number, key] = max(self._greatest[number, key], moved)

    def pull(self, shown: Document, watched: Sequence[Watch]) -> None:
        """See many counts at once far from what they are, by pulling all that still seem narrow this way and that."""
        given, signs = self.bounds(shown), np.random.default_rng(len(self.place))
        self._turn(given[1], watched)
        for _ in range(PULLS):
            narrow = [each for each in watched if self._width(each) < self.rule.width]
            if len(narrow) <= 2:
                return
            cost = np.zeros(len(self.place))
            for each, sign in zip(narrow, signs.choice([-1.0, 1.0], len(narrow)), strict=True):
                cost[self.parts(*each)] += sign
            point = self._solved(cost, given, whole=False)
            if _whole(point):
                self._see(np.round(point), watched)

    def _width(self, each: Watch) -> int:
        return self._greatest[each] - self._least[each] if each in self._least else -1

    def _see(self, point: Floats, watched: Sequence[Watch]) -> None:
        for each in watched:
            value = round(float(point[self.parts(*each)].sum()))
            self._least[each] = min(self._least.get(each, value), value)
            self._greatest[each] = max(self._greatest.get(each, value), value)

    def bounds(self, shown: Document) -> tuple[LinearConstraint, Bounds]:
        """What all documents say, the last of them being ``shown``."""
        low, high = np.zeros(len(self.place)), np.full(len(self.place), float(self.most))
        sums: list[tuple[list[int], list[float], float, float]] = []
        for one, other in self._alike:
            sums.append(([*one, *other], [*[1.0] * len(one), *[-1.0] * len(other)], 0.0, 0.0))
        for number, document in enumerate([*self.documents[:-1], shown]):
            for row in document.rows:
                for name, columns in document.tables.items():
                    inside = [self.place["inside", name, row, column] for column in columns]
                    sums.append(([*inside, self.place["total", row]], [*[1.0] * len(inside), -1.0], 0.0, 0.0))
            for key, said in document.shown.items():
                least, most = self._said(key, said, document.threshold)
                parts = self.parts(number, key)
                if len(parts) == 1:
                    low[parts[0]], high[parts[0]] = max(low[parts[0]], least), min(high[parts[0]], most)
                else:
                    sums.append((parts, [1.0] * len(parts), least, most))
        lengths = [len(parts) for parts, _, _, _ in sums]
        across = (np.repeat(np.arange(len(sums)), lengths), np.concatenate([parts for parts, _, _, _ in sums]))
        weights = np.concatenate([weights for _, weights, _, _ in sums])
        matrix = csr_array((weights, across), shape=(len(sums), len(self.place)))
        ends = np.array([[least, most] for _, _, least, most in sums])
        return LinearConstraint(matrix, ends[:, 0], ends[:, 1]), Bounds(low, high)

    def _said(self, key: Key, said: Shown, threshold: int) -> tuple[float, float]:
        """The least and greatest a count can be by what is shown of it; a row with nobody would show its nought."""
        if said == SMALL:
            return (1.0 if key[0] == "total" else 0.0), threshold - 1.0
        if said == WITHHELD:
            return float(threshold), float(self.most)
        return float(said), float(said)

    def extreme(self, each: Watch, given: tuple[LinearConstraint, Bounds], sign: int) -> tuple[int, Floats]:
        """The least (``sign`` 1) or greatest (-1) a count can be, and the unknowns there."""
        cost, parts = np.zeros(len(self.place)), self.parts(*each)
        cost[parts] = float(sign)
        point = self._least_cost(cost, given)
        return round(float(point[parts].sum())), point

    def _least_cost(self, cost: Floats, given: tuple[LinearConstraint, Bounds]) -> Floats:
        """The whole numbers of least cost that fit."""
        point = self._solved(cost, given, whole=False)
        if not _whole(point):  # whole as they stand, they are the answer in whole numbers
            point = self._solved(cost, given, whole=True)
        return np.round(point)

    def _solved(self, cost: Floats, given: tuple[LinearConstraint, Bounds], *, whole: bool) -> Floats:
        kinds = np.full(len(cost), int(whole))
        found = milp(cost, integrality=kinds, bounds=given[1], constraints=given[0])
        if found.x is None:
            raise AssertionError(f"what the documents show does not fit together: {found.message}")
        return np.asarray(found.x, dtype=np.float64)


def _whole(point: Floats) -> bool:
    return bool(np.abs(point - np.round(point)).max() <= 1e-6)
