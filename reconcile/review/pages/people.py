"""A person: all that the cycle, the decisions and the releases say of one national id.

Invariant: whoever is shown a person stands in the audit log first, with the ids of the person and of all records shown;
an id of a person the visitor may not see answers as one that does not exist.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.routing import NoMatchFound

from reconcile.render.look import day, partial, word
from reconcile.review.access import Visitor
from reconcile.review.pages import dossier, logged, rows_told, timelines
from reconcile.review.pages.gate import needs
from reconcile.review.pages.shelf import shelf_of
from reconcile.review.pages.showing import show
from reconcile.review.restricted import hidden

router = APIRouter()
SEES: Any = needs("search")
Row = Mapping[str, Any]


@router.get("/person/{national_id}", name="person")
def person(request: Request, national_id: str, visitor: Visitor = SEES) -> HTMLResponse:
    """Everything about one person."""
    shelf = shelf_of(request)
    found = dossier.dossier(shelf, visitor, national_id)
    if found is None:
        return _ended(request, visitor, national_id)
    ids = [str(record["record_id"]) for record in found.records]
    logged.consulted(request, visitor, "a person's page", [national_id, *ids])
    lanes = [f"{shelf.shorts.get(row['force'], row['force'])} {row['local_id']}" for row in found.records]
    return show(
        request,
        "person.html",
        p=found,
        brief=brief(found.records),
        lanes=lanes,
        lane_of=dict(zip(ids, lanes, strict=True)),
        names_told=timelines.names(found.records, found.added),
        addresses_told=timelines.addresses(found.records),
        shorts=shelf.shorts,
        there=lambda route, **parts: there(request, route, **parts),
    )


@router.get("/record/{record_id:path}", name="record")
def record(request: Request, record_id: str, visitor: Visitor = SEES) -> RedirectResponse:
    """Lead from a record to the person it is of."""
    desk = shelf_of(request).desk
    row = desk.row("identities", "record_id", record_id)
    if row is None or hidden(visitor, desk.restricted(), record_id, row["national_id"]):
        raise HTTPException(404)
    place = there(request, "person", national_id=row["national_id"])
    return RedirectResponse(place, 303)


def there(request: Request, route: str, **parts: Any) -> str:
    """The path of a route, "" where this application has no such room."""
    try:
        return str(request.scope.get("root_path", "")) + str(request.app.url_path_for(route, **parts))
    except NoMatchFound:
        return ""


def _ended(request: Request, visitor: Visitor, national_id: str) -> HTMLResponse:
    """What became of an id that ended; as if it did not exist where the visitor may not know."""
    desk = shelf_of(request).desk
    rows = [row for row in dossier.became(desk, national_id) if row["national_id"] == national_id]
    ids = [each for row in rows for each in (*row["records"], *row["others"])]
    if not rows or hidden(visitor, desk.restricted(), national_id, *ids):
        raise HTTPException(404)
    logged.consulted(request, visitor, "what became of a national id", [national_id])
    return show(request, "person_ended.html", national_id=national_id, rows=rows)


def brief(records: Sequence[Row]) -> list[tuple[str, list[str]]]:
    """What the records say side by side, in the rows looked at first; a row all leave blank is left out."""
    rows: list[tuple[str, list[str]]] = [
        ("Name", [rows_told.name_of(each["names"][0]) if each["names"] else "" for each in records]),
        ("Born", [partial(each["birth_date"]) if each["birth_date"] else "" for each in records]),
        ("Sex", [word(each["sex"], "sex") for each in records]),
        ("Status", [_status(each) for each in records]),
        ("Missing since", [partial(each["missing_since"]) if each["missing_since"] else "" for each in records]),
        ("Last contact", [partial(each["last_contact"]) if each["last_contact"] else "" for each in records]),
        ("Address now", [_address(each) for each in records]),
        ("Numbers", [_numbers(each) for each in records]),
        ("Convicted", [_convicted(each) for each in records]),
        ("Risk", [_risk(each) for each in records]),
        ("As at", [day(each["as_of"]) for each in records]),
    ]
    return [(label, cells) for label, cells in rows if any(cells)]


def _status(row: Row) -> str:
    said = word(row["status"], "status")
    own = row["status_text"]
    return f"{said} (“{own}”)" if own and own.casefold() != said.casefold() else said


def _address(row: Row) -> str:
    current = [each for each in row["addresses"] or () if each["kind"] == "current"]
    return rows_told.address_of(current[0]) if current else ""


def _numbers(row: Row) -> str:
    told = []
    for each in row["identifiers"] or ():
        if each["check"] != "placeholder":
            doubt = " (does not fit its check letter)" if each["check"] == "invalid" else ""
            told.append(f"{word(each['scheme'], 'scheme')} {each['value']}{doubt}")
    return "; ".join(told)


def _convicted(row: Row) -> str:
    parts = [partial(row["conviction_date"]) if row["conviction_date"] else "", row["conviction_court"] or ""]
    return ", ".join(filter(None, [*parts, row["offence"] or ""]))


def _risk(row: Row) -> str:
    if not row["risk_level"]:
        return ""
    when = f", {partial(row['risk_assessed_on'])}" if row["risk_assessed_on"] else ""
    tool = f" ({row['risk_tool']})" if row["risk_tool"] else ""
    return f"{word(row['risk_level'], 'risk')}{tool}{when}"
