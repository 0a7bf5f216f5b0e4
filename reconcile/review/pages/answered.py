"""Seeing to what a force answered: what it was told, what it says, and what somebody makes of it.

Decides nothing of the people: what an answer changes comes with the next extracts or with a decision on its links.
Invariant: whoever is shown it stands in the audit log; that it is seen to is a line of the judgement log under the
visitor's name, and can be taken back like any other.
"""

import time
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from reconcile.errors import ReleaseError
from reconcile.reports import answers as codes
from reconcile.reports.told import NOTICE
from reconcile.review import acts
from reconcile.review.access import Visitor
from reconcile.review.four_eyes import WAITING
from reconcile.review.from_forces import Line
from reconcile.review.judgements import SEEN_TO, JudgementLog, reasons
from reconcile.review.pages import trail as trails
from reconcile.review.pages.answers import overview_of
from reconcile.review.pages.desk import Desk
from reconcile.review.pages.gate import OWN_FORM, needs
from reconcile.review.pages.items import need_seen_by, seconds_since
from reconcile.review.pages.logged import consulted
from reconcile.review.pages.queue import address, judged_so, names
from reconcile.review.pages.showing import show
from reconcile.review.pages.trail import Trail
from reconcile.review.queue_items import ANSWER
from reconcile.review.told_documents import Document, Row

router = APIRouter()
JUDGES: Any = needs("judge")
CARRIED: Any = Depends(trails.carried)


@router.get("/queue/answers/{number}", name="answered")
def answered(request: Request, number: int, visitor: Visitor = JUDGES) -> Response:
    """An answer, whether or not it waits in the queue."""
    return shown(request, visitor, number, trails.read(request.query_params))


@router.post("/queue/answers/{number}", name="see_to", dependencies=[OWN_FORM])
def see_to(
    request: Request,
    number: int,
    *,
    reason: str = Form(""),
    note: str = Form(""),
    evidence_hash: str = Form(""),
    since: str = Form(""),
    visitor: Visitor = JUDGES,
    trail: Trail = CARRIED,
) -> Response:
    """Record that it is seen to, and how, and go on to the next item."""
    if reason not in reasons()[SEEN_TO]:
        return shown(request, visitor, number, trail, wrong="Choose what was done.", note=note)
    if reason == "other" and not note.strip():
        return shown(request, visitor, number, trail, wrong="Say in the note what was done.", note=note, chosen=reason)
    item = f"{ANSWER}{number}"
    said: dict[str, Any] = {"evidence_hash": evidence_hash, "reason_code": reason, "note": note.strip()}
    settings = request.app.state.settings
    judged = acts.judge(settings, visitor, item, SEEN_TO, **said, seconds=seconds_since(since))
    return judged_so(request, visitor, trail, item, judged)


def shown(
    request: Request, visitor: Visitor, number: int, trail: Trail, *, wrong: str = "", note: str = "", chosen: str = ""
) -> HTMLResponse:
    """The page of an answer by its number in the log of answers."""
    settings, desk = request.app.state.settings, request.app.state.desk
    line = next((each for each in overview_of(request).lines if each.answer["number"] == number), None)
    if line is None:
        raise HTTPException(404)
    known = {one: row["national_id"] for one in line.records if (row := desk.row("identities", "record_id", one))}
    need_seen_by(desk, visitor, *line.records, *known.values())
    row = acts.item_of(settings, visitor, line.item)
    waits = bool(row and row["state"] in WAITING and not row["mine"])
    if waits:
        acts.reserve(settings, visitor, line.item)
    consulted(request, visitor, "an answer of a force", line.records)
    return show(
        request,
        "answered.html",
        status=422 if wrong else 200,
        line=line,
        item=line.item,
        told=_told(desk, line),
        row=row,
        waits=waits,
        people=known,
        answer=codes.codes()[line.answer["answer"]],
        places=codes.place_kinds(),
        seen_to=[] if waits else JudgementLog(settings.database_url).alive(line.item),
        reasons=reasons()[SEEN_TO],
        names=names(),
        last=acts.last_answer(settings, visitor),
        trail=trail,
        wrong=wrong,
        note=note,
        chosen=chosen,
        since=int(time.time() * 1000),
        was=address(request, trail.was, trail) if trail.was and trail.was != line.item else "",
    )


def _told(desk: Desk, line: Line) -> Row:
    """What the force's document says of the item; empty where its files are there no more."""
    name, kind = line.told["document"], line.told["document_kind"]
    workspace = desk.settings.workspace
    folder = (workspace.notices if kind == NOTICE else workspace.reports) / name / line.told["force"]
    if not folder.is_dir():
        return {}
    items = desk.once("document", (folder, folder.stat().st_mtime_ns), lambda: _items(Document(name, kind, folder)))
    return next((each for each in items if each["id"] == line.told["item"]), {})


def _items(document: Document) -> Sequence[Row]:
    try:
        return document.items
    except ReleaseError:
        return ()
