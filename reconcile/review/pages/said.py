"""What a page says once after an act: kept in a signed cookie from the answer to the POST to the next page.

Invariant: it is shown once, to the visitor it was said to and to nobody else; it holds counts and ids, and no name.
"""

import hashlib
from typing import Any, Final

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from itsdangerous import BadSignature, URLSafeTimedSerializer

from reconcile.review.access import Visitor

COOKIE: Final = "reconcile_said"
KINDS: Final = ("good", "note", "alert")
"""Done; done, and something to know; not done."""
SECONDS: Final = 60
LONGEST: Final = 500


def go_to(
    request: Request, route: str, *, said: str = "", kind: str = "good", visitor: Visitor | None = None, **parts: Any
) -> RedirectResponse:
    """The answer to a POST: on to the page ``route`` (303), which says ``said`` once at its top.

    ``kind`` is one of ``KINDS``. The visitor is the one who sends the request, where none is given.
    """
    answer = RedirectResponse(path_of(request, route, **parts), status_code=303)
    of = visitor or request.app.state.identify(request)
    if said and of:
        value = _signer(request).dumps([of.name, said[:LONGEST], KINDS[KINDS.index(kind)]])
        answer.set_cookie(COOKIE, value, max_age=SECONDS, **cookie_rules(request))
    return answer


def heard(request: Request, visitor: Visitor | None) -> tuple[str, str] | None:
    """What the last act said to this visitor, and its kind; None where there is nothing."""
    value = request.cookies.get(COOKIE)
    if not value or visitor is None:
        return None
    try:
        name, said, kind = _signer(request).loads(value, max_age=SECONDS)
    except BadSignature:
        return None
    return (said, kind) if name == visitor.name else None


def forget(request: Request, answer: Response) -> None:
    """Have the browser drop what was said, once a page has shown it."""
    if COOKIE in request.cookies:
        answer.delete_cookie(COOKIE, **cookie_rules(request))


def path_of(request: Request, route: str, **parts: Any) -> str:
    """The path of a route as the browser asks for it, below whatever the application is mounted on."""
    return str(request.scope.get("root_path", "")) + str(request.app.url_path_for(route, **parts))


def cookie_rules(request: Request) -> dict[str, Any]:
    """How every cookie of the pages is set: for this application alone, out of reach of scripts and other sites."""
    return {
        "path": str(request.scope.get("root_path", "")) or "/",
        "secure": request.url.scheme == "https",
        "httponly": True,
        "samesite": "strict",
    }


def _signer(request: Request) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        request.app.state.secret, salt="said", signer_kwargs={"digest_method": hashlib.sha256}
    )
