"""What a force was told, on pages of its own: its items, one of them with the form to answer it, and its files.

Invariant: whose items they are is the visitor's account alone, never a part of an address; an id or a file that is not
the force's own answers as one that does not exist; whoever is shown an item or takes a file stands in the audit log.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from reconcile import protecting
from reconcile.errors import ReconcileError
from reconcile.national import release as releases
from reconcile.render.look import capital
from reconcile.reports import answers
from reconcile.reports.answering import Outcome, Raw, take
from reconcile.reports.document import CONFIRM
from reconcile.reports.kinds import kinds
from reconcile.review.access import Visitor
from reconcile.review.force_items import ANSWERED, OPEN, OVERDUE, STATES, Reported, Reports, reports_of, stamp
from reconcile.review.pages import logged
from reconcile.review.pages.answer_form import FORM, missing, offered, said_of
from reconcile.review.pages.gate import OWN_FORM, needs
from reconcile.review.pages.said import go_to, path_of
from reconcile.review.pages.shelf import shelf_of
from reconcile.review.pages.showing import show
from reconcile.review.restricted import NOBODY
from reconcile.review.told_documents import Document

router = APIRouter()
ANSWERS: Any = needs("answer")
SIZE: Final = 50
FILES: Final = {
    ".html": ("Read and print", "text/html; charset=utf-8"),
    ".xlsx": (
        "Workbook, to fill in and send back",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    ".json": ("Data for your own system", "application/json"),
}
"""What a file of a report is for and how it is sent, by how its name ends."""


@dataclass(frozen=True)
class Chosen:
    """What of the items is shown: of a state, a kind, or whose id or references hold a text; "" for all."""

    state: str = ""
    kind: str = ""
    text: str = ""

    @classmethod
    def read(cls, sent: Mapping[str, str]) -> "Chosen":
        """What a query says; a state or kind that is not known is passed over."""
        state, kind = sent.get("state", ""), sent.get("kind", "")
        text = " ".join(sent.get("text", "").split())[:60]
        return cls(state if state in STATES else "", kind if kind in kinds() else "", text)

    def passes(self, item: Reported, today: dt.date) -> bool:
        text = self.text.casefold()
        return (
            self.state in ("", item.state(today))
            and self.kind in ("", item.kind)
            and (not text or any(text in each.casefold() for each in (item.id, *item.records)))
        )


@router.get("/reports", name="reports")
def reports(request: Request, visitor: Visitor = ANSWERS) -> HTMLResponse:
    """The force's items: those to answer first, each kind in the order of kinds.toml, the overdue first within it."""
    held, today, chosen = _held(request, visitor), _today(), Chosen.read(request.query_params)
    order = list(kinds())
    found = [each for each in held.items if chosen.passes(each, today)]
    found.sort(key=lambda each: (_done(each, today), order.index(each.kind), STATES.index(each.state(today))))
    pages = max(-(-len(found) // SIZE), 1)
    number = request.query_params.get("page", "1")
    page = min(max(int(number), 1) if number.isdecimal() and len(number) < 6 else 1, pages)
    shown = found[(page - 1) * SIZE : page * SIZE]
    # Corrections are shown whatever is chosen: without their line a notice that holds them would count as never gone.
    seen = (*(one for each in shown for one in each.records), *(one for each in held.given for one in each.corrected))
    logged.consulted(request, visitor, "the items of its match report", seen, force=visitor.force)
    if _held(request, visitor) != held:  # what was taken back before it was logged is shown to nobody
        return reports(request, visitor)
    states = {state: sum(each.state(today) == state for each in held.items) for state in STATES}
    return show(
        request,
        "reports.html",
        force=shelf_of(request).names.get(visitor.force, visitor.force),
        held=held,
        today=today,
        chosen=chosen,
        items=shown,
        total=len(found),
        page=page,
        pages=pages,
        states=states,
        to_answer=states[OPEN] + states[OVERDUE],
        urgent=sum(each.urgent and each.state(today) != ANSWERED for each in held.items),
        kinds={kind: told["title"] for kind, told in kinds().items() if any(each.kind == kind for each in held.items)},
        files=_files(held),
        codes=answers.codes(),
    )


@router.get("/reports/items/{item}", name="reported_item")
def reported_item(request: Request, item: str, visitor: Visitor = ANSWERS) -> HTMLResponse:
    """One item, what was answered to it, and the form to answer."""
    held = _held(request, visitor)
    return _item(request, visitor, held, _own(held, item))


@router.post("/reports/items/{item}", name="answer_item", dependencies=[OWN_FORM], response_model=None)
def answer_item(
    request: Request,
    item: str,
    visitor: Visitor = ANSWERS,
    *,
    answer: Annotated[str, Form()] = "",
    officer_role: Annotated[str, Form()] = "",
    answered_on: Annotated[str, Form()] = "",
    located_on: Annotated[str, Form()] = "",
    place_kind: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
    digest: Annotated[str, Form()] = "",
) -> RedirectResponse | HTMLResponse:
    """Record the answer; or the form again with what was typed, and beside each field what is wrong with it."""
    held = _held(request, visitor)
    found = _own(held, item)
    raw = Raw(found.id, answer, officer_role, answered_on, located_on, place_kind, note, digest)
    wrong, outcome = missing(raw), Outcome()
    try:
        if not wrong:
            outcome = take(request.app.state.settings, visitor.force, [raw], by=visitor.name, source="page")
    except ReconcileError as error:
        wrong = {FORM: f"{capital(str(error))}."}
    wrong |= {each.field or FORM: f"{capital(each.what)}: {each.do}." for each in outcome.refused}
    if wrong:
        return _item(request, visitor, held, found, sent=raw, wrong=wrong)
    kind = "good" if outcome.taken else "note"
    return go_to(request, "reported_item", item=found.id, said=said_of(outcome, answer), kind=kind)


@router.post("/reports/files", name="take_report", dependencies=[OWN_FORM])
def take_report(request: Request, visitor: Visitor = ANSWERS, file: Annotated[str, Form()] = "") -> Response:
    """One of the files of the force's own report, once the disclosure is logged."""
    held = _held(request, visitor)
    document, path = held.files.get(file, (None, None))
    if document is None or path is None or path.suffix not in FILES:
        raise HTTPException(404)
    content = path.read_bytes()
    why, purpose = f"{document.kind} {document.name}, {path.suffix[1:]}", str(request.app.state.settings.purpose)
    logged.disclosed(request, visitor, why, document.records, purpose=purpose)
    if _held(request, visitor) != held:
        return take_report(request, visitor, file)
    headers = {"Content-Disposition": f"attachment; filename=\"{path.name}\"; filename*=UTF-8''{quote(path.name)}"}
    return Response(content, media_type=FILES[path.suffix][1], headers=headers)


def _files(held: Reports) -> list[tuple[str, str, Document]]:
    """The files that are given out: each name, what it is for and of which document, the report's first."""
    order = list(FILES)
    found = [(name, path.suffix, of) for name, (of, path) in held.files.items() if path.suffix in FILES]
    found.sort(key=lambda each: (held.given.index(each[2]), order.index(each[1])))
    return [(name, FILES[suffix][0], of) for name, suffix, of in found]


def _held(request: Request, visitor: Visitor) -> Reports:
    settings = request.app.state.settings
    try:
        restricted = request.app.state.desk.restricted()
    except ReconcileError:  # a new cycle has begun and is not compiled; before any release nothing is shown of anybody
        released = releases.current(settings) is not None
        restricted = protecting.restricted_as_known(settings) if released else NOBODY
    rests_on = (*stamp(settings, visitor.force), restricted)
    found: Reports = request.app.state.desk.once(
        f"reports of {visitor.force}", rests_on, lambda: reports_of(settings, visitor.force, restricted)
    )
    return found


def _own(held: Reports, item: str) -> Reported:
    found = held.find(item)
    if found is None:
        raise HTTPException(404)
    return found


def _item(
    request: Request,
    visitor: Visitor,
    held: Reports,
    item: Reported,
    *,
    sent: Raw | None = None,
    wrong: Mapping[str, str] | None = None,
) -> HTMLResponse:
    today = _today()
    logged.consulted(request, visitor, f"item {item.id} of its match report", item.records, force=visitor.force)
    if (now := _held(request, visitor)) != held:
        return _item(request, visitor, now, _own(now, item.id), sent=sent, wrong=wrong)
    left = [each for each in held.items if not _done(each, today) and each.id != item.id]
    return show(
        request,
        "reported_item.html",
        status=422 if wrong else 200,
        crumbs=[("Your items", path_of(request, "reports"))],
        item=item,
        told=kinds()[item.kind],
        confirm=CONFIRM if kinds()[item.kind]["confirm"] else "",
        today=today,
        state=item.state(today),
        codes=offered(item.kind, again=item.standing is not None),
        every_code=answers.codes(),
        places=answers.place_kinds(),
        sent=sent or Raw(item.id, "", officer_role=_role(held, visitor), answered_on=today.isoformat()),
        wrong=wrong or {},
        limits=answers.limits(),
        next=left[0] if left else None,
        left=len(left),
    )


def _role(held: Reports, visitor: Visitor) -> str:
    """The role the visitor gave last."""
    own = [each for item in held.items for each in item.answers if each["by"] == visitor.name]
    return str(max(own, key=lambda each: int(each["number"]))["officer_role"]) if own else ""


def _done(item: Reported, today: dt.date) -> bool:
    return item.state(today) == ANSWERED


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()
