"""How the answers to the questions become the table of facts.

Decides its order: by national id, fact and record id. Invariant: a row names its rule, and its inputs are record ids,
each once and sorted; texts stay numbers until the rows are in order, since few of them differ.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from reconcile import schema
from reconcile.linkage.workers import workers
from reconcile.notification.columns import NAT, Bools, Coded, Ints, distinct
from reconcile.notification.people import People
from reconcile.notification.rule_sets import RuleSets
from reconcile.notification.rules import rule_id
from reconcile.notification.verdict import NO_NUMBER, Answers

ROWS_AT_ONCE = 1 << 20
"""Rows of a chunk of the table: the texts of all rows together pass what one Arrow array of strings can hold."""

Pairs = tuple[Ints, Ints]
Rows = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Part:
    """The rows of one fact: whom each is of, what it says, and how many of ``inputs`` each rests on, one after the
    other. ``record`` is -1 where the fact is of the identity."""

    fact: str
    identity: Rows
    record: Rows
    said: Answers
    counts: Rows
    inputs: Rows


def of_identities(
    who: People, fact: str, said: Answers, *, records: Bools, extra: Pairs | None = None, only: Bools | None = None
) -> Part:
    """A fact of identities, an answer for each.

    Args:
        who: the people.
        fact: its name, a key of the rules.
        said: the answers, one an identity.
        records: which records the answers rest on, each on those of its own identity.
        extra: rows of identities and of records of others that they rest on too.
        only: which identities are asked; all of them where None.
    """
    count = len(who.national_ids)
    asked = np.arange(count) if only is None else np.flatnonzero(only)
    rows = np.flatnonzero(records)
    counts, inputs = _inputs(count, (who.identity[rows], rows), extra, asked)
    return Part(fact, _small(asked), np.full(len(asked), -1, np.int32), _only(said, asked), counts, inputs)


def of_records(who: People, fact: str, said: Answers, only: Bools | None = None, extra: Pairs | None = None) -> Part:
    """A fact of records, an answer for each; it rests on the record, and on ``extra``: rows of records and others."""
    count = len(who.identity)
    asked = who.by_identity if only is None else who.by_identity[only[who.by_identity]]
    own = np.arange(count)
    counts, inputs = (
        (np.ones(len(asked), dtype=np.int32), _small(asked))
        if extra is None
        else _inputs(count, (own, own), extra, asked)
    )
    return Part(fact, _small(who.identity[asked]), _small(asked), _only(said, asked), counts, inputs)


def _inputs(count: int, own: Pairs, extra: Pairs | None, asked: Ints) -> tuple[Rows, Rows]:
    """For each subject asked how many records its answer rests on, and those records, each once and sorted."""
    subject, record = own
    if extra is not None:
        subject, record = np.concatenate([subject, extra[0]]), np.concatenate([record, extra[1]])
        each = max(int(record.max(initial=0)) + 1, 1)
        subject, record = np.divmod(distinct(subject * each + record), each)
    place = np.full(count, -1, dtype=np.int64)
    place[asked] = np.arange(len(asked))
    kept = place[subject] >= 0
    subject, record = place[subject[kept]], record[kept]
    return _small(np.bincount(subject, minlength=len(asked))), _small(record[np.argsort(subject, kind="stable")])


def _small(numbers: Ints) -> Rows:
    return numbers.astype(np.int32)


def _only(said: Answers, rows: Ints) -> Answers:
    """The answers of some rows; a column nobody filled is left out."""
    value, reason = (Coded(one.codes[rows], one.words) for one in (said.value, said.reason))
    kinds = ((said.day, "datetime64[D]"), (said.days, np.int32), (said.rule_set, np.int32))
    columns: list[Any] = [None if column is None else column[rows].astype(kind) for column, kind in kinds]
    return Answers(value, reason, *columns)


def table(national_ids: Any, record_ids: Any, sets: RuleSets, parts: list[Part]) -> pa.Table:
    """``schema.FACTS`` of all parts, sorted by national id, fact and record id.

    The ids are those of ``People``; ``parts`` is empty afterwards: each of them is let go of
    as soon as its columns are put together.
    """
    parts.sort(key=lambda part: part.fact)
    identity = _joined(part.identity for part in parts)
    rank = np.repeat(np.arange(len(parts), dtype=np.int32), [len(part.identity) for part in parts])
    order = np.argsort(identity.astype(np.int64) * len(parts) + rank, kind="stable")
    columns: dict[str, tuple[Any, Any]] = {
        "national_id": (national_ids, identity),
        "record_id": (record_ids, _joined(part.record for part in parts)),
        "fact": (_texts([part.fact for part in parts]), rank),
        "value": _coded([part.said.value for part in parts]),
        "reason": _coded([part.said.reason for part in parts]),
        "rule": (_texts([rule_id(part.fact) for part in parts]), rank),
        "rule_set": (_texts(sets.names), _filled(parts, "rule_set", -1, np.int32)),
    }
    for name, (held, codes) in columns.items():
        columns[name] = held, codes.astype(np.int32)[order]
    day = _filled(parts, "day", NAT, "datetime64[D]")[order]
    days = _filled(parts, "days", NO_NUMBER, np.int32)[order]
    offsets = np.concatenate([[0], np.cumsum(_joined(part.counts for part in parts), dtype=np.int32)])
    flat = _joined(part.inputs for part in parts).astype(np.int32)
    parts.clear()
    inputs: Any = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), pa.array(flat, pa.int32()))

    def chunk(start: int) -> pa.Table:
        here = slice(start, start + ROWS_AT_ONCE)
        rows = {name: _take(held, codes[here]) for name, (held, codes) in columns.items()}
        rows["day"] = pa.array(day[here], pa.date32())
        rows["days"] = pa.array(days[here], pa.int32(), mask=days[here] == NO_NUMBER)
        rests: Any = inputs.take(pa.array(order[here]))
        rows["inputs"] = pa.ListArray.from_arrays(rests.offsets, record_ids.take(rests.values))
        return pa.table({name: rows[name] for name in schema.FACTS.names}, schema=schema.FACTS)

    with ThreadPoolExecutor(workers()) as pool:
        chunks = list(pool.map(chunk, range(0, len(order), ROWS_AT_ONCE)))
    return pa.concat_tables(chunks) if chunks else schema.FACTS.empty_table()


def _joined(arrays: Iterable[Any]) -> Any:
    return np.concatenate([np.zeros(0, dtype=np.int32), *arrays])


def _texts(words: Sequence[str]) -> Any:
    return pa.array(list(words), pa.string())


def _take(held: Any, codes: Any) -> Any:
    return held.take(pa.array(codes, mask=codes < 0))


def _coded(columns: Sequence[Coded]) -> tuple[Any, Any]:
    """Several coded columns, one after the other, as one."""
    place: dict[str, int] = {}
    codes = []
    for column in columns:
        known = np.array([*(place.setdefault(word, len(place)) for word in column.words), -1], dtype=np.int32)
        codes.append(known[column.codes])
    return _texts(tuple(place)), _joined(codes)


def _filled(parts: Sequence[Part], name: str, blank: Any, kind: Any) -> Any:
    """A column of the answers, one part after the other, blank where a part does not fill it."""
    columns = []
    for part in parts:
        column = getattr(part.said, name)
        columns.append(np.full(len(part.identity), blank, dtype=kind) if column is None else column.astype(kind))
    return np.concatenate(columns)
