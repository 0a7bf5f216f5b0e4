"""What became of the lines of the national list: which goes on as which, which came and which went.

Decides merged and split. Invariant: a line before goes on as one line at most, and a line now is the going on of one at
most; a line whose records are on another line now is merged into it and is not gone.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from reconcile.national.previous import Previous

Row = Mapping[str, Any]


@dataclass(frozen=True)
class LineChange:
    """``records`` are of claims that stand and are on another line than before; ``people``: lines more or fewer."""

    national_id: str
    kind: str
    others: tuple[str, ...]
    records: tuple[str, ...]
    people: int


class Lines:
    """Lines then and now, by the claims ``was`` and ``now`` (record id to a row of CLAIMS).

    ``lost``: lines none of whose records are on the list now. ``gained``: lines no claim of which was on it before.
    """

    def __init__(
        self,
        previous: Previous,
        was: Mapping[str, Row],
        now: Mapping[str, Row],
        identities: pa.Table,
        lineage: pa.Table,
    ) -> None:
        self.was, self.now = was, now
        self._claims: dict[str, list[str]] = defaultdict(list)  # line then -> its claims then
        for record, claim in was.items():
            self._claims[claim["national_id"]].append(record)
        before = {row["national_id"] for row in was.values()}
        after = {row["national_id"] for row in now.values()}
        members = _members(previous.identities, before)
        self.home = _homes(identities, {record for each in members.values() for record in each} | now.keys(), after)
        self.stood: dict[str, set[str]] = defaultdict(set)  # line now -> records of claims that stand
        for record in was.keys() & now.keys():
            self.stood[now[record]["national_id"]].add(record)
        self.targets = {line: self._targets(members[line], line) for line in sorted(before - after)}
        self.goes_on = {line: line for line in before & after}
        for line in sorted(after - before):
            self._adopt(line)
        self.lost = [line for line, targets in self.targets.items() if not targets]
        taken = set(self.goes_on.values())
        self.gained = [line for line in sorted(after - before - taken) if not self.stood[line]]
        self._parted = [line for line in sorted(after - before - taken) if self.stood[line]]
        self._lineage = lineage

    def line_of_gone(self, record: str) -> str | None:
        """The line now of the person whom a claim that is gone was of; None where they are on no line."""
        line = self.was[record]["national_id"]
        targets = self.targets.get(line, [])
        return self.home.get(record) or self.goes_on.get(line) or (targets[0] if targets else None)

    def changes(self) -> Iterator[LineChange]:
        """Every merge and split, each line at most once in each."""
        for line, targets in self.targets.items():
            if line in self.goes_on:
                to = self.goes_on[line]
                if self._ended_by_merge(line):
                    yield LineChange(line, "merged", (to,), self._went(line, to), 0)
                else:
                    yield LineChange(to, "split", (line,), self._went(line, to), 0)
            elif targets:
                yield LineChange(line, "merged", tuple(targets), self._went(line, *targets), -1)
        for line in self._parted:
            others = sorted({self.was[record]["national_id"] for record in self.stood[line]})
            yield LineChange(line, "split", tuple(others), tuple(sorted(self.stood[line])), 1)
        yield from self._gone_over()

    def why(self, *national_ids: str) -> str:
        """The reason of the newest row of the lineage about the first of these that has one; "" where none has."""
        for name in national_ids:
            if rows := self._rows_of(name):
                return str(rows[-1]["reason"])
        return ""

    def _gone_over(self) -> Iterator[LineChange]:
        """Claims that stand on another line, where both lines go on."""
        over: dict[str, dict[str, str]] = defaultdict(dict)
        for line, records in self.stood.items():
            for record in records if line not in self._parted else ():
                went_on = self.goes_on.get(from_ := self.was[record]["national_id"])
                if went_on is not None and went_on != line:
                    over[line][record] = from_
        for line, records_from in sorted(over.items()):
            others = tuple(sorted(set(records_from.values())))
            yield LineChange(line, "merged", others, tuple(sorted(records_from)), 0)

    def _targets(self, members: list[str], line: str) -> list[str]:
        """The lines now that hold records of a line that ended, those that hold a claim of it first."""
        claimed = {self.home[record] for record in self._claims[line] if record in self.now}
        every = {self.home[record] for record in members if record in self.home}
        return [*sorted(claimed), *sorted(every - claimed)]

    def _adopt(self, line: str) -> None:
        """Let a line under a new id be the going on of one that ended, if its records come from one."""
        free = [old for old, targets in self.targets.items() if line in targets and old not in self.goes_on]
        own = {self.was[record]["national_id"] for record in self.stood[line]}
        if free:
            self.goes_on[min(free, key=lambda old: (old not in own, old))] = line

    def _went(self, line: str, *to: str) -> tuple[str, ...]:
        stood = {record for each in to for record in self.stood[each]}
        return tuple(sorted(stood & set(self._claims[line])))

    def _ended_by_merge(self, line: str) -> bool:
        rows = self._rows_of(line)
        return bool(rows) and rows[-1]["event"] == "merged_into"

    def _rows_of(self, name: str) -> list[Row]:
        of = pc.equal(self._lineage["national_id"], pa.scalar(name))
        return list[Row](self._lineage.filter(of).to_pylist())


def _members(identities: pa.Table, lines: set[str]) -> dict[str, list[str]]:
    of = identities.filter(pc.is_in(identities["national_id"], value_set=pa.array(sorted(lines), pa.string())))
    found: dict[str, list[str]] = {line: [] for line in lines}
    for row in of.to_pylist():
        found[row["national_id"]].append(row["record_id"])
    return found


def _homes(identities: pa.Table, records: set[str], lines: set[str]) -> dict[str, str]:
    """The line now of each of ``records`` whose identity is on the list."""
    of = identities.filter(pc.is_in(identities["record_id"], value_set=pa.array(sorted(records), pa.string())))
    return {row["record_id"]: row["national_id"] for row in of.to_pylist() if row["national_id"] in lines}
