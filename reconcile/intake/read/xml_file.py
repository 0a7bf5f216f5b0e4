"""XML with one element a record, its fields child elements or attributes.

Decides the names of nested fields ("Address/Town", "Name/@type") and drops namespaces. Invariant: no entity, no
external reference and no document type is ever followed.
"""

import io
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from reconcile.errors import ExtractError
from reconcile.forces import Format
from reconcile.intake.read import rows


def read(content: bytes, layout: Format) -> Any:
    """See ``reconcile.intake.read.read``. A field that stands several times is joined with the list separator."""
    records: list[dict[str, str]] = []
    try:
        for _event, element in iterparse(io.BytesIO(content), events=("end",), forbid_dtd=True):
            if _local(element.tag) == layout.record:
                fields: dict[str, list[str]] = {}
                _collect(element, "", fields)
                records.append({name: f"{layout.list_separator} ".join(texts) for name, texts in fields.items()})
                element.clear()
    except DefusedXmlException:
        raise ExtractError("the XML declares a document type or entities: send it without") from None
    except (ParseError, UnicodeError, ValueError, LookupError, RecursionError):
        raise ExtractError("the extract is no well-formed XML: check that the file is whole") from None
    if not records:
        raise ExtractError(f"the XML has no <{layout.record}> element: check its profile, or send a NIL manifest")
    return rows.from_records(records)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _collect(element: Element, path: str, fields: dict[str, list[str]]) -> None:
    for name, value in element.attrib.items():
        fields.setdefault(f"{path}@{_local(name)}", []).append(value)
    for child in element:
        name = path + _local(child.tag)
        if len(child) == 0:
            said = fields.setdefault(name, [])
            if child.text and child.text.strip():
                said.append(child.text)
        _collect(child, f"{name}/", fields)
