"""Values that a spreadsheet changed on their way: numbers it took for dates, shortened, or stripped of their zeros.

Decides which cells of an identifier look so. Invariant: nothing is guessed back, as what was there is not known; such a
cell keeps its text, is counted in a note, and by the table of placeholders has no weight as an identifier.
"""

from collections.abc import Iterator
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from reconcile.intake.receipt import Reason

DATE: Final = (
    r"^\s*([0-9]{4}-[0-9]{2}-[0-9]{2}([ T]00:00:00)?|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}( 0?0:00(:00)?)?"
    r"|([0-9]{1,2}[- ])?(jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}[- ][0-9]{2,4}"
    r"|[0-9]{1,2}[- ](jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6})\s*$"
)
"""How a spreadsheet writes the date it made of a number such as 03/3."""
SHORTENED: Final = r"^\s*[0-9]([.,][0-9]+E\+?|E\+)[0-9]+\s*$"
"""A long number as a spreadsheet shows it: its last digits are gone."""
_ZEROS: Final = r"^0[0-9]+$"
_FIGURES: Final = r"^[0-9]+$"


def notes(field: str, column: Any) -> Iterator[Reason]:
    """What a spreadsheet seems to have done to an identifier's or local id's column, with how many cells show it.

    Args:
        field: the name of the canonical column, for the sentence.
        column: Arrow strings, null where blank.
    """
    texts: Any = pc.drop_null(column)
    if not len(texts):
        return
    changed = texts.filter(_fits(texts, f"(?:{DATE})|(?:{SHORTENED})"))
    if dates := _count(changed, DATE):
        what = "hold a date, as a spreadsheet makes of some numbers: send the column as text"
        yield "numbers_not_dates", dates, f"Cells of {field} {what}."
    if short := _count(changed, SHORTENED):
        what = "hold a number whose last digits a spreadsheet left out: send the column as text"
        yield "numbers_whole", short, f"Cells of {field} {what}."
    if lost := _zeros_lost(texts):
        what = "have fewer figures than the column's others, which begin with zeros: send the column as text"
        yield "leading_zeros_kept", lost, f"Cells of {field} {what}."


def _count(texts: Any, pattern: str) -> int:
    count: int = pc.sum(_fits(texts, pattern)).as_py() or 0
    return count


def _fits(texts: Any, pattern: str) -> Any:
    return pc.match_substring_regex(texts, pattern, ignore_case=True)


def _zeros_lost(texts: Any) -> int:
    """Cells of figures alone, shorter than those that begin with a zero, where these are all of one length."""
    padded = texts.filter(pc.starts_with(texts, "0"))
    padded = padded.filter(pc.match_substring_regex(padded, _ZEROS))
    widths = pc.unique(pc.utf8_length(padded))
    if len(widths) != 1:
        return 0
    figures = texts.filter(pc.match_substring_regex(texts, _FIGURES))
    count: int = pc.sum(pc.less(pc.utf8_length(figures), pa.scalar(widths[0].as_py()))).as_py() or 0
    return count
