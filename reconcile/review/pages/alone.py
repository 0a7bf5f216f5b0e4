"""The pages served alone: with local accounts in place of Airflow's, on the settings as they stand now.

Decides how a request becomes a visitor here. Invariant: whoever has no session of an account that stands is nobody.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from fastapi import FastAPI, Request, Response
from starlette.middleware.trustedhost import TrustedHostMiddleware

from reconcile.review import sessions
from reconcile.review.access import Visitor
from reconcile.review.accounts import Accounts
from reconcile.review.pages import sign_in
from reconcile.review.pages.app import create_app
from reconcile.review.pages.said import cookie_rules
from reconcile.review.sessions import Sessions
from reconcile.settings import Settings

SIGN_IN: Final = "/sign-in"


def stand_alone(
    settings: Settings, secret: str, *, hosts: Sequence[str] = (), accounts: Accounts | None = None
) -> FastAPI:
    """The application over one workspace, with its own sign-in.

    Args:
        hosts: the names it may be asked for by; none for any, as behind a proxy that checks them.
    """
    app = create_app(settings, _identify, secret=secret, sign_in=SIGN_IN)
    app.state.accounts = accounts or Accounts(settings)
    app.state.sessions = Sessions(app.state.accounts, secret)
    app.include_router(sign_in.router)
    app.middleware("http")(_kept_alive)
    if hosts:
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)
    return app


def _identify(request: Request) -> Visitor | None:
    """Looked up once a request; what it found stays with the request."""
    if not hasattr(request.state, "session"):
        kept: Sessions = request.app.state.sessions
        request.state.session = kept.read(request.cookies.get(sessions.COOKIE, ""))
    return request.state.session[1].visitor if request.state.session else None


async def _kept_alive(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
    """Write a session that was used anew, unless the answer itself began or ended one."""
    answer = await go_on(request)
    found = getattr(request.state, "session", None)
    written = any(each.startswith(f"{sessions.COOKIE}=") for each in answer.headers.getlist("set-cookie"))
    if found and not written and (cookie := request.app.state.sessions.seen_again(found[0])):
        answer.set_cookie(sessions.COOKIE, cookie, **cookie_rules(request))
    return answer
