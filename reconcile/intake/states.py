"""Which state a force's receipt is in, from what came, when, what stood before and what a person judged.

Decides what counts, what waits and what is used again. Invariant: a pure function of its arguments; what waits for a
person never counts, and what is used again says of which day it is and why.
"""

import datetime as dt
from dataclasses import dataclass, replace

from reconcile.intake.judgements import ACCEPT, HOLD, Judgement
from reconcile.intake.kept import Kept
from reconcile.intake.pull import NOTES
from reconcile.intake.receipt import Reason, Receipt
from reconcile.render.look import day, plural
from reconcile.settings import Settings


@dataclass(frozen=True)
class Circumstances:
    """What a state depends on beside the receipt of what came.

    ``came``: when it came, UTC, None where nobody knows. ``last``: the force's last accepted extract, other than this
    one. ``repeated``: what came are the bytes of the last accepted extract of an earlier cycle. ``bands``: those that
    are broken beside ``last``. ``judgement``: what a person judged of this extract, or of ``last`` where nothing new
    came.
    """

    came: dt.datetime | None = None
    last: Kept | None = None
    repeated: bool = False
    bands: tuple[Reason, ...] = ()
    judgement: Judgement | None = None


def settle(receipt: Receipt, found: Circumstances, settings: Settings) -> Receipt:
    """The receipt in its final state.

    ``receipt`` says what came: RECEIVED with its rows counted, NIL, REFUSED, REJECTED or NOT_RECEIVED.
    """
    if receipt.state in ("REFUSED", "REJECTED"):
        return receipt
    watched = settings.reuse_days is not None
    if receipt.state == "NOT_RECEIVED" or (found.repeated and watched):
        return _held(_used_again(receipt, found, settings), found)
    if too_late_a_day := _after(receipt, found, settings):
        return replace(receipt, state="REJECTED", accepted=0, reasons=(too_late_a_day,))
    return _held(_dated(replace(receipt, bands=found.bands), found, settings), found)


def latest_day(settings: Settings, came: dt.datetime | None) -> dt.date | None:
    """The last day an extract can speak of: of the cycle, or on which it came where it is late; None: not known."""
    return came.date() if came and _is_late(came, settings) else settings.last_day


def _is_late(came: dt.datetime | None, settings: Settings) -> bool:
    return bool(came and settings.cut_off and came > settings.cut_off)


def _after(receipt: Receipt, found: Circumstances, settings: Settings) -> Reason | None:
    latest = latest_day(settings, found.came)
    if latest and receipt.as_of and receipt.as_of > latest:
        return (
            "as_of_not_in_future",
            0,
            f"The manifest's as_of is after {day(latest)}, the last day the cycle can speak of.",
        )
    return None


def _dated(receipt: Receipt, found: Circumstances, settings: Settings) -> Receipt:
    """STALE where it speaks of a day too long ago, LATE where it came after the cut-off."""
    state, why = receipt.state, []
    if found.came and _is_late(found.came, settings):
        # A NIL return that came late stays one: that the force has nobody says more than when it said so.
        state = "LATE" if state == "RECEIVED" else state
        why.append(("late", 0, f"It came on {day(found.came.date())}, after the cycle's cut-off."))
    age = _age(receipt, settings)
    if settings.stale_after_days is not None and age is not None and age > settings.stale_after_days:
        state = "STALE"
        before = f"{plural(age, 'day')} before the cycle's last day"
        why.append(("stale", 0, f"It speaks of {day(receipt.as_of)}, {before}."))
    return replace(receipt, state=state, why=(*receipt.why, *why))


def _used_again(receipt: Receipt, found: Circumstances, settings: Settings) -> Receipt:
    last, days = found.last, settings.reuse_days
    nothing = replace(Receipt(receipt.force, "NOT_RECEIVED"), reasons=receipt.reasons)
    if last is None or days is None:
        return nothing
    said, age = day(last.receipt.as_of), _age(last.receipt, settings)
    if age is None or age > days:
        old = f"Nothing new came, and the last accepted extract, of {said}, is too old to be used again."
        return replace(nothing, why=(("nothing_new", 0, old),))
    warnings = tuple(each for each in last.receipt.warnings if each[0] not in NOTES)
    again = f"Nothing new came: the extract of {said}, accepted in cycle {last.cycle}, is used again."
    return replace(
        last.receipt,
        state="STALE",
        warnings=(*warnings, *receipt.reasons),
        bands=(),
        why=(("nothing_new", 0, again),),
        supersedes=(),
        taken_from=last.cycle,
    )


def _held(receipt: Receipt, found: Circumstances) -> Receipt:
    """HELD where a person holds it back, or bands are broken that no person accepted."""
    judged = found.judgement
    if receipt.state == "NOT_RECEIVED":
        return receipt
    if judged is not None and judged.act == HOLD:
        held = ("held_by_a_person", 0, "A person holds the extract back.")
        return replace(receipt, state="HELD", why=(*receipt.why, held))
    rules = {rule for rule, _count, _sentence in receipt.bands}
    if not rules:
        return receipt
    if judged is not None and judged.act == ACCEPT and rules <= set(judged.bands):
        accepted = ("accepted_by_a_person", 0, "It differs much from the one before; a person accepted it.")
        return replace(receipt, why=(*receipt.why, accepted))
    return replace(receipt, state="HELD", why=(*receipt.why, *receipt.bands))


def _age(receipt: Receipt, settings: Settings) -> int | None:
    """Days from the day the extract speaks of to the cycle's last day."""
    return (settings.last_day - receipt.as_of).days if settings.last_day and receipt.as_of else None
