"""Judging a link: two records side by side, first blind, then with what the evidence weighs.

Decides when a reviewer sees a weight: once they have answered, or when they ask, which the server keeps. Invariant: a
page of what still waits for the visitor's answer holds no weight, probability, strength or answer of another; an answer
is bound to the evidence that was shown.
"""

import time
from typing import Any, Final

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse

from reconcile import cycle
from reconcile.render.look import word
from reconcile.review import acts
from reconcile.review.access import Visitor
from reconcile.review.four_eyes import WAITING
from reconcile.review.judgements import JudgementLog, reasons
from reconcile.review.pages import beside, timelines, weighing
from reconcile.review.pages import trail as trails
from reconcile.review.pages.blinds import asked_alone, weighing_told
from reconcile.review.pages.desk import Desk
from reconcile.review.pages.gate import OWN_FORM, needs
from reconcile.review.pages.items import added, facts_of, need_seen_by, seconds_since
from reconcile.review.pages.logged import consulted
from reconcile.review.pages.queue import address, judged_so, names
from reconcile.review.pages.rows_told import Row
from reconcile.review.pages.showing import show
from reconcile.review.pages.trail import Trail

router = APIRouter()
JUDGES: Any = needs("judge")
CARRIED: Any = Depends(trails.carried)
ANSWERS: Final = ("same", "different", "cannot_tell")
LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@router.get("/links/{pair:path}", name="link")
def link(request: Request, pair: str, visitor: Visitor = JUDGES, weighing: str = "") -> Response:
    """Two records, whether or not they wait in the queue."""
    return shown(request, visitor, pair, trails.read(request.query_params), opened=bool(weighing))


@router.post("/links/{pair:path}", name="judge_link", dependencies=[OWN_FORM])
def judge(
    request: Request,
    *,
    pair: str,
    answer: str = Form(""),
    note: str = Form(""),
    evidence_hash: str = Form(""),
    since: str = Form(""),
    visitor: Visitor = JUDGES,
    trail: Trail = CARRIED,
) -> Response:
    """Record an answer, and go on to the next item; ``answer`` is "<answer>:<reason code>"."""
    judgement, _, code = answer.partition(":")
    if judgement not in ANSWERS or code not in reasons()[judgement]:
        return shown(request, visitor, pair, trail, wrong="Choose an answer and its reason.", note=note)
    if code == "other" and not note.strip():
        return shown(request, visitor, pair, trail, wrong="Say the other reason in the note.", note=note, chosen=answer)
    item = f"link:{pair}"
    judged = acts.judge(
        request.app.state.settings,
        visitor,
        item,
        judgement,
        evidence_hash=evidence_hash,
        reason_code=code,
        note=note.strip(),
        seconds=seconds_since(since),
    )
    return judged_so(request, visitor, trail, item, judged)


def shown(
    request: Request,
    visitor: Visitor,
    pair: str,
    trail: Trail,
    *,
    opened: bool = False,
    wrong: str = "",
    note: str = "",
    chosen: str = "",
) -> HTMLResponse:
    """The page of a pair; ``opened``: the visitor asks for what the evidence weighs."""
    settings, desk = request.app.state.settings, request.app.state.desk
    ends = pair.split("~")
    if len(ends) != 2:
        raise HTTPException(404)
    records = [row for end in ends if (row := desk.row("records", "record_id", end))]
    if len(records) != 2:
        raise HTTPException(404)
    identities = [desk.row("identities", "record_id", end)["national_id"] for end in ends]
    need_seen_by(desk, visitor, *identities, *ends)
    item = f"link:{pair}"
    row = acts.item_of(settings, visitor, item)
    waits = bool(row and row["state"] in WAITING and not row["mine"])
    # An identity of the two can ask the same.
    asked = asked_alone(desk, visitor, *sorted(ends))
    seen = weighing_told(desk, visitor, item, asked, opened=opened) if row or asked else True
    elsewhere = "" if waits else next(iter(asked), "")
    if row and waits:
        acts.reserve(settings, visitor, item)
    consulted(request, visitor, _why(waits, opened), ends)
    answers = [] if waits or row is None else JudgementLog(settings.database_url).alive(item)
    return show(
        request,
        "link.html",
        status=422 if wrong else 200,
        pair=pair,
        item=item,
        row=row,
        waits=waits,
        blind=not seen,
        records=records,
        letters=LETTERS[:2],
        names=names(),
        groups=beside.grouped(records, added(desk, ends)),
        timelines=(
            ("Names", timelines.names(records, added(desk, ends))),
            ("Addresses and journeys", timelines.addresses(records)),
            ("Contact, loss and custody", timelines.contact(records)),
        ),
        facts=[facts_of(desk, national_id) for national_id in identities],
        identities=identities,
        reasons=reasons(),
        weighed=_weighed(desk, settings, ends, records, identities) if seen else None,
        answers=answers,
        elsewhere=address(request, elsewhere, trail) if elsewhere else "",
        own=row["own"] if row else "",
        last=acts.last_answer(settings, visitor),
        trail=trail,
        wrong=wrong,
        note=note,
        chosen=chosen,
        since=int(time.time() * 1000),
        was=address(request, trail.was, trail) if trail.was and trail.was != item else "",
    )


def _why(waits: bool, opened: bool) -> str:
    if not waits:
        return "a link looked at"
    return "a link to be judged, its weighing opened before" if opened else "a link to be judged"


def _weighed(
    desk: Desk, settings: Any, ends: list[str], records: list[Row], identities: list[str]
) -> dict[str, Any] | None:
    """The waterfall of the link between two records and what an answer would change; None where there is no link."""
    found = next((row for row in desk.rows("links", "left", ends[0]) if row["right"] == ends[1]), None)
    if found is None:
        return None
    fall = weighing.explained(found, cycle.model_name(settings), desk.table("records").num_rows)
    lines = [desk.row("missing_list", "national_id", each) for each in identities]
    statuses = [word(record["status"], "status") for record in records]
    same, different = weighing.would_change(lines, statuses)
    return {"fall": fall, "drawn": weighing.drawn(fall), "same": same, "different": different}
