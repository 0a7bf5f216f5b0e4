"""Extracts held back: what waits, why, and the person's word that takes it in or holds it back.

Invariant: an extract is judged by ``publication.judge_extract`` alone, under the visitor's name; its acceptance report
names rows by the force's references, so whoever opens one stands in the audit log first.
"""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from reconcile import cycle, notifying, publication, turns
from reconcile.errors import ReconcileError
from reconcile.intake import judgements
from reconcile.intake.receipt import WITH_ROWS
from reconcile.review.access import Visitor
from reconcile.review.pages import logged
from reconcile.review.pages.gate import OWN_FORM, needs
from reconcile.review.pages.said import go_to
from reconcile.review.pages.shelf import shelf_of
from reconcile.review.pages.showing import show
from reconcile.settings import Settings

router = APIRouter()
JUDGES: Any = needs("judge_extract")
DONE: Final = {
    judgements.ACCEPT: "is taken in, and the list compiled again with it",
    judgements.HOLD: "is held back, and the list compiled again without it",
}
POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-same-origin; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'"
)
"""Of a report, a page of its own whose style is inline: nothing runs in it and it sends nothing."""


@router.get("/extracts", name="extracts")
def extracts(request: Request, visitor: Visitor = JUDGES) -> HTMLResponse:
    """The extracts that wait, then every force's."""
    shelf = shelf_of(request)
    settings = shelf.desk.settings
    received = sorted(cycle.receipts(settings), key=lambda each: shelf.names.get(each.force, each.force))
    reports = settings.workspace.acceptance(settings.cycle)
    return show(
        request,
        "extracts.html",
        cycle=settings.cycle,
        waiting=[each for each in received if each.state == "HELD"],
        others=[each for each in received if each.state != "HELD"],
        judged={
            each.force: said
            for each in received
            if each.sha256 and (said := judgements.standing(settings, each.force, each.key))
        },
        reported={each.force for each in received if (reports / f"{each.force}.html").is_file()},
        can_hold=[each.force for each in received if each.state in WITH_ROWS and each.state != "HELD" and each.sha256],
        names=shelf.names,
    )


@router.post("/extracts/{force}/{act}", name="judge_extract", dependencies=[OWN_FORM])
def judge(
    request: Request, force: str, act: str, visitor: Visitor = JUDGES, *, reason: Annotated[str, Form()] = ""
) -> RedirectResponse:
    """Take an extract in, or hold it back; the list is compiled again at once."""
    settings: Settings = request.app.state.settings
    shelf = shelf_of(request)
    if act not in DONE or force not in shelf.names:
        raise HTTPException(404)
    try:
        with turns.turn(settings.workspace.root, "the extracts page"):
            publication.judge_extract(settings, force, act, reviewer=visitor.name, reason=reason)
            notifying.notify_after(settings)
    except ReconcileError as error:
        return go_to(request, "extracts", said=f"{str(error)[:1].upper()}{str(error)[1:]}.", kind="alert")
    return go_to(request, "extracts", said=f"The extract of {shelf.names[force]} {DONE[act]}.")


@router.post("/extracts/hold", name="hold_extract", dependencies=[OWN_FORM])
def hold(
    request: Request,
    visitor: Visitor = JUDGES,
    *,
    force: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> RedirectResponse:
    """Hold back an extract that broke no band."""
    return judge(request, force, judgements.HOLD, visitor, reason=reason)


@router.get("/extracts/{force}/report", name="acceptance_report")
def report(request: Request, force: str, visitor: Visitor = JUDGES) -> Response:
    """The force's acceptance report, as the force has it."""
    settings: Settings = request.app.state.settings
    receipt = next((each for each in cycle.receipts(settings) if each.force == force), None)
    path = settings.workspace.acceptance(settings.cycle) / f"{force}.html"
    if receipt is None or not path.is_file():
        raise HTTPException(404)
    content = path.read_bytes()
    extract = f"extract {receipt.sha256}" if receipt.sha256 else f"acceptance report of {settings.cycle}"
    logged.consulted(request, visitor, "a force's acceptance report", (), query=extract, force=force)
    return HTMLResponse(content, headers={"Content-Security-Policy": POLICY})
