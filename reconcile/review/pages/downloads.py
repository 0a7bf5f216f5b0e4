"""Taking the national list away: every download is a disclosure, with a purpose and a justification somebody typed.

Invariant: the disclosure is logged, with the visitor as its recipient and every person in it, before a byte goes;
restricted people go only to those who may see them.
"""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from reconcile import cycle, holdings
from reconcile.audit.chain import PURPOSES
from reconcile.forces import forces
from reconcile.intake import Receipt
from reconcile.national import contents
from reconcile.national import release as releases
from reconcile.national.changes import FIRST, Changes
from reconcile.review.access import Visitor
from reconcile.review.pages import logged, national_list
from reconcile.review.pages.gate import OWN_FORM, needs
from reconcile.review.pages.said import path_of
from reconcile.review.pages.shelf import Shelf, shelf_of
from reconcile.review.pages.showing import show
from reconcile.review.restricted import may_see
from reconcile.review.taking import FORMATS, Takeable, file_name, without, written
from reconcile.workspace import read_json

router = APIRouter()
TAKES: Any = needs("download")
SHORTEST = 8
"""Letters a justification has at least."""


@router.get("/list/download", name="download")
def download(request: Request, visitor: Visitor = TAKES, release: str = "") -> HTMLResponse:
    """The form that asks what, why and in which format."""
    return _form(request, visitor, release=release)


@router.post("/list/download", name="take", dependencies=[OWN_FORM])
def take(
    request: Request,
    visitor: Visitor = TAKES,
    *,
    release: Annotated[str, Form()] = "",
    kind: Annotated[str, Form()] = "",
    purpose: Annotated[str, Form()] = "",
    justification: Annotated[str, Form()] = "",
) -> Response:
    """The file, once the disclosure is logged."""
    said = " ".join(justification.split())
    missing = {
        "kind": "" if kind in FORMATS else "Choose a format.",
        "purpose": "" if purpose in PURPOSES else "Choose what it is for.",
        "justification": "" if len(said) >= SHORTEST else "Say why you need it, in a few words.",
    }
    if any(missing.values()):
        sent = {"release": release, "kind": kind, "purpose": purpose, "justification": justification}
        return _form(request, visitor, missing=missing, status=422, **sent)
    shelf = shelf_of(request)
    settings = shelf.desk.settings
    taken = _takeable(shelf, visitor, release)
    content, name = written(taken, settings, kind), file_name(taken, settings, kind)
    # The name of the list is no part of what the person said; the log has both.
    why = f"download of {taken.what} as {kind}: {said}"
    logged.disclosed(
        request, visitor, why, (str(one) for one in taken.missing_list["national_id"].to_pylist()), purpose=purpose
    )
    headers = {"Content-Disposition": f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(name)}"}
    return Response(content, media_type=FORMATS[kind].media, headers=headers)


def _form(
    request: Request, visitor: Visitor, *, missing: dict[str, str] | None = None, status: int = 200, **sent: str
) -> HTMLResponse:
    shelf = shelf_of(request)
    listing = shelf.listing(visitor, sent.get("release", ""))
    return show(
        request,
        "download.html",
        status=status,
        crumbs=[("National list", path_of(request, "national_list"))],
        sent={"kind": "xlsx", "purpose": "", "justification": "", **sent},
        missing={each: sentence for each, sentence in (missing or {}).items() if sentence},
        people=len(listing.lines),
        withheld=listing.withheld,
        formats=FORMATS,
        purposes=PURPOSES,
        releases=tuple(reversed(holdings.releases(shelf.desk.settings))),
    )


def _takeable(shelf: Shelf, visitor: Visitor, name: str) -> Takeable:
    settings, listing = shelf.desk.settings, shelf.listing(visitor, name)
    changes: Changes
    if name:
        folder = releases.named(settings, name)
        statistics = read_json(folder / contents.STATISTICS)
        kept = settings.workspace.snapshots / name / "receipts.json"
        told = [Receipt.from_json(each) for each in read_json(kept)] if kept.is_file() else []
        held_changes = (folder / contents.CHANGES_COUNTED).is_file()
        changes = national_list.between(shelf, to=name)[0] if held_changes else FIRST
        answers = read_json(folder / contents.ANSWERS) if (folder / contents.ANSWERS).is_file() else {}
    else:
        statistics, told = cycle.statistics_of(settings), list(cycle.receipts(settings))
        changes = national_list.between(shelf, pending=True)[0]
        answers = cycle.answers_of(settings)
    if not may_see(visitor):
        held = national_list.guarded(shelf, changes, name)
        changes = without(changes, [*held.national_ids, *held.record_ids])
    return Takeable(
        what=name or f"{settings.cycle} as compiled",
        missing_list=listing.table,
        statistics=statistics,
        receipts=told,
        forces=forces(),
        changes=changes,
        withheld=listing.withheld,
        answers=answers,
    )
