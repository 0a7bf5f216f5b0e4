"""Signing in and out, where the pages are served alone.

Decides nothing of who may come in: the accounts do. Invariant: a sign-in form is answered only by the browser it was
given to; why a sign-in failed is never said, so that no name is given away.
"""

import hmac
import secrets
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from reconcile.review import sessions
from reconcile.review.accounts import Account, Accounts
from reconcile.review.pages.gate import OWN_FORM, first_room, visitor_of
from reconcile.review.pages.said import cookie_rules, path_of
from reconcile.review.pages.showing import show
from reconcile.review.sessions import Sessions

router = APIRouter()
COOKIE: Final = "reconcile_sign_in"
"""Ties the form to the browser it was given to, as nobody is signed in yet."""
MINUTES: Final = 60
FAILED: Final = (
    "The name or the password is not right. After five wrong tries an account waits, for up to a quarter hour."
)
TOO_OLD: Final = "This form is too old or not from here: try again."


def own_sign_in(request: Request, token: Annotated[str, Form()] = "") -> None:
    """A dependency of the sign-in: refuses (403) a form this browser was not given."""
    given = request.cookies.get(COOKIE, "")
    if not given or not hmac.compare_digest(token.encode(), _token(request, given).encode()):
        raise HTTPException(403, TOO_OLD)


OWN_SIGN_IN: Any = Depends(own_sign_in)


@router.get("/sign-in", name="sign_in", response_model=None)
def form(request: Request) -> Response:
    """The form; whoever is signed in goes on to where they begin."""
    if visitor := request.app.state.identify(request):
        return RedirectResponse(path_of(request, first_room(visitor)), status_code=303)
    return _form(request)


@router.post("/sign-in", dependencies=[OWN_SIGN_IN], response_model=None)
def sign_in(request: Request, name: Annotated[str, Form()] = "", password: Annotated[str, Form()] = "") -> Response:
    """Sign in and go to where one begins; or the form again, which does not say what was wrong."""
    accounts: Accounts = request.app.state.accounts
    account = accounts.sign_in(name.strip(), password)
    if account is None:
        return _form(request, name=name.strip()[:64], failed=FAILED, status=401)
    answer = RedirectResponse(path_of(request, first_room(account.visitor)), status_code=303)
    _begin(request, answer, account)
    answer.delete_cookie(COOKIE, **cookie_rules(request))
    return answer


@router.post("/sign-out", name="sign_out", dependencies=[OWN_FORM], response_model=None)
def sign_out(request: Request) -> Response:
    """End every session of the account, here and elsewhere."""
    accounts: Accounts = request.app.state.accounts
    accounts.end_sessions(visitor_of(request).name)
    answer = RedirectResponse(path_of(request, "sign_in"), status_code=303)
    answer.delete_cookie(sessions.COOKIE, **cookie_rules(request))
    return answer


def _begin(request: Request, answer: Response, account: Account) -> None:
    kept: Sessions = request.app.state.sessions
    answer.set_cookie(sessions.COOKIE, kept.begin(account), **cookie_rules(request))


def _form(request: Request, *, name: str = "", failed: str = "", status: int = 200) -> HTMLResponse:
    given = request.cookies.get(COOKIE) or secrets.token_urlsafe(24)
    accounts: Accounts = request.app.state.accounts
    content = {"name": name, "failed": failed, "token": _token(request, given), "anybody": accounts.any_can_sign_in()}
    answer = show(request, "sign_in.html", status=status, **content)
    answer.set_cookie(COOKIE, given, max_age=60 * MINUTES, **cookie_rules(request))
    return answer


def _token(request: Request, given: str) -> str:
    secret: str = request.app.state.secret
    return hmac.new(secret.encode(), f"sign-in of {given}".encode(), "sha256").hexdigest()
