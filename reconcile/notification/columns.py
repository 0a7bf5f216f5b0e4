"""Arrow columns read as arrays: days, partial dates, words, and the elements of lists.

Invariant: a missing or partial date stays an interval of days; ``NaT`` compares false with everything, so that an
unknown date never answers a question.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Days = npt.NDArray[np.datetime64]
"""datetime64[D]"""

Strings = npt.NDArray[np.object_]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NAT = np.datetime64("NaT", "D")


@dataclass(frozen=True)
class Span:
    """A column of partial dates: the first and the last day each can mean, both ``NaT`` where it is no date."""

    lo: Days
    hi: Days

    @property
    def known(self) -> Bools:
        return ~np.isnat(self.lo)

    @property
    def one(self) -> Bools:
        """Whether it is one day."""
        return np.asarray(self.lo == self.hi)

    @property
    def day(self) -> Days:
        """The day where it is one, ``NaT`` elsewhere."""
        return np.where(self.one, self.lo, NAT)

    def __getitem__(self, rows: Any) -> "Span":
        return Span(self.lo[rows], self.hi[rows])

    def where(self, rows: Bools, other: "Span | None" = None) -> "Span":
        """This span in ``rows`` and ``other`` (no date where None) elsewhere."""
        return Span(*(np.where(rows, *pair) for pair in zip((self.lo, self.hi), _ends(other), strict=True)))


def _ends(span: Span | None) -> tuple[Any, Any]:
    return (NAT, NAT) if span is None else (span.lo, span.hi)


def nothing(count: int) -> Span:
    """``count`` times no date."""
    return Span(np.full(count, NAT), np.full(count, NAT))


def latest(*spans: Span) -> Span:
    """The last of several dates, those not known left out: from the greatest first day to the greatest last day."""
    return Span(
        np.fmax.reduce([one.lo for one in spans]),
        np.fmax.reduce([one.hi for one in spans]),
    )


@dataclass(frozen=True)
class Coded:
    """A column of few distinct texts: ``codes`` int32 into ``words``, -1 where it is blank."""

    codes: npt.NDArray[np.int32]
    words: tuple[str, ...]

    def among(self, *words: str) -> Bools:
        """Which rows hold one of ``words``."""
        wanted = np.array([*(word in words for word in self.words), False])
        return np.asarray(wanted[self.codes])

    @property
    def known(self) -> Bools:
        return np.asarray(self.codes >= 0)


def distinct(values: Ints) -> Ints:
    """The different values, sorted; by sorting, which many numbers take better than ``np.unique``'s hashing."""
    held = np.sort(values)
    return held[np.append(True, held[1:] != held[:-1])] if len(held) else held


def whole(column: Any) -> Any:
    """One array of a column that may be chunked."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def mask(column: Any) -> Bools:
    """A boolean column, null as false."""
    return np.array(pc.fill_null(whole(column), False).to_numpy(zero_copy_only=False), dtype=np.bool_)


def days(column: Any) -> Days:
    """A date32 column as days."""
    return np.asarray(whole(column).to_numpy(zero_copy_only=False), dtype="datetime64[D]")


def span(column: Any) -> Span:
    """A ``schema.PARTIAL_DATE`` column as a span; a null struct is no date."""
    return Span(days(pc.struct_field(column, "lo")), days(pc.struct_field(column, "hi")))


def text(column: Any) -> Strings:
    """A string column as an object array, "" where null."""
    return np.array(pc.fill_null(column, "").to_numpy(zero_copy_only=False), dtype=object)


def coded(column: Any) -> Coded:
    """A string column by its distinct texts."""
    encoded: Any = whole(pc.dictionary_encode(whole(column)))
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
    return Coded(np.asarray(codes, dtype=np.int32), tuple(encoded.dictionary.to_pylist()))


@dataclass(frozen=True)
class Elements:
    """The elements of a list column, one after the other: ``owner`` the row each belongs to."""

    owner: Ints
    values: Any

    def span(self, field: str) -> Span:
        return span(pc.struct_field(self.values, field))

    def given(self, field: str) -> Bools:
        """Where something was written, be it a date or not."""
        return mask(pc.is_valid(pc.struct_field(self.values, field)))

    def unread(self, field: str) -> Bools:
        """Where a date was written and has no days."""
        return self.given(field) & ~self.span(field).known

    def coded(self, field: str) -> Coded:
        return coded(pc.struct_field(self.values, field))


def elements(column: Any) -> Elements:
    """The elements of a list column of structs; a null list has none."""
    lists = whole(column)
    owner = np.asarray(pc.list_parent_indices(lists).to_numpy(zero_copy_only=False), dtype=np.int64)
    return Elements(owner, whole(pc.list_flatten(lists)))
