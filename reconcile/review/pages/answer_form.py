"""The form in which somebody of a force answers an item: what it offers, and what it says of what is missing.

Decides nothing of what is taken: ``answering.take`` does. Invariant: all that is left blank is said at once, each
beside its field, before anything is taken.
"""

from collections.abc import Mapping
from typing import Any, Final

from reconcile.reports import answers
from reconcile.reports.answering import Outcome, Raw
from reconcile.reports.answers import TAKEN_BACK

FORM: Final = "answer_form"
"""In place of a field, where something is wrong with none of them."""
NEEDED: Final = {
    "officer_role": "Give your role, such as MOSOVO sergeant, and no name.",
    "answered_on": "Give the day on which you answer.",
}
BESIDE: Final = {
    "located_on": "Give the day on which the person was located.",
    "place_kind": "Choose the kind of place.",
    "note": "Say in the note what more is needed.",
}
"""What is missing where the answer chosen needs it."""


def offered(kind: str, *, again: bool) -> Mapping[str, Any]:
    """The answers to an item of this kind by their codes; one can be taken back where one stands."""
    return {code: answers.codes()[code] for code in answers.of_kind(kind) if again or code != TAKEN_BACK}


def missing(raw: Raw) -> dict[str, str]:
    """What was left blank, a sentence a field."""
    found = {}
    entry = answers.codes().get(raw.answer)
    if entry is None:
        found["answer"] = "Choose an answer."
    found |= {name: BESIDE[name] for name in (entry["needs"] if entry else ()) if not getattr(raw, name).strip()}
    return found | {name: sentence for name, sentence in NEEDED.items() if not getattr(raw, name).strip()}


def said_of(outcome: Outcome, code: str) -> str:
    """What became of an answer that was taken."""
    if not outcome.taken:
        return "this answer was recorded before, and nothing changed."
    if code == TAKEN_BACK:
        return "your answer is taken back, and the item is open again."
    said = f"your answer “{answers.codes()[code]['title']}” is recorded."
    if outcome.decided:
        return f"{said} The link stands as confirmed by your force."
    return f"{said} A reviewer looks at it next." if outcome.asked else said
