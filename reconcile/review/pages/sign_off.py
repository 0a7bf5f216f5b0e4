"""The sign-off: what would be published, beside the current release; approve it, or hold it with a reason.

Invariant: nothing is published here but what ``publication.release`` publishes, under the visitor's own name and role;
where a run of Airflow waits for the same answer, that answer is the act and the run publishes.
"""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from reconcile import cycle, holdings, notifying, publication, turns
from reconcile.errors import BusyError, ReconcileError
from reconcile.national import contents
from reconcile.national import release as releases
from reconcile.national.bands_told import Beside, beside
from reconcile.national.changes import Changes
from reconcile.national.claim_fates import words
from reconcile.review import acts
from reconcile.review.access import Visitor
from reconcile.review.airflow_approval import Answer, AnswerApproval
from reconcile.review.holds import HoldLog
from reconcile.review.pages import logged, national_list
from reconcile.review.pages.gate import OWN_FORM, needs
from reconcile.review.pages.queue import why
from reconcile.review.pages.said import go_to, path_of
from reconcile.review.pages.shelf import shelf_of
from reconcile.review.pages.showing import show
from reconcile.review.queue import TOUCHES
from reconcile.settings import Settings
from reconcile.workspace import read_json

router = APIRouter()
SIGNS: Any = needs("sign_off")
SEES: Any = needs("see_list")
FIRST = 8
"""Open items shown by name; the queue has them all."""


@dataclass(frozen=True)
class Open:
    """What of the queue is open: how many items, how many whose answer can change the list, and the first of these.

    ``restricted``: how many items more only the role for protected people sees.
    """

    items: int
    touching: int
    restricted: int
    first: list[dict[str, Any]]


@router.get("/releases", name="releases")
def every_release(request: Request, visitor: Visitor = SEES) -> HTMLResponse:
    """Every release, the newest first."""
    settings: Settings = request.app.state.settings
    return show(request, "releases.html", releases=tuple(reversed(holdings.releases(settings))))


@router.get("/sign-off", name="sign_off")
def sign_off(request: Request, visitor: Visitor = SIGNS) -> HTMLResponse:
    """What signing off would publish, and what speaks against it."""
    return _shown(request, visitor)


@router.post("/sign-off", name="approve", dependencies=[OWN_FORM])
def approve(
    request: Request,
    visitor: Visitor = SIGNS,
    *,
    reason: Annotated[str, Form()] = "",
    accept_bands: Annotated[str, Form()] = "",
) -> Response:
    """Publish the list as compiled, or answer the run that waits to."""
    settings: Settings = request.app.state.settings
    said = {"reason": reason.strip(), "accept_bands": accept_bands.strip()}
    if not said["reason"]:
        return _shown(request, visitor, missing={"reason": "Say why the list may be published."}, sent=said)
    try:
        # A hold stands against the run's release too, so it is told before the run is answered.
        HoldLog(settings.database_url).need_none(settings.cycle)
        answer: AnswerApproval | None = getattr(request.app.state, "answer_approval", None)
        if answer and answer(request, Answer(settings.cycle, **said)):
            return go_to(request, "sign_off", said="Approved. The run that waited for it publishes the list now.")
        with turns.turn(settings.workspace.root, "the sign-off page", (turns.LIST,)):
            path = publication.release(settings, signed_by=visitor.name, role=logged.role_of(visitor), **said)
            notifying.notify_after(settings)
    except BusyError as error:
        return go_to(request, "sign_off", said=_sentence(error), kind="alert")
    except ReconcileError as error:
        return _shown(request, visitor, refused=_sentence(error), sent=said)
    return go_to(request, "releases", said=f"Release {path.name} is published and current.")


@router.post("/sign-off/hold", name="hold_sign_off", dependencies=[OWN_FORM])
def hold(request: Request, visitor: Visitor = SIGNS, *, reason: Annotated[str, Form()] = "") -> RedirectResponse:
    """Say that the list is not to be published for now."""
    return _held(request, visitor, reason, "held until somebody lifts that")


@router.post("/sign-off/lift", name="lift_hold", dependencies=[OWN_FORM])
def lift(request: Request, visitor: Visitor = SIGNS, *, reason: Annotated[str, Form()] = "") -> RedirectResponse:
    """Say that it may be published again."""
    return _held(request, visitor, reason, "open again")


def _held(request: Request, visitor: Visitor, reason: str, now: str) -> RedirectResponse:
    settings: Settings = request.app.state.settings
    log = HoldLog(settings.database_url)
    say = log.lift if now == "open again" else log.hold
    try:
        say(settings.cycle, by=visitor.name, role=logged.role_of(visitor), reason=reason)
    except ReconcileError as error:
        return go_to(request, "sign_off", said=_sentence(error), kind="alert")
    return go_to(request, "sign_off", said=f"The sign-off is {now}.")


def _shown(
    request: Request,
    visitor: Visitor,
    *,
    missing: dict[str, str] | None = None,
    refused: str = "",
    sent: dict[str, str] | None = None,
) -> HTMLResponse:
    shelf = shelf_of(request)
    settings = shelf.desk.settings
    current = releases.current(settings)
    changed, _what = national_list.between(shelf, pending=True)
    figures = cycle.statistics_of(settings)
    before = read_json(current / contents.STATISTICS) if current else None
    opened = open_items(settings, visitor)
    logged.consulted(request, visitor, "open items before sign-off", (row["item"] for row in opened.first))
    return show(
        request,
        "sign_off.html",
        status=422 if missing else 409 if refused else 200,
        crumbs=[("Releases", path_of(request, "releases"))],
        cycle=settings.cycle,
        figures=figures,
        before=before,
        current=current.name if current else "",
        changed=changed,
        counts=changed.counts(),
        kinds=words()["kinds"],
        bands=_bands(figures, before, changed),
        opened=opened,
        why=why,
        extracts=[each for each in cycle.receipts(settings) if each.state == "HELD"],
        unapplied=acts.pending(settings),
        held=HoldLog(settings.database_url).standing(settings.cycle),
        missing=missing or {},
        refused=refused,
        sent=sent or {"reason": "", "accept_bands": ""},
        shorts=shelf.shorts,
        waits_in_airflow=getattr(request.app.state, "answer_approval", None) is not None,
    )


def _bands(figures: Any, before: Any, changed: Changes) -> tuple[Beside, ...]:
    return beside(figures, before, changed.counts()) if before else ()


def open_items(settings: Settings, visitor: Visitor) -> Open:
    """The open items, those that can change the published list first; of restricted people only the count."""
    if not settings.workspace.stage(settings.cycle, "queue.parquet").is_file():
        touching = publication.open_links(settings).num_rows
        return Open(publication.open_links(settings, touching_list=False).num_rows, touching, 0, [])
    pages = [
        acts.open_items(settings, visitor, acts.Filters(touches=touches, mine=True), size=FIRST)
        for touches in TOUCHES
        if touches != "none"
    ]
    whole = acts.open_items(settings, visitor, size=1)
    rows = sorted((dict(row) for page in pages for row in page.rows), key=lambda row: (-row["priority"], row["item"]))
    return Open(whole.open, sum(page.total for page in pages), whole.restricted, rows[:FIRST])


def _sentence(error: ReconcileError) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."
