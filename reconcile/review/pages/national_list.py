"""The national list: browsed as compiled or as released, and the differences between two releases.

Invariant: whoever is on the page shown stands in the audit log first; a word looked for in the list is sent as a form
and in no address.
"""

from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from reconcile import holdings
from reconcile.national import contents
from reconcile.national import release as releases
from reconcile.national.changes import Changes
from reconcile.national.claim_fates import words
from reconcile.review.access import Visitor
from reconcile.review.pages import logged
from reconcile.review.pages.gate import OWN_FORM, needs
from reconcile.review.pages.listing import ORDERS, Chosen
from reconcile.review.pages.said import path_of
from reconcile.review.pages.shelf import Shelf, shelf_of
from reconcile.review.pages.showing import show
from reconcile.review.restricted import Restricted, may_see

router = APIRouter()
SEES: Any = needs("see_list")
NEXT: Final = "next"
"""Stands for the compiled cycle where a release can be named."""
ROWS: Final = 100


@router.get("/list", name="national_list")
def national_list(request: Request, visitor: Visitor = SEES) -> HTMLResponse:
    """A page of the list."""
    return _listed(request, visitor, Chosen.read(request.query_params))


@router.post("/list", name="narrow_list", dependencies=[OWN_FORM])
async def narrow_list(request: Request, visitor: Visitor = SEES) -> Response:
    """The list narrowed: an address of its own where it holds no words."""
    chosen = Chosen.read(await request.form())
    if chosen.words:
        return _listed(request, visitor, chosen)
    query = chosen.query
    return RedirectResponse(path_of(request, "national_list") + (f"?{query}" if query else ""), 303)


def _listed(request: Request, visitor: Visitor, chosen: Chosen) -> HTMLResponse:
    shelf = shelf_of(request)
    listing = shelf.listing(visitor, chosen.release)
    leaf = listing.leaf(chosen)
    why = f"the national list of release {chosen.release}" if chosen.release else "the national list as compiled"
    logged.consulted(request, visitor, why, (each.row["national_id"] for each in leaf.lines))
    return show(
        request,
        "national_list.html",
        chosen=chosen,
        listing=listing,
        leaf=leaf,
        orders={key: called for key, (called, _key) in ORDERS.items()},
        releases=tuple(reversed(holdings.releases(shelf.desk.settings))),
        shorts=shelf.shorts,
        picked=dict(chosen.picked),
    )


@router.get("/list/changes", name="list_changes")
def list_changes(
    request: Request,
    visitor: Visitor = SEES,
    *,
    since: str = "",
    to: str = NEXT,
    kind: str = "",
    page: int = 1,
) -> HTMLResponse:
    """What changed between two releases, or would by signing the compiled cycle off."""
    shelf = shelf_of(request)
    held = tuple(reversed(holdings.releases(shelf.desk.settings)))
    pending = to == NEXT or not held
    changed, _called = between(shelf, since="" if pending else since, to="" if pending else to, pending=pending)
    rows, withheld = seen_rows(shelf, visitor, changed, "" if pending else to)
    shown = [row for row in rows if not kind or row["kind"] == kind]
    pages = max(-(-len(shown) // ROWS), 1)
    number = min(max(page, 1), pages)
    shown = shown[(number - 1) * ROWS : number * ROWS]
    logged.consulted(request, visitor, "changes of the national list", (row["national_id"] for row in shown))
    return show(
        request,
        "list_changes.html",
        crumbs=[("National list", path_of(request, "national_list"))],
        changed=changed,
        counts=changed.counts(),
        kinds=words()["kinds"],
        rows=shown,
        withheld=withheld,
        releases=held,
        since=changed.previous or since,
        to=NEXT if pending else to,
        kind=kind,
        page=number,
        pages=pages,
        named=_named(shelf, visitor, ("" if pending else to, changed.previous or "")),
        shorts=shelf.shorts,
    )


def _named(shelf: Shelf, visitor: Visitor, lists: tuple[str, ...]) -> dict[str, str]:
    """The names of those on these lists whom the visitor may see, the first list's first."""
    named: dict[str, str] = {}
    for name in dict.fromkeys(lists):
        if name and shelf.released(name, contents.MISSING_LIST) is None:
            continue
        for each in shelf.listing(visitor, name).lines:
            named.setdefault(each.row["national_id"], each.row["name"] or "")
    return named


def between(shelf: Shelf, *, since: str = "", to: str = "", pending: bool = False) -> tuple[Changes, str]:
    """The changes as ``holdings.changes`` gives them; those of the compiled cycle worked out once."""
    settings = shelf.desk.settings
    if not pending:
        return holdings.changes(settings, since, to)
    current = releases.current(settings)
    of = ("records", "identities", "lineage", "missing_list")
    found: tuple[Changes, str] = shelf.made(
        f"changes since {current.name if current else 'nothing'}",
        of,
        lambda *_tables: holdings.changes(settings, pending=True),
    )
    return found


def seen_rows(shelf: Shelf, visitor: Visitor, changed: Changes, to: str) -> tuple[list[dict[str, Any]], int]:
    """The rows of changes the visitor may see, and how many not; ``to`` as ``guarded`` takes it."""
    rows = changed.table.to_pylist()
    if may_see(visitor):
        return rows, 0
    held = guarded(shelf, changed, to)
    kept = [row for row in rows if not held.holds(row["national_id"], *row["others"], *row["records"])]
    return kept, len(rows) - len(kept)


def guarded(shelf: Shelf, changed: Changes, to: str) -> Restricted:
    """Who is restricted in what changed up to the release ``to``, "" for the compiled cycle: those who are now, and
    those of whom either list does not say that they are grown up, whose records may since have gone."""
    held = shelf.desk.restricted()
    people, records = set(held.national_ids), set(held.record_ids)
    for name in filter(None, dict.fromkeys((changed.previous, to))):
        listed = shelf.released(name, contents.MISSING_LIST)
        for row in listed.select(["national_id", "records", "under_18"]).to_pylist() if listed is not None else ():
            if row["under_18"] != "NO":
                people.add(row["national_id"])
                records.update(row["records"])
    return Restricted(frozenset(people), frozenset(records))
