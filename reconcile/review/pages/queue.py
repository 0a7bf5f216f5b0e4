"""The queue: what waits for a person, in the order in which it should be looked at.

Decides what a row says before anybody judges: who is concerned by force, why it is here and what it can change; no
name, weight or strength. Invariant: the order is the queue's own; what a visitor may not see is counted and no more;
what was typed to find an item is sent as a form and stands in no address.
"""

from dataclasses import replace
from typing import Any, Final

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from reconcile.forces import forces
from reconcile.review import acts, partings
from reconcile.review.access import Visitor
from reconcile.review.acts import Judged, Page, Row
from reconcile.review.pages import trail as trails
from reconcile.review.pages.blinds import of_two
from reconcile.review.pages.gate import OWN_FORM, needs
from reconcile.review.pages.showing import show
from reconcile.review.pages.trail import Trail, place_of
from reconcile.review.queue_items import numbers

router = APIRouter()
JUDGES: Any = needs("judge")
CARRIED: Any = Depends(trails.carried)
SIZE: Final = 50
FOUND_AT_MOST: Final = 200
"""Items a search shows; a national id or a record is concerned by few."""


@router.get("/queue", name="queue")
def queue(request: Request, visitor: Visitor = JUDGES, page: int = 1) -> HTMLResponse:
    """A page of what waits, by the filters of the address."""
    return _queue(request, visitor, trails.read(request.query_params), page)


@router.post("/queue", name="narrow_queue", dependencies=[OWN_FORM])
def narrow(request: Request, visitor: Visitor = JUDGES, trail: Trail = CARRIED, *, text: str = Form("")) -> Response:
    """The queue narrowed: an address of its own where nothing was typed, since an address is kept by browsers and
    logs."""
    if text.strip():
        return _queue(request, visitor, trail, text=text.strip())
    return RedirectResponse(root(request) + str(request.app.url_path_for("queue")) + trail.query(), 303)


def _queue(request: Request, visitor: Visitor, trail: Trail, page: int = 1, text: str = "") -> HTMLResponse:
    found = _holding(request, visitor, text) if text else None
    if found is None:
        found = acts.open_items(request.app.state.settings, visitor, trail.filters, max(page, 1), SIZE)
    return show(
        request,
        "queue.html",
        page=found,
        pages=-(-found.total // SIZE) or 1,
        trail=trail,
        text=text,
        last=acts.last_answer(request.app.state.settings, visitor),
        names=names(),
        why=why,
        judged_blind=judged_blind,
        place=lambda item: address(request, item, trail),
        filtered=bool(trail.query() or text),
    )


@router.post("/queue/next", name="queue_next", dependencies=[OWN_FORM])
def take_next(request: Request, visitor: Visitor = JUDGES, trail: Trail = CARRIED) -> RedirectResponse:
    """Take the next item that fits the filters, and go to it."""
    return go_on(request, visitor, trail)


@router.post("/queue/skip", name="queue_skip", dependencies=[OWN_FORM])
def skip(request: Request, item: str = Form(), visitor: Visitor = JUDGES, trail: Trail = CARRIED) -> RedirectResponse:
    """Leave an item to others and take the next."""
    acts.release(request.app.state.settings, visitor, item)
    return go_on(request, visitor, trail.skipping(item), said="skipped", was=item)


@router.post("/queue/undo", name="queue_undo", dependencies=[OWN_FORM])
def undo(
    request: Request, visitor: Visitor = JUDGES, trail: Trail = CARRIED, *, number: int = Form()
) -> RedirectResponse:
    """Take the visitor's last answer back, and show its item again; ``number``: that of the answer the form was shown
    for, so that a form sent twice takes back one answer."""
    undone = acts.undo(request.app.state.settings, visitor, number=number)
    said = "undone_before" if undone.before else "undone"
    return RedirectResponse(address(request, undone.item, trail, said=said, was=undone.item), 303)


def go_on(request: Request, visitor: Visitor, trail: Trail, *, said: str = "", was: str = "") -> RedirectResponse:
    """To the next item of the trail, reserved for the visitor; to the queue where there is none."""
    following = acts.next_item(request.app.state.settings, visitor, trail.filters, trail.skip)
    if following is None:
        there = root(request) + str(request.app.url_path_for("queue")) + trail.query(said=said or "empty", was=was)
    else:
        there = address(request, following["item"], trail, said=said, was=was)
    return RedirectResponse(there, 303)


def judged_so(request: Request, visitor: Visitor, trail: Trail, item: str, judged: Judged) -> RedirectResponse:
    """To the next item after an answer, or to the same one again where it shows other evidence by now."""
    if judged.became == "changed":
        return RedirectResponse(address(request, item, trail, said="changed"), 303)
    return go_on(request, visitor, trail, said=judged.became, was=item)


def address(request: Request, item: str, trail: Trail, **more: str) -> str:
    """The path of an item's page, its trail behind it."""
    route, parts = place_of(item)
    return root(request) + str(request.app.url_path_for(route, **parts)) + trail.query(**more)


def root(request: Request) -> str:
    return str(request.scope.get("root_path", ""))


def why(row: Row) -> str:
    """Why an item is here; of what is judged blind only what the answer can change."""
    return blind_why(row) if judged_blind(row) else str(row["why"])


def blind_why(row: Row) -> str:
    """Why an item of two records is here, without what the machine holds of it and what a force or anybody says."""
    says = numbers()["says"]
    return f"{says['item']['blind']}; {says['touches'][row['touches']]}."


def judged_blind(row: Row) -> bool:
    """Whether an item is two records, a link or an identity, that the visitor has yet to judge.

    A row does not tell even that such a link was drawn at random: one the machine has settled is asked about only then,
    and a mere check is judged otherwise than a question. Nor does it tell that a force says something of the two.
    """
    return bool(of_two(row) and not row["mine"] and row["state"] != "decided")


def names() -> dict[str, str]:
    """What the forces are called in a column, by slug."""
    return {force.slug: force.short for force in forces()}


def _holding(request: Request, visitor: Visitor, text: str) -> Page:
    """The items that concern the national id or the record ``text``, in the queue's order, as one page."""
    desk, wanted = request.app.state.desk, text.casefold()
    hits = {place for column in ("national_ids", "records") for place in desk.places("queue", column, wanted)}
    held = desk.table("queue")
    items = [held["item"][place].as_py() for place in sorted(hits)[:FOUND_AT_MOST]]
    found = desk.row("identities", "record_id", text) or {"national_id": text}
    items.append(partings.item_of(found["national_id"]))
    rows = [row for each in items if (row := acts.item_of(request.app.state.settings, visitor, each))]
    rows = [row for row in rows if row["state"] != "settled"]
    # How many are withheld is told of the whole queue alone: of one record it would tell whose it is.
    every = acts.open_items(request.app.state.settings, visitor, size=0)
    return replace(every, rows=rows, total=len(rows))
