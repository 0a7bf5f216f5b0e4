"""What a link rests on, in sentences and bits: the evidence a person reads and a decision is bound to.

Decides LINKS.evidence and LINKS.evidence_hash. Invariant: the bits of the evidence add up to the link's weight;
the hash covers compared values and levels only, so that neither retraining nor row order changes it.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reconcile import schema
from reconcile.linkage import names_compared as nc
from reconcile.linkage import table
from reconcile.linkage.comparison import Compared
from reconcile.linkage.display import Values
from reconcile.linkage.scoring import Scores
from reconcile.names.compare import GIVEN, SURNAME


@cache
def _sentences() -> Mapping[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("sentences.toml").read_text(encoding="utf-8"))


@cache
def own_words(feature: str) -> frozenset[str]:
    """The words, small, that a sentence of the evidence on ``feature`` may have of its own, whatever the values."""
    return frozenset(re.findall(r"\w+", " ".join(_texts(_sentences()[feature])).casefold()))


def _texts(table: Mapping[str, Any]) -> Iterator[str]:
    for text in table.values():
        if isinstance(text, str):
            yield re.sub(r"\{\w+\}", " ", text)
        else:
            yield from _texts(text)


def explain(records: Values, pairs: Compared, scores: Scores, rows: NDArray[np.int64]) -> tuple[Any, list[str]]:
    """The evidence lists (EVIDENCE) and hashes of the chosen pairs, in the order of ``rows``."""
    names = sorted(pairs.levels, key=lambda name: (_order(name), name))
    columns = {name: (pairs.levels[name][rows].tolist(), scores.bits[name][rows].tolist()) for name in names}
    household = scores.household[rows].tolist()
    tellers = {name: _teller(name) for name in names}
    others = _sentences()["other"]
    bars: list[tuple[str, str, float, str]] = []
    ends, hashes = [0], []
    for place, row in enumerate(rows.tolist()):
        compared: list[list[str]] = []
        unknown = 0.0
        for name in names:
            level, bits = columns[name][0][place], columns[name][1][place]
            label, left, right, sentence = tellers[name](records, pairs, row, level)
            if sentence:
                bars.append((name, label, bits, sentence))
                compared.append([name, label, _plain(left), _plain(right)])
            else:
                unknown += bits
        bars.append(("household", "", household[place], others["household"]))
        bars.append(("not_known", "", unknown, others["not_known"]))
        bars.append(("prior", "", scores.prior, others["prior"]))
        ends.append(len(bars))
        hashes.append(hashlib.sha256(json.dumps(compared, ensure_ascii=False).encode()).hexdigest())
    return _lists(bars, ends), hashes


def _plain(text: str) -> str:
    """A value without what may change between two extracts and means nothing: case and spaces."""
    return " ".join(text.casefold().split())


def _lists(bars: list[tuple[str, str, float, str]], ends: list[int]) -> Any:
    columns = list(zip(*bars, strict=True)) or [(), (), (), ()]
    fields = list(schema.EVIDENCE)
    items = pa.StructArray.from_arrays(
        [pa.array(column, item.type) for column, item in zip(columns, fields, strict=True)], fields=fields
    )
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), items)


def _order(name: str) -> int:
    order = ("name", "middle", "birth_date", "sex", "identifier", "place", "conviction_date", "court", "place_of_birth")
    return order.index(name) if name in order else len(order)


Teller = Callable[[Values, Compared, int, int], tuple[str, str, str, str]]


def _teller(name: str) -> Teller:
    special: dict[str, Teller] = {"name": _name, "place": _place, "identifier": _identifier}
    if name in special:
        return special[name]
    kind = name.split(":", maxsplit=1)[0]
    levels, texts = table.feature(name).levels, _sentences()[kind]

    def tell(records: Values, pairs: Compared, row: int, level: int) -> tuple[str, str, str, str]:
        text = texts.get(levels[level], "")
        if not text:
            return levels[level], "", "", ""
        left, right = records.value(name, int(pairs.left[row])), records.value(name, int(pairs.right[row]))
        said = text.format(left=left, right=right, what=name.rsplit(":", maxsplit=1)[-1].replace("_", " "))
        return levels[level], left, right, said

    return tell


def _name(records: Values, pairs: Compared, row: int, level: int) -> tuple[str, str, str, str]:
    a, b = pairs.names.entries[row].tolist()
    (given_a, surname_a), (given_b, surname_b) = records.name(a), records.name(b)
    left, right = f"{given_a} {surname_a}".strip(), f"{given_b} {surname_b}".strip()
    texts = _sentences()["name"]
    if level >= nc.CELLS:
        label = table.feature("name").levels[level]
        return label, left, right, _other_name(records, label, (a, b)) or texts[label].format(left=left, right=right)
    given, surname = GIVEN[level // len(SURNAME)], SURNAME[level % len(SURNAME)]
    label = f"{given}/{surname}"
    if given == surname == "missing":
        return label, "", "", ""
    if label == "exact/exact" and left != right:
        return label, left, right, texts["written"].format(left=left, right=right)
    if label in texts:
        return label, left, right, texts[label].format(left=left, right=right)
    said = " ".join(
        text
        for text in (
            texts["given"][given].format(left=given_a, right=given_b),
            texts["surname"][surname].format(left=surname_a, right=surname_b),
        )
        if text
    )
    return label, left, right, said


def _other_name(records: Values, label: str, entries: tuple[int, int]) -> str:
    """The sentence of a pair that agrees through a name that is not current; empty where both are."""
    texts = _sentences()["name"]
    if label not in ("alias", "alias_close"):
        return ""
    for entry, other in (entries, entries[::-1]):
        now = records.current(entry)
        if entry == now or other != records.current(other):
            continue
        (given, surname), (given_now, surname_now) = records.name(entry), records.name(now)
        kind = records.kind_of(entry)
        values = {
            "name": f"{given} {surname}".strip(),
            "now": f"{given_now} {surname_now}".strip(),
            "other": " ".join(records.name(other)).strip(),
            "surname": surname,
            "surname_now": surname_now,
        }
        if label == "alias" and kind in _CHANGED and given.casefold().split()[:1] == given_now.casefold().split()[:1]:
            return str(texts["changed"].format(**values))
        return str(texts["also"].format(**values, kind=texts["kind"].get(kind, "another name")))
    return ""


_CHANGED = ("maiden", "previous")
"""Kinds of names borne before the current one; of a deed poll's or an intended name that is not known."""


def _place(records: Values, pairs: Compared, row: int, level: int) -> tuple[str, str, str, str]:
    label = table.feature("place").levels[level]
    texts = _sentences()["place"]
    left, right = int(pairs.left[row]), int(pairs.right[row])
    said, values = [], ([], [])  # type: tuple[list[str], tuple[list[str], list[str]]]
    for part, relation in zip(("postcode", "town", "address"), label.split("/"), strict=True):
        text = texts[part].get(relation, "")
        one, other = records.value(part, left), records.value(part, right)
        if part == "postcode" and relation == "previous":
            one = other = records.postcode(int(pairs.postcode[row]))
        if text:
            said.append(text.format(left=one, right=other))
        if relation != "missing":
            values[0].append(one)
            values[1].append(other)
    return label, "; ".join(values[0]), "; ".join(values[1]), " ".join(said)


def _identifier(records: Values, pairs: Compared, row: int, level: int) -> tuple[str, str, str, str]:
    label = table.feature("identifier").levels[level]
    text = _sentences()["identifier"].get(label, "")
    if not text:
        return label, "", "", ""
    left, right, shared = records.identifiers(int(pairs.left[row]), int(pairs.right[row]))
    return label, left, right, text.format(left=left, right=right, shared=shared)
