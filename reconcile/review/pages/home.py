"""Home: the state of the cycle at a glance, and where to act."""

from typing import Any, Final

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from reconcile import cycle
from reconcile.errors import BusyError, ReconcileError
from reconcile.forces import forces
from reconcile.render import tiles
from reconcile.review import acts, applying, glance
from reconcile.review.access import Visitor
from reconcile.review.pages.answers import overview_of
from reconcile.review.pages.gate import OWN_FORM, first_room, needs, visitor_of
from reconcile.review.pages.said import go_to, path_of
from reconcile.review.pages.showing import show
from reconcile.settings import Settings

router = APIRouter()
SEES: Any = needs("see_state")
APPLIES: Any = needs("apply")
CALLED: Final = {
    "link": ("Links between records", "Are two records the same person?"),
    "identity": ("Identities of several records", "Which of these records are the same person?"),
    "answer": ("Answers of forces", "What follows from what a force answered?"),
    "extract": ("Extracts held back", "May a force's extract be counted?"),
}


def _begins_here(request: Request) -> None:
    """A dependency that sends whoever begins in another room there."""
    room = first_room(visitor_of(request))
    if room != "home":
        raise HTTPException(303, headers={"Location": path_of(request, room)})


@router.get("/", name="home", dependencies=[Depends(_begins_here)])
def home(request: Request, visitor: Visitor = SEES) -> HTMLResponse:
    """What waits, what would be released now, and what each force sent."""
    settings: Settings = request.app.state.settings
    if not glance.compiled(settings):
        return show(request, "home_empty.html", cycle=settings.cycle)
    figures, receipts = cycle.statistics_of(settings), cycle.receipts(settings)
    waits = glance.waiting(settings, visitor) if glance.has_queue(settings) else None
    pending = acts.pending(settings)
    answered = overview_of(request)
    seen = tiles.of_forces(figures, receipts, forces())
    return show(
        request,
        "home.html",
        cycle=settings.cycle,
        figures=figures,
        waits=waits,
        called=CALLED,
        pending=pending,
        answers=answered if answered.forces else None,
        applying=applying.last(settings),
        next=_next(request, settings),
        tiles=tiles.placed(seen),
        receipts={each.force: each for each in receipts},
        named=sorted(seen, key=lambda tile: tile.name),
    )


@router.get("/applying", name="applying")
def progress(request: Request, visitor: Visitor = SEES) -> HTMLResponse:
    """How far applying has come: a page of its own, and the part of home that is asked for again."""
    settings: Settings = request.app.state.settings
    return show(request, "applying.html", applying=applying.last(settings), pending=acts.pending(settings))


@router.post("/apply", name="apply", dependencies=[OWN_FORM])
def apply(request: Request, visitor: Visitor = APPLIES) -> RedirectResponse:
    """Begin to compile the list again with what was decided."""
    try:
        applying.start(request.app.state.settings, visitor.name)
    except BusyError as error:
        return go_to(request, "home", said=str(error), kind="note")
    return go_to(request, "home")


def _next(request: Request, settings: Settings) -> glance.Next | str:
    """What a release would say, or the sentence why that cannot be told."""
    try:
        found: glance.Next = request.app.state.desk.once(
            "next", glance.stamp(settings), lambda: glance.next_release(settings)
        )
    except ReconcileError as error:
        return str(error)
    return found
