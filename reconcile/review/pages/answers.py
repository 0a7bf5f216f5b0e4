"""What forces answered to their reports: what somebody should look at, every answer newest first, and each force.

Invariant: counts are open to whoever sees the state of the pipeline, answers to whoever sees the list; whoever is shown
answers about people stands in the audit log first, and answers about a restricted person are counted and not shown.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from reconcile.errors import ReconcileError
from reconcile.reports import answers as codes
from reconcile.review import acts
from reconcile.review.access import Visitor
from reconcile.review.from_forces import Line, OfForce, Overview, overview, stamp, still_open
from reconcile.review.pages import logged
from reconcile.review.pages.gate import needs
from reconcile.review.pages.items import pair_of
from reconcile.review.pages.people import there
from reconcile.review.pages.shelf import shelf_of
from reconcile.review.pages.showing import show
from reconcile.review.pages.trail import place_of
from reconcile.review.restricted import hidden

router = APIRouter()
SEES: Any = needs("see_state")
SIZE: Final = 50


@router.get("/answers", name="answers")
def answers(request: Request, visitor: Visitor = SEES) -> HTMLResponse:
    """Counts for everybody; the answers themselves for whoever may see the list."""
    shelf, found = shelf_of(request), overview_of(request)
    asked = request.query_params
    force = asked.get("force", "") if asked.get("force", "") in shelf.names else ""
    answer = asked.get("answer", "") if asked.get("answer", "") in codes.codes() else ""
    told, withheld = _seen(request, visitor, found) if visitor.may("see_list") else ((), 0)
    chosen = [
        each
        for each in told
        if force in ("", each.answer["force"]) and answer in ("", each.answer["answer"])
    ]  # fmt: skip
    look = [each for each in found.look if each in told and force in ("", each.answer["force"])]
    pages = max(-(-len(chosen) // SIZE), 1)
    number = asked.get("page", "1")
    page = min(max(int(number), 1) if number.isdecimal() and len(number) < 6 else 1, pages)
    shown = chosen[(page - 1) * SIZE : page * SIZE]
    records = (one for each in (*look, *shown) for one in each.records)
    logged.consulted(request, visitor, "what forces answered", records)
    return show(
        request,
        "answers.html",
        found=found,
        look=look,
        asked=sorted((each for each in found.forces if each.told or each.median is not None), key=_pressing),
        shown=shown,
        total=len(chosen),
        every=len(told),
        withheld=withheld,
        force=force,
        answer=answer,
        page=page,
        pages=pages,
        answered_by=sorted({each.answer["force"] for each in told}, key=lambda slug: shelf.names.get(slug, slug)),
        names=shelf.names,
        codes=codes.codes(),
        places=codes.place_kinds(),
        where=lambda line: _where(request, visitor, line),
    )


def _pressing(force: OfForce) -> tuple[int, int]:
    """Who has most overdue first, then most open; they come by name."""
    return -force.overdue, -force.open


def overview_of(request: Request) -> Overview:
    """The overview as of today, made anew once any of the logs it rests on grew; what is seen to is asked each time."""
    settings = request.app.state.settings
    today = dt.datetime.now(dt.UTC).date()
    found: Overview = request.app.state.desk.once(
        "answers", (today, stamp(settings)), lambda: overview(settings, today)
    )
    return still_open(settings, found)


def _seen(request: Request, visitor: Visitor, found: Overview) -> tuple[tuple[Line, ...], int]:
    """The answers the visitor may see, and how many not."""
    held = request.app.state.desk.restricted()
    told = tuple(each for each in found.lines if not hidden(visitor, held, *each.records))
    return told, len(found.lines) - len(told)


def _where(request: Request, visitor: Visitor, line: Line) -> Mapping[str, str]:
    """What can be opened beside an answer, by what the link is called."""
    desk, settings = request.app.state.desk, request.app.state.settings
    found: dict[str, str] = {}
    known = [one for one in line.records if desk.row("identities", "record_id", one)]
    if visitor.may("search") and known:
        found["Person"] = there(request, "record", record_id=quote(known[0], safe=":"))
    if not visitor.may("judge"):
        return found
    pairs = [tuple(pair) for pair in line.told["pairs"]]
    for item in (line.item, *(f"link:{left}~{right}" for left, right in pairs), *_identities(desk, line)):
        row = acts.item_of(settings, visitor, item)
        if row and row["state"] in ("open", "second", "third"):
            route, parts = place_of(item)
            return {"Queue item": there(request, route, **parts), **found}
    if pairs and all(desk.row("records", "record_id", end) for end in pairs[0]):
        found = {"The two records": there(request, "link", pair=pair_of(*pairs[0])), **found}
    return found


def _identities(desk: Any, line: Line) -> list[str]:
    try:
        table = desk.table("queue")
        rows = {place for one in line.records for place in desk.places("queue", "records", one.casefold())}
    except ReconcileError:  # compiled before there was a queue
        return []
    return [item for place in sorted(rows) if str(item := table["item"][place].as_py()).startswith("identity:")]
