"""Judging an identity: all its records in columns, its links as a picture, every record assigned in one go.

Decides who may part an identity that nobody is asked about: whoever signs releases off; a second person then follows
where the rules of four eyes say so. An identity of two records asks what a link does, and is judged blind like one; of
more, the weights are part of the question. Invariant: what an assignment would come to is shown without a trace;
nothing is recorded but by an answer with a reason, and whoever answered can take that back on the same page.
"""

import time
from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from reconcile.errors import DecisionError
from reconcile.review import acts, partings
from reconcile.review.access import Visitor
from reconcile.review.four_eyes import WAITING
from reconcile.review.judgements import JudgementLog, reasons
from reconcile.review.judging import Judged
from reconcile.review.pages import assigning, beside, joins_picture, timelines
from reconcile.review.pages import trail as trails
from reconcile.review.pages.blinds import asked_alone, blind, of_two, weighing_told
from reconcile.review.pages.desk import Desk
from reconcile.review.pages.gate import OWN_FORM, needs
from reconcile.review.pages.items import added, facts_of, need_seen_by, pair_of, seconds_since
from reconcile.review.pages.joins_picture import Picture, Tie
from reconcile.review.pages.logged import consulted
from reconcile.review.pages.queue import address, blind_why, judged_so, names
from reconcile.review.pages.showing import show
from reconcile.review.pages.trail import Trail
from reconcile.settings import Settings

router = APIRouter()
JUDGES: Any = needs("judge")
CARRIED: Any = Depends(trails.carried)
MOST: Final = 26
"""Columns that have a letter; an identity of more is a fault to be looked into, and no page to be judged on."""


async def letters_given(request: Request) -> dict[str, str]:
    """A dependency that gives the letter a form says for each record."""
    form = await request.form()
    records = [str(each) for each in form.getlist("record")]
    return {record: str(form.get(f"person-{at}") or "") for at, record in enumerate(records, start=1)}


LETTERS: Any = Depends(letters_given)


@router.get("/identities/{national_id}", name="identity")
def identity(request: Request, national_id: str, visitor: Visitor = JUDGES, weighing: str = "") -> Response:
    """An identity with its records, whether or not it waits in the queue."""
    return shown(request, visitor, national_id, trails.read(request.query_params), opened=bool(weighing))


@router.post("/identities/{national_id}", name="judge_identity", dependencies=[OWN_FORM])
def judge(
    request: Request,
    *,
    national_id: str,
    act: str = Form("preview"),
    reason: str = Form(""),
    note: str = Form(""),
    evidence_hash: str = Form(""),
    since: str = Form(""),
    letters: dict[str, str] = LETTERS,
    visitor: Visitor = JUDGES,
    trail: Trail = CARRIED,
) -> Response:
    """Show what an assignment would come to, record it, or record that it cannot be told; then on to the next item."""
    settings = request.app.state.settings
    item, row = _asked(settings, visitor, national_id)
    kept: dict[str, Any] = {"letters": letters, "note": note, "reason": reason}
    if act == "preview":
        return shown(request, visitor, national_id, trail, preview=True, **kept)
    kind = "cannot_tell" if act == "cannot_tell" else "assign"
    if reason not in reasons()[kind]:
        return shown(request, visitor, national_id, trail, wrong="Choose a reason that goes with this answer.", **kept)
    if reason == "other" and not note.strip():
        return shown(request, visitor, national_id, trail, wrong="Say the other reason in the note.", **kept)
    how: dict[str, Any] = {"reason_code": reason, "note": note.strip(), "seconds": seconds_since(since)}
    if act == "part":
        judged = _part(request, visitor, national_id, letters, **how)
        item = partings.item_of(national_id)
        return RedirectResponse(address(request, item, trail, said=judged.became, was=item), 303)
    weighed = not (row and of_two(row))  # of two, the log knows who was shown the weights
    how |= {"evidence_hash": evidence_hash, "blind": not weighed, "waterfall_seen": weighed}
    if kind == "cannot_tell":
        judged = acts.judge(settings, visitor, item, "cannot_tell", **how)
    else:
        judged = acts.judge_identity(settings, visitor, national_id, assigning.groups(letters), item=item, **how)
    return judged_so(request, visitor, trail, item, judged)


def _part(request: Request, visitor: Visitor, national_id: str, letters: Mapping[str, str], **how: Any) -> Judged:
    """Ask to part an identity that nobody is asked about, which makes it an item of the queue."""
    if not visitor.may("sign_off"):
        raise HTTPException(403)
    settings, desk = request.app.state.settings, request.app.state.desk
    need_seen_by(desk, visitor, national_id)
    if _waits_for_somebody(desk, visitor, national_id):
        raise DecisionError("this identity waits in the queue: answer it there")
    return acts.part(settings, visitor, national_id, assigning.groups(letters), **how)


def _asked(settings: Settings, visitor: Visitor, national_id: str) -> tuple[str, acts.Row | None]:
    """The item that asks about an identity, and its row: that of the queue, else that of who asked to part it."""
    for item in (f"identity:{national_id}", partings.item_of(national_id)):
        row = acts.item_of(settings, visitor, item)
        if row and row["state"] != "settled":
            return item, row
    return f"identity:{national_id}", None


