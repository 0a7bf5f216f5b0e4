"""The items of one force's report, each a thing the force is asked to do.

Decides who is told what about whom. Invariant: every item holds a record of the force it is for, and about anyone
else's record only what ``Party`` has: its force, reference, name, birth date, status and when; of a restricted person
another force's record is in none, and that there is one is no more than counted.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reconcile.render.look import listed, partial, word
from reconcile.reports.item import Contact, Item, Party, item_id
from reconcile.reports.material import Material, Row, Told, is_claim

__all__ = ["Contact", "Item", "Party", "items"]


def items(force: str, material: Material, names: Mapping[str, str]) -> tuple[tuple[Item, ...], int]:
    """Every item for ``force``, in the order of kinds.toml and then as the missing list has them, and how many not.

    Those left out would tell it of another force's record of a restricted person.
    """
    every = _all(force, material, names)
    told = tuple(item.digested() for item in every if not material.restricted.holds(*item.concerns))
    return told, len(every) - len(told)


def _all(force: str, material: Material, names: Mapping[str, str]) -> list[Item]:
    lines = [line for line in material.lines if any(_force(material, record) == force for record in line["records"])]
    return [
        *(item for line in lines for item in _found_elsewhere(force, line, material, names)),
        *(item for line in lines for item in _held_here(force, line, material, names)),
        *(item for line in lines for item in _double_claim(force, line, material, names)),
        *_shared(force, material, names),
        *_within_force(force, material, names),
    ]


def _found_elsewhere(force: str, line: Row, material: Material, names: Mapping[str, str]) -> Iterable[Item]:
    own = [claim["record_id"] for claim in line["claims"] if claim["force"] == force]
    for lead in _reached(own, material.leads.get(line["national_id"], ()), line, material):
        if _force(material, lead) != force:
            yield _item(
                "found_elsewhere", force, own, [lead], line, material=material, names=names, of=lead, note=_dates(line)
            )


def _held_here(force: str, line: Row, material: Material, names: Mapping[str, str]) -> Iterable[Item]:
    for lead in material.leads.get(line["national_id"], ()):
        claims = _reached([lead], [claim["record_id"] for claim in line["claims"]], line, material)
        others = [record for record in claims if _force(material, record) != force]
        if others and _force(material, lead) == force:
            yield _item(
                "held_here", force, [lead], others, line, material=material, names=names, of=lead, note=_dates(line)
            )


def _dates(line: Row) -> str:
    open_dates = line["located_elsewhere"] == "CANNOT_TELL"
    return "Whether this was before or after the loss cannot be told from the dates as sent." if open_dates else ""


def _double_claim(force: str, line: Row, material: Material, names: Mapping[str, str]) -> Iterable[Item]:
    claims = [claim["record_id"] for claim in line["claims"]]
    own = [record for record in claims if _force(material, record) == force]
    others = [record for record in _reached(own, claims, line, material) if record not in own]
    if others:
        owner = "" if line["owner_force"] == "CANNOT_TELL" else names.get(line["owner_force"], line["owner_force"])
        note = f"Managed, as far as the forces’ dates of notification tell, by {owner}." if owner else ""
        yield _item("double_claim", force, own, others, line, material=material, names=names, note=note)


def _reached(own: Sequence[str], others: Iterable[str], line: Row, material: Material) -> list[str]:
    """Those of ``others`` that links which may be told join to ``own``, however many lie between."""
    links = material.told.get(line["national_id"], ())
    reach = set(own)
    while more := {end for link in links for end in _joined(link) if reach & set(_joined(link))} - reach:
        reach |= more
    return [record for record in others if record in reach]


def _joined(link: Told) -> tuple[str, str]:
    return link.left, link.right


def _shared(force: str, material: Material, names: Mapping[str, str]) -> Iterable[Item]:
    for each in material.shared:
        own = [record for record in each.records if _force(material, record) == force]
        others = [record for record in each.records if _force(material, record) != force]
        elsewhere = "; also on a record of another force, which the national coordinators know" if others else ""
        if own:
            yield Item(
                id=item_id("shared_identifier", force, each.scheme, each.value),
                kind="shared_identifier",
                own=tuple(_party(material.records[record], names) for record in own),
                # Nobody holds these to be one person: nothing is told of the other record, not even whose it is.
                others=(),
                strength="",
                speaks_for=(),
                speaks_against=(),
                note=f"{word(each.scheme, 'scheme')} {each.value}{elsewhere}",
                words={"scheme": word(each.scheme, "scheme")},
                concerns=tuple(others),
            )


def _within_force(force: str, material: Material, names: Mapping[str, str]) -> Iterable[Item]:
    for national, links in material.told.items():
        inside = [link for link in links if all(_force(material, end) == force for end in (link.left, link.right))]
        records = sorted({end for link in inside for end in (link.left, link.right)})
        if records:
            yield Item(
                id=item_id("within_force", force, national),
                kind="within_force",
                own=tuple(_party(material.records[record], names) for record in records),
                others=(),
                **_evidence(inside),
                note="",
                words={"count": str(len(records))},
            )


def _item(
    kind: str,
    force: str,
    own: list[str],
    others: list[str],
    line: Row,
    *,
    material: Material,
    names: Mapping[str, str],
    of: str = "",
    note: str = "",
) -> Item:
    links = material.told.get(line["national_id"], ())
    direct = [link for link in links if _joins(link, own, others)]
    # Where a third record holds the two together, tell what joins it to this force's own.
    told = direct or [link for link in links if {link.left, link.right} & set(own)]
    if not direct:
        note = f"{note} The records are held together through another record of the same person.".strip()
    other = listed(list(dict.fromkeys(names.get(_force(material, r), _force(material, r)) for r in others)))
    return Item(
        id=item_id(kind, force, *sorted(own), *sorted(others)),
        kind=kind,
        own=tuple(_party(material.records[record], names) for record in own),
        others=tuple(_party(material.records[record], names) for record in others),
        **_evidence(told),
        note=note,
        words={"other": other, "status": word(material.records[of]["status"], "status") if of else ""},
        concerns=tuple(others),
    )


def _joins(link: Told, own: list[str], others: list[str]) -> bool:
    return (link.left in own and link.right in others) or (link.right in own and link.left in others)


def _evidence(links: Iterable[Told]) -> dict[str, Any]:
    links = list(links)
    return {
        "strength": "decided" if any(link.strength == "decided" for link in links) else "verified",
        "speaks_for": tuple(dict.fromkeys(sentence for link in links for sentence in link.speaks_for)),
        "speaks_against": tuple(dict.fromkeys(sentence for link in links for sentence in link.speaks_against)),
    }


def _party(row: Row, names: Mapping[str, str]) -> Party:
    return Party(
        force=names.get(row["force"], row["force"]),
        reference=row["record_id"],
        name=_name(row["names"] or ()),
        born=partial(row["birth_date"]) if row["birth_date"] else "not given",
        says=_says(row),
        as_of=row["as_of"],
    )


def _name(every: Iterable[Row]) -> str:
    """The current name as "Surname, Given"."""
    name = next(iter(every), None)
    if name is None:
        return "not given"
    return ", ".join(part for part in (name["surname"], name["given"]) if part) or name["full"] or "not given"


def _says(row: Row) -> str:
    said = word(row["status"], "status")
    if is_claim(row):
        since = partial(row["missing_since"])
        said += f", since {since}" if not since.startswith(("undated", "between")) else f", {since}"
    elif row["last_contact"]:
        said += f", last contact {partial(row['last_contact'])}"
    return said


def _force(material: Material, record: str) -> str:
    return str(material.records[record]["force"])
