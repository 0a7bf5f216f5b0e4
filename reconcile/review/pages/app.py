"""The application: its rooms, its policy, and what an error looks like.

Decides which rooms there are and what stands in every answer's headers. Invariant: no answer may load, send to or be
framed by anything but this server.
"""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse
from starlette.exceptions import HTTPException

from reconcile.errors import ReconcileError
from reconcile.review.airflow_approval import AnswerApproval
from reconcile.review.pages import (
    answered,
    answers,
    downloads,
    extracts,
    home,
    identities,
    links,
    national_list,
    people,
    quality,
    queue,
    reports,
    search,
    sign_off,
    static,
)
from reconcile.review.pages.desk import Desk
from reconcile.review.pages.gate import Identify, SignedOut
from reconcile.review.pages.shelf import Shelf
from reconcile.review.pages.showing import show
from reconcile.settings import Settings

ROOMS: Final = (
    home,
    queue,
    links,
    identities,
    search,
    people,
    national_list,
    downloads,
    sign_off,
    extracts,
    quality,
    reports,
    answers,
    answered,
    static,
)
"""Each has a ``router``; a room is a subject: home, queue, links, identities, people, releases, quality, accounts,
a force's reports, what forces answered."""
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'self'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
PHRASES: Final = frozenset(each.phrase for each in HTTPStatus)
"""What Starlette says where nobody gave a sentence."""
SENTENCES: Final = {
    403: "Your role does not allow this.",
    404: "There is no such page or item.",
    405: "This address takes no such request: open the page again.",
}
NO_ROLE: Final = (
    "No role of yours has a part in reviewing. Whoever runs this gives one; inside Airflow in the table airflow_roles"
    " of reconcile.toml."
)

OF_A_FORCE: Final = "Your account sees and answers the items of your own force. This page is not one of them."


def create_app(
    settings: Settings,
    identify: Identify,
    *,
    secret: str,
    sign_in: str = "",
    answer_approval: AnswerApproval | None = None,
) -> FastAPI:
    """The application over one workspace.

    Args:
        identify: who sends a request; None for nobody.
        secret: signs the tokens of forms; the same for every process that serves the workspace.
        sign_in: path of the page to sign in on, "" where somebody else (Airflow) does that.
        answer_approval: answers the approval task of Airflow as the visitor; None where there is none to answer.
    """
    app = FastAPI(title="Review", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.settings, app.state.identify, app.state.secret, app.state.sign_in = settings, identify, secret, sign_in
    app.state.answer_approval = answer_approval
    app.state.desk = Desk(settings)
    app.state.shelf = Shelf(app.state.desk)
    for room in ROOMS:
        app.include_router(room.router)
    app.middleware("http")(_with_headers)
    app.add_exception_handler(SignedOut, _signed_out)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(ReconcileError, _mendable)
    app.add_exception_handler(Exception, _broken)
    return app


async def _with_headers(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
    answer = await go_on(request)
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    return answer


def _signed_out(request: Request, _error: Exception) -> Response:
    if not request.app.state.sign_in:
        return PlainTextResponse("Sign in to Airflow, and open this page again.", status_code=401)
    there = request.scope.get("root_path", "") + request.app.state.sign_in
    return Response(status_code=303, headers={"Location": there})


def _refused(request: Request, error: Any) -> Response:
    if error.status_code == 303:
        return Response(status_code=303, headers=error.headers)
    if error.status_code == 404 and request.app.state.identify(request) is None:
        return _signed_out(request, error)  # whoever is not signed in learns of no page whether it is there
    said = error.detail if error.detail not in PHRASES else ""
    status, sentence = error.status_code, said or SENTENCES.get(error.status_code, "")
    visitor = request.app.state.identify(request)
    if status == 403 and visitor and not visitor.roles:
        sentence = NO_ROLE
    elif status == 403 and visitor and visitor.of_a_force and not said:
        sentence = OF_A_FORCE
    return show(request, "refused.html", status=status, sentence=sentence)


def _unreadable(request: Request, _error: Exception) -> Response:
    """What was sent is not repeated: it may name a person."""
    sentence = "Something in this address or form is missing or cannot be read: go back and look at it again."
    return show(request, "refused.html", status=422, sentence=sentence)


def _mendable(request: Request, error: Exception) -> Response:
    return show(request, "refused.html", status=409, sentence=f"{str(error)[:1].upper()}{str(error)[1:]}.")


def _broken(_request: Request, _error: Exception) -> Response:
    """Says nothing of what broke; that goes to the server's log, with the traceback."""
    sentence = "Something broke on the server. What you did last may not have been kept: open the page again."
    return PlainTextResponse(sentence, status_code=500, headers=HEADERS)