@router.post("/identities/{national_id}/undo", name="undo_identity", dependencies=[OWN_FORM])
def undo(
    request: Request,
    *,
    national_id: str,
    item: str = Form(),
    reason: str = Form(""),
    visitor: Visitor = JUDGES,
    trail: Trail = CARRIED,
) -> Response:
    """Take the visitor's own answer on this identity back, whatever they answered since."""
    if item not in (f"identity:{national_id}", partings.item_of(national_id)):
        raise HTTPException(404)
    need_seen_by(request.app.state.desk, visitor, national_id)
    if not reason.strip():
        return shown(request, visitor, national_id, trail, wrong="Say why your answer is taken back.")
    acts.take_back(request.app.state.settings, visitor, item, reason.strip())
    return RedirectResponse(address(request, item, trail, said="undone", was=item), 303)


def _waits_for_somebody(desk: Desk, visitor: Visitor, national_id: str) -> bool:
    """Whether the queue asks what the records of an identity are; of a link drawn by chance it asks only whether the
    machine was right."""
    for place in desk.places("queue", "national_ids", national_id.casefold()):
        (item,) = desk.table("queue").slice(place, 1).to_pylist()
        inside = item["kind"] == "identity" or (item["national_id"] == national_id and not item["audit"])
        row = acts.item_of(desk.settings, visitor, item["item"]) if inside else None
        if row and row["state"] in WAITING:
            return True
    return False


def shown(
    request: Request,
    visitor: Visitor,
    national_id: str,
    trail: Trail,
    *,
    opened: bool = False,
    letters: Mapping[str, str] | None = None,
    preview: bool = False,
    wrong: str = "",
    note: str = "",
    reason: str = "",
) -> HTMLResponse:
    """The page of an identity; ``opened``: the visitor asks for what the evidence weighs."""
    settings, desk = request.app.state.settings, request.app.state.desk
    item, row = _asked(settings, visitor, national_id)
    held = sorted(each["record_id"] for each in desk.rows("identities", "national_id", national_id))
    record_ids = sorted(row["records"]) if row else held
    records = [found for each in record_ids if (found := desk.row("records", "record_id", each))]
    if not records:
        raise HTTPException(404)
    concerned = [desk.row("identities", "record_id", each)["national_id"] for each in record_ids]
    need_seen_by(desk, visitor, *concerned, *record_ids)
    waits = bool(row and row["state"] in WAITING and not row["mine"])
    if waits:
        acts.reserve(settings, visitor, item)
    seen = True
    if row and of_two(row):
        seen = weighing_told(desk, visitor, item, asked_alone(desk, visitor, *record_ids), opened=opened)
    consulted(request, visitor, "an identity to be judged" if waits else "an identity looked at", record_ids)
    answers = JudgementLog(settings.database_url).alive(item) if row and not waits else []
    yours = (
        () if waits else acts.own_answers(settings, visitor, f"identity:{national_id}", partings.item_of(national_id))
    )
    known, extra = names(), added(desk, record_ids)
    given = {each: (letters or {}).get(each) or "A" for each in record_ids}
    return show(
        request,
        "identity.html",
        status=422 if wrong else 200,
        national_id=national_id,
        item=item,
        row=row,
        waits=waits,
        why=(row["why"] if seen else blind_why(row)) if row else "",
        seen=seen,
        blind=False,
        may_part=not row
        and len(records) > 1
        and visitor.may("sign_off")
        and not _waits_for_somebody(desk, visitor, national_id),
        judgeable=len(records) <= MOST,
        records=records,
        letters=[str(at) for at in range(1, len(records) + 1)],
        given=given,
        people=assigning.PEOPLE[: min(max(len(records), 2), MOST)],
        names=known,
        groups=beside.grouped(records, extra),
        timelines=(
            ("Names", timelines.names(records, extra)),
            ("Addresses and journeys", timelines.addresses(records)),
            ("Contact, loss and custody", timelines.contact(records)),
        ),
        facts=[facts_of(desk, each) for each in concerned],
        identities=concerned,
        picture=_picture(desk, visitor, record_ids, known, weighed=seen and bool(row and of_two(row))),
        preview=assigning.would_be(desk, assigning.groups(given)) if preview else None,
        on_list=lambda one: desk.row("missing_list", "national_id", one) is not None,
        pair_of=pair_of,
        reasons=reasons(),
        answers=answers,
        own=row["own"] if row else "",
        yours=yours,
        last=acts.last_answer(settings, visitor),
        trail=trail,
        wrong=wrong,
        note=note,
        reason=reason,
        since=int(time.time() * 1000),
        was=address(request, trail.was, trail) if trail.was and trail.was != item else "",
    )


def _picture(
    desk: Desk, visitor: Visitor, record_ids: list[str], known: Mapping[str, str], *, weighed: bool
) -> Picture:
    """``weighed``: the one link is told although it waits, since its weight was asked for."""
    places = {record: at for at, record in enumerate(record_ids)}
    ties = [
        Tie(
            places[link["left"]],
            places[link["right"]],
            link["weight"],
            link["strength"],
            not weighed and blind(desk, visitor, link["left"], link["right"]),
        )
        for link in desk.rows("links", "left", *record_ids)
        if link["right"] in places
    ]
    said = [known.get(record.partition(":")[0], record) for record in record_ids]
    return joins_picture.picture([str(at + 1) for at in range(len(record_ids))], said, ties)
