"""What visitors are shown and given of people, as the audit log says it.

Decides how a consultation and a disclosure of the pages read. Invariant: they are logged before the answer is written,
under the visitor's own name and roles; a line holds ids and the hash of a question, never a name.
"""

import hashlib
import hmac
from collections.abc import Iterable

from fastapi import Request

from reconcile import database
from reconcile.audit import Entry, log
from reconcile.review.access import Visitor
from reconcile.review.office import office
from reconcile.settings import Settings


def consulted(
    request: Request, visitor: Visitor, why: str, subjects: Iterable[str], *, query: str = "", force: str | None = None
) -> None:
    """Log that the visitor is shown ``subjects``, national or record ids (DPA 2018 s.62(1)(c)).

    ``query`` stands for them where a question found nobody; it says nothing of the question.
    """
    ids = tuple(sorted(set(subjects)))
    if ids or query:
        _append(request, visitor, "consultation", why, ids or query, count=len(ids), force=force)


def disclosed(request: Request, visitor: Visitor, why: str, subjects: Iterable[str], *, purpose: str) -> None:
    """Log that ``subjects`` are given to the visitor to take away (DPA 2018 s.62(1)(d))."""
    ids = tuple(sorted(set(subjects)))
    _append(request, visitor, "disclosure", why, ids, count=len(ids), purpose=purpose, recipient=visitor.name)


def hashed(request: Request, question: str) -> str:
    """A question as the log may hold it: twelve hex digits that nobody without the pages' secret can try names on."""
    secret: str = request.app.state.secret
    plain = " ".join(question.casefold().split())
    return hmac.new(secret.encode(), f"question {plain}".encode(), hashlib.sha256).hexdigest()[:12]


def role_of(visitor: Visitor) -> str:
    """The visitor's roles as a log names them."""
    return ", ".join(sorted(visitor.roles))


def _append(
    request: Request,
    visitor: Visitor,
    operation: str,
    why: str,
    subjects: tuple[str, ...] | str,
    *,
    count: int,
    force: str | None = None,
    purpose: str = "",
    recipient: str | None = None,
) -> None:
    settings: Settings = request.app.state.settings
    entry = Entry(
        operation,
        actor=visitor.name,
        role=role_of(visitor),
        purpose=purpose or settings.purpose,
        justification=why,
        subjects=subjects,
        force=force,
        recipient=recipient,
        count=count,
        run=settings.cycle,
    )
    with office(settings).writing() as connection:
        log.append_in(connection, [entry], database.milliseconds())
