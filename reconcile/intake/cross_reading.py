"""What the suites look at across the cells of a row and across the rows of an extract.

Decides which pairs of cells can contradict each other, and which rows can be one entry sent twice. Invariant: as in
``reconcile.intake.reading``, no reading holds a cell; a partial date contradicts only if every day it can mean does.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from reconcile import schema
from reconcile.forces import Profile
from reconcile.intake.columns import IDENTIFIER, NAMES
from reconcile.intake.period_reading import days_off_table
from reconcile.intake.standardise import HORIZON, months
from reconcile.intake.words import recognised
from reconcile.values import identifier_columns

DATES: Final = tuple(HORIZON)
SETTLED: Final = ("located", "in_custody", "in_hospital", "abroad_known")
"""The statuses that say where a living person is."""
RUNNING: Final = ("located", "whereabouts_unknown", "in_custody", "in_hospital", "abroad_known")
"""The statuses of a person who must notify; somebody wanted can still be when the requirement is over."""
KEYS: Final = ("local_id", "pnc_held", "name_and_birth")
"""The readings that number what stands on a row, equal numbers for equal cells: within an extract, not across."""
_compute: Any = pc


def cross_fields(rows: Any, profile: Profile, as_of: dt.date, dates: Mapping[str, Any]) -> dict[str, Any]:
    """The readings of canonical ``rows`` that look at two cells; ``dates`` are those of ``DATES`` as PARTIAL_DATE.

    Days are int32 and null where a date is blank or unreadable; each is the difference that contradicts least, so
    that only what must be wrong is found.
    """
    status = recognised("status", rows["status"], profile)
    claim, settled, running = (_one_of(status, words) for words in (schema.OPEN_CLAIMS, SETTLED, RUNNING))
    lo, hi = ({name: _end(dates[name], end) for name in DATES} for end in ("lo", "hi"))
    the_day = pa.scalar(as_of, pa.date32())
    dead, ended = (_one_of(status, (word,)) for word in ("deceased", "requirement_ended"))
    acted = _compute.max_element_wise(lo["last_notified"], lo["risk_assessed_on"])
    last_day = _compute.max_element_wise(hi["period_end"], hi["order_end"])
    sentence, abroad = (
        months(rows["sentence_months"]),
        recognised("overseas_evidence", rows["overseas_evidence"], profile),
    )
    cautioned = _one_of(recognised("basis", rows["basis"], profile), ("caution",))
    return {
        **{
            f"{name}_days_after_as_of": days(the_day, lo[name])
            for name in ("last_contact", "last_notified", "conviction_date", "risk_assessed_on")
        },
        "days_notified_after_missing": where(claim, days(hi["missing_since"], lo["last_notified"])),
        "days_in_contact_after_missing": where(claim, days(hi["missing_since"], lo["last_contact"])),
        "days_missing_after_contact": where(settled, days(hi["last_contact"], lo["missing_since"])),
        "days_missing_after_conviction": days(lo["conviction_date"], hi["missing_since"]),
        "days_notified_after_conviction": days(lo["conviction_date"], hi["last_notified"]),
        "days_period_after_conviction": days(lo["conviction_date"], hi["period_end"]),
        "days_order_after_conviction": days(lo["conviction_date"], hi["order_end"]),
        "age_at_conviction": years(lo["birth_date"], hi["conviction_date"]),
        "days_acted_after_contact": where(dead, days(hi["last_contact"], acted)),
        "days_period_off_table": days_off_table(rows, profile, dates, ended),
        "days_of_period_left": where(ended, days(the_day, lo["period_end"])),
        "days_subject_after_as_of": where(running, days(the_day, last_day)),
        "where_abroad": _said(claim, _one_of(abroad, ("location_known",)), "missing_at_a_known_place"),
        "sentence_for": _said(cautioned, _compute.fill_null(_compute.greater(sentence, 0), False), "caution"),
    }


def duplicates(rows: Any, birth: Any, as_of: dt.date) -> dict[str, Any]:
    """Numbers that equal valid PNC numbers share, and numbers that equal names with equal full birth dates share."""
    held = pa.nulls(rows.num_rows, pa.string())
    if IDENTIFIER + "pnc" in rows.column_names:
        read = identifier_columns.parse_column("pnc", rows[IDENTIFIER + "pnc"], as_of.year)
        valid = pc.equal(pc.struct_field(read, "check"), pa.scalar("valid"))
        held = pc.if_else(pc.fill_null(valid, False), pc.struct_field(read, "value"), pa.scalar(None, pa.string()))
    parts = [pc.fill_null(rows[name], "") for name in ("full_name", "given_names", "surname")]
    name = pc.utf8_lower(pc.binary_join_element_wise(*parts, " "))
    named = pc.is_valid(pc.coalesce(*(rows[column] for column in NAMES)))
    born = pc.if_else(pc.equal(_end(birth, "lo"), _end(birth, "hi")), _end(birth, "lo"), pa.scalar(None, pa.date32()))
    both = pc.binary_join_element_wise(name, pc.cast(born, pa.string()), " ")
    return {
        "pnc_held": _numbered(held),
        "name_and_birth": _numbered(pc.if_else(named, both, pa.scalar(None, pa.string()))),
    }


def days(earlier: Any, later: Any) -> Any:
    """Days from ``earlier`` to ``later``, int32; negative where ``later`` is before it."""
    return _compute.subtract(_compute.cast(later, pa.int32()), _compute.cast(earlier, pa.int32()))


def years(born: Any, day: Any) -> Any:
    """Whole years from ``born`` to ``day``, int64; null where either is, or ``born`` is later."""
    born_on, on = (
        _compute.add(_compute.multiply(_compute.month(each), 100), _compute.day(each)) for each in (born, day)
    )
    whole = _compute.subtract(
        _compute.subtract(_compute.year(day), _compute.year(born)),
        _compute.cast(_compute.greater(born_on, on), pa.int64()),
    )
    return _compute.if_else(_compute.less_equal(born, day), whole, pa.scalar(None, pa.int64()))


def where(mask: Any, values: Any) -> Any:
    """``values`` on the rows of ``mask``, null elsewhere."""
    return pc.if_else(mask, values, pa.scalar(None, values.type))


def _one_of(words: Any, those: tuple[str, ...]) -> Any:
    return pc.fill_null(pc.is_in(words, value_set=pa.array(those)), False)


def _said(mask: Any, against: Any, word: str) -> Any:
    return where(mask, pc.if_else(against, pa.scalar(word), pa.scalar("consistent")))


def _end(dates: Any, end: str) -> Any:
    return pc.struct_field(dates, end)


def _numbered(texts: Any) -> Any:
    return (texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts).dictionary_encode().indices
