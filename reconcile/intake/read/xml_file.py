"""XML with one element a record, its fields child elements or attributes.

Decides the names of nested fields ("Address/Town", "Name/@type") and drops namespaces. Invariant: no entity, no
external reference and no document type is ever followed; no text inside a record is lost; a record in which a byte
is no character is a row with a fault, and where such a byte stands in a tag the extract is rejected and the line told.
"""

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from reconcile.errors import ExtractError
from reconcile.forces import Profile
from reconcile.forces.lists import LIST_COLUMNS
from reconcile.intake.read import encoding, rows, undefined
from reconcile.intake.read.limits import limit
from reconcile.intake.receipt import Reason

RECORDS: Final = -1
OWN_TEXT: Final = "text()"
"""The field for what a record says outside of its elements."""

_DECLARED: Final = re.compile(rb"""^\s*<\?xml[^>]*?\sencoding\s*=\s*["'](utf-?8)["']""", re.IGNORECASE)
_OTHER: Final = re.compile(rb"""^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w.-]+)["']""", re.IGNORECASE)
_DECLARATION: Final = re.compile(rb"^\s*<\?xml[^>]*\?>")


def read(content: bytes, profile: Profile) -> Any:
    """See ``reconcile.intake.read.read``. A field that stands several times is joined with the list separator; one that
    the profile has as a list's column has a position for every element that stands beside others of its name."""
    layout = profile.format
    if len(content) > limit("tree_bytes"):
        raise ExtractError("the XML is too large: send one force's register")
    content, notes, marked = as_declared(content)
    listed = [name for column in LIST_COLUMNS for name in profile.columns.get(column, ())]
    records: list[dict[str, str]] = []
    beside: Counter[int] = Counter()
    try:
        for element in _records(content, layout.record, beside):
            fields: dict[str, list[str]] = {}
            _collect(element, "", fields, listed)
            records.append({name: _joined(texts, layout.list_separator) for name, texts in fields.items()})
    except DefusedXmlException:
        raise ExtractError("the XML declares a document type or entities: send it without") from None
    except (ParseError, UnicodeError, ValueError, LookupError, RecursionError):
        why = undefined.where(marked) if marked else "check that the file is whole"
        raise ExtractError(f"the extract is no well-formed XML: {why}") from None
    if not records:
        raise ExtractError(f"the XML has no <{layout.record}> element: check its profile, or send a NIL manifest")
    found = rows.from_records(records, (*notes, *rows.beside_records(beside[RECORDS])))
    return undefined.told_of(found, marked) if marked else found


def _records(content: bytes, tag: str, beside: Counter[int]) -> Iterator[Element]:
    """The elements of the records, each let go once it is used: the tree of all of them is many times the file.

    At the end ``beside`` counts under ``RECORDS`` the elements of other names that stand where records do.
    """
    depths: set[int] = set()
    open_ones: list[Element] = []
    seen = 0
    for event, element in iterparse(io.BytesIO(content), events=("start", "end"), forbid_dtd=True):
        if event == "start":
            open_ones.append(element)
            seen += 1
            if len(open_ones) > limit("depth"):
                raise ExtractError(f"the XML is more than {limit('depth')} levels deep: check its profile")
            if seen > limit("cells"):
                raise ExtractError("the XML has too many elements: send one force's register")
            continue
        open_ones.pop()
        if _local(element.tag) == tag:
            depths.add(len(open_ones))
            yield element
        elif not any(_local(outer.tag) == tag for outer in open_ones):
            beside[len(open_ones)] += 1
        if not any(_local(outer.tag) == tag for outer in open_ones):
            element.clear()
            if open_ones:
                open_ones[-1].remove(element)
    beside[RECORDS] = sum(beside[depth] for depth in depths)


def as_declared(content: bytes) -> tuple[bytes, tuple[Reason, ...], undefined.Marked | None]:
    """XML that says it is UTF-8, or says nothing, and is not: read as what it is, and said so; and XML of which a few
    bytes are no character in its encoding, with these marked."""
    head = content[:200]
    if head.startswith(tuple(encoding.MARKS)) or b"\x00" in head:
        return content, (), None
    if not content.strip():
        raise ExtractError("the extract is empty: send a NIL manifest if there is nothing to send")
    said = "utf-8"
    if _DECLARATION.match(head) and b"encoding" in head.partition(b"?>")[0] and not _DECLARED.match(head):
        other = _OTHER.match(head)
        said = other[1].decode() if other else ""
        if not encoding.has_one_byte(said) or encoding.is_whole(content, said):
            return content, (), None
    text, notes, marked = encoding.utf8_or_marked(content, said)
    return (_DECLARATION.sub(b"", text, count=1) if notes or marked else text), notes, marked


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _collect(element: Element, path: str, fields: dict[str, list[str]], listed: Sequence[str]) -> None:
    for name, value in element.attrib.items():
        fields.setdefault(f"{path}@{_local(name)}", []).append(value)
    own = [element.text, *(child.tail for child in element)]
    if not path:
        if said := [text for text in own if text and text.strip()]:
            fields.setdefault(OWN_TEXT, []).append(" ".join(said))
    else:
        name = path.removesuffix("/")
        told = fields.setdefault(name, []) if len(element) == 0 else None
        if said := [text for text in own if text and text.strip()]:
            (fields.setdefault(name, []) if told is None else told).append(" ".join(said))
    names = Counter(_local(child.tag) for child in element) if listed else Counter()
    for child in element:
        name = _local(child.tag)
        if names[name] > 1 and (here := _below(f"{path}{name}", listed)):
            _one_of_several(child, f"{path}{name}/", fields, here, listed)
        else:
            _collect(child, f"{path}{name}/", fields, listed)


def _joined(texts: list[str], separator: str) -> str:
    return f"{separator} ".join(texts) if any(texts) else ""


def _below(path: str, listed: Sequence[str]) -> list[str]:
    """The columns of lists that an element at ``path`` or what is in it fills."""
    return [name for name in listed if name == path or name.startswith((f"{path}/", f"{path}@"))]


def _one_of_several(
    element: Element, path: str, fields: dict[str, list[str]], here: list[str], listed: Sequence[str]
) -> None:
    """Collect one of several elements of a name, each of which has its position in the lists ``here``."""
    own: dict[str, list[str]] = {}
    _collect(element, path, own, listed)
    for name in dict.fromkeys([*own, *here]):
        blank = [""] if name in here else []
        fields.setdefault(name, []).extend(own.get(name) or blank)
