"""Search: people by name, number or birth date, and why each is found.

Decides what a hit tells. Invariant: a question is sent as a form, never in an address, so that no server, proxy or
browser keeps it; whoever is found stands in the audit log before the page is written, the question only as a hash; an
answer does not tell whether somebody restricted would have been found, since of one name or number that tells of whom.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated, Any

import pyarrow as pa
import pyarrow.compute as pc
from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse
from starlette.background import BackgroundTask

from reconcile.errors import ReconcileError
from reconcile.review.access import Visitor
from reconcile.review.asked import LONGEST, understand
from reconcile.review.finding import Found, Hit
from reconcile.review.pages import logged
from reconcile.review.pages.gate import OWN_FORM, needs
from reconcile.review.pages.shelf import Shelf, shelf_of
from reconcile.review.pages.showing import show
from reconcile.review.restricted import hidden, may_see

router = APIRouter()
SEARCHES: Any = needs("search")


@router.get("/search", name="search")
def search(request: Request, visitor: Visitor = SEARCHES) -> HTMLResponse:
    """The question, and what can be asked; meanwhile the records are made ready to be searched."""
    page = show(
        request, "search.html", question="", asked=None, hits=(), more=0, may_see=may_see(visitor), longest=LONGEST
    )
    page.background = BackgroundTask(_ready, shelf_of(request))
    return page


@router.post("/search", name="found", dependencies=[OWN_FORM])
def found(request: Request, question: Annotated[str, Form()] = "", visitor: Visitor = SEARCHES) -> HTMLResponse:
    """Whom the question finds."""
    shelf, asked = shelf_of(request), understand(question)
    if asked.nothing:
        return search(request, visitor)
    register, holders = shelf.register()
    answer: Found = register.find(asked, holders)
    held = shelf.desk.restricted()
    seen = [hit for hit in answer.hits if not hidden(visitor, held, hit.national_id, *hit.records)]
    hashed = logged.hashed(request, question)
    ids = [hit.national_id for hit in seen]
    logged.consulted(request, visitor, f"search {hashed}", ids, query=f"search {hashed}, nobody found")
    return show(
        request,
        "search.html",
        question=question[:LONGEST],
        asked=asked,
        hits=_told(shelf, seen),
        more=answer.more,
        may_see=may_see(visitor),
        longest=LONGEST,
        shorts=shelf.shorts,
    )


def _ready(shelf: Shelf) -> None:
    with suppress(ReconcileError):  # where the cycle was not run, whoever asks is told
        shelf.register()


def _told(shelf: Shelf, hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """Each hit with its records in brief, those that match first, and whether it is on the national list."""
    resolved = shelf.desk.rows("identities", "national_id", *(hit.national_id for hit in hits))
    of: dict[str, list[str]] = {}
    for row in resolved:
        of.setdefault(row["national_id"], []).append(row["record_id"])
    listed = set(shelf.made("listed", ("missing_list",), lambda table: table["national_id"].to_pylist()))
    records = shelf.desk.table("records")
    wanted = pa.array([record for ids in of.values() for record in ids], pa.string())
    columns = ["record_id", "force", "local_id", "names", "birth_date", "sex", "status"]
    brief = records.select(columns).filter(pc.is_in(records["record_id"], value_set=wanted)).to_pylist()
    by_id = {row["record_id"]: row for row in brief}
    told = []
    for hit in hits:
        ids = sorted(of[hit.national_id], key=lambda record, hit=hit: (record not in hit.records, record))  # type: ignore[misc]
        rows = [by_id[record] for record in ids]
        told.append({"hit": hit, "records": rows, "first": rows[0], "listed": hit.national_id in listed})
    return told
