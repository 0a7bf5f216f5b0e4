"""What the evidence of a link weighs, as rows with bars, and what an answer would change on the list.

Decides how bits are drawn on a page that follows the reader's colours and width. Invariant: the bars are those of the
link's own evidence, which a decision is bound to; sign and figure stand beside each; what would change is told of the
list as last compiled.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from reconcile.errors import LinkInputError
from reconcile.linkage import model as models
from reconcile.linkage.waterfall import Waterfall, waterfall
from reconcile.render.look import plural

WIDTH: Final = 200.0
"""Units of the drawing a bar lies in."""


@dataclass(frozen=True)
class Drawn:
    """A bar from ``x`` over ``width``, and the nought line at ``nought``, in units of WIDTH."""

    x: float
    width: float
    nought: float


def explained(link: Mapping[str, Any], model_name: str, records: int) -> Waterfall:
    """The waterfall of a row of LINKS; its bands are told where the model it was weighed with is still shipped."""
    try:
        model = models.sized(models.shipped(model_name), records)
    except LinkInputError:
        model = None
    return waterfall(link, model)


def drawn(fall: Waterfall) -> tuple[Drawn, ...]:
    """A bar for each piece of evidence, and one for the total."""
    spans = [*((bar.start, bar.end) for bar in fall.bars), (0.0, fall.weight)]
    low, high = min(min(span) for span in spans), max(max(span) for span in spans)
    scale = WIDTH / ((high - low) or 1.0)
    return tuple(
        Drawn(
            round((min(span) - low) * scale, 1),
            round(max(abs(span[1] - span[0]) * scale, 1.0), 1),
            round(-low * scale, 1),
        )
        for span in spans
    )


def would_change(lines: Sequence[Mapping[str, Any] | None], statuses: Sequence[str]) -> tuple[str, str]:
    """What the list would say if two records are one person, and if they are two.

    Args:
        lines: the line of MISSING_LIST of each record's identity, None where it has none.
        statuses: of the two records, in words.
    """
    ids = [line["national_id"] if line else None for line in lines]
    if ids[0] is not None and ids[0] == ids[1]:
        return (
            "Nothing: they stand on one line.",
            "The line would become two, unless other links still hold them together.",
        )
    both = [line for line in lines if line]
    if len(both) == 2:
        claims = sum(len(line["claims"]) for line in both)
        return (
            f"Two lines become one with {plural(claims, 'claim')}: the list would count at most one person fewer.",
            "The two lines stay, and the list would count at least one person more.",
        )
    if both:
        beyond = statuses[1] if lines[0] else statuses[0]
        return (
            f"One line, {both[0]['national_id']}, takes the other record in, which says: {beyond}. "
            "If that came after the loss, the person counts as located elsewhere.",
            "The line stays as it is, and the other record is no longer told as possibly the same person.",
        )
    return "Nothing that is published: neither is on the missing list.", "Nothing that is published."
