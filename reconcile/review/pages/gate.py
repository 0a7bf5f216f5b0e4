"""The gate before every route: who asks, whether they may, and whether a form is their own.

Invariant: a route that has no gate cannot be written by accident: ``needs`` is how a route learns who its visitor is.
"""

import hashlib
import hmac
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Form, HTTPException, Request

from reconcile.review.access import Visitor, permissions

Identify = Callable[[Request], Visitor | None]


class SignedOut(Exception):  # noqa: N818 - no error: it sends the visitor to sign in
    """Nobody is signed in."""


def visitor_of(request: Request) -> Visitor:
    """Who asks.

    Raises:
        SignedOut: nobody is signed in.
    """
    found: Visitor | None = request.app.state.identify(request)
    if found is None:
        raise SignedOut
    return found


def needs(permission: str) -> Any:
    """A dependency that gives the visitor where they hold ``permission`` and refuses (403) everyone else."""
    if permission not in permissions():
        raise KeyError(permission)

    def gate(request: Request) -> Visitor:
        visitor = visitor_of(request)
        if not visitor.may(permission):
            raise HTTPException(403)
        return visitor

    return Depends(gate)


def first_room(visitor: Visitor) -> str:
    """The route a visitor begins at."""
    return "reports" if visitor.of_a_force else "home"


def token_of(request: Request, visitor: Visitor) -> str:
    """The token every form of this visitor carries."""
    secret: str = request.app.state.secret
    return hmac.new(secret.encode(), f"form of {visitor.name}".encode(), hashlib.sha256).hexdigest()


def own_form(request: Request, token: Annotated[str, Form()] = "") -> None:
    """A dependency of every POST: refuses (403) a form this server did not give this visitor."""
    if not hmac.compare_digest(token.encode(), token_of(request, visitor_of(request)).encode()):
        raise HTTPException(403, "This form is too old or not from here: open the page again.")


OWN_FORM = Depends(own_form)
