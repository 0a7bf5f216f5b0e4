"""What a force wrote where the record says it otherwise: codes, lengths, identifiers, postcodes.

Decides which cells are listed. Invariant: with it, the names, dates, places and absent fields of a record, every cell
of an accepted row is in the record as the force wrote it; what reads the same is not written twice.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconcile import schema
from reconcile.forces import Profile
from reconcile.forces.profile import CODED
from reconcile.intake import people
from reconcile.intake.columns import IDENTIFIER
from reconcile.intake.distinct import whole
from reconcile.intake.words import recognised
from reconcile.nested import Part, struct

_compute: Any = pc
MONTHS: Final = "sentence_months"
NOTHING: Final = Part(np.zeros(0, np.int64), pa.array([], schema.SENT))


def as_sent(rows: Any, made: Mapping[str, Any], profile: Profile) -> list[Part]:
    """The texts of the cells that read otherwise in ``made``, the record's columns so far, by field."""
    everyone = np.arange(rows.num_rows)
    found = [_coded(field, rows[field], profile) for field in sorted(CODED.keys() - {"status"})]
    found.append(_part(MONTHS, everyone, rows[MONTHS], made[MONTHS]))
    found += _identifiers(rows, made["identifiers"])
    found += _postcodes(rows, made["addresses"], profile)
    return [part for part in found if len(part.owners)]


def _coded(field: str, texts: Any, profile: Profile) -> Part:
    """As ``_part``, of a coded field, each text compared once; a status has its text in ``status_text``."""
    if texts.null_count == len(texts):
        return NOTHING
    encoded = whole(texts).dictionary_encode()
    differs = _otherwise(encoded.dictionary, recognised(field, encoded.dictionary, profile))
    codes = np.asarray(_compute.fill_null(encoded.indices, len(differs)))
    owners = np.flatnonzero(np.append(np.asarray(differs), False)[codes])
    values = struct(schema.SENT, len(differs), field=field, text=encoded.dictionary)
    return Part(owners, values, codes[owners])


def _otherwise(texts: Any, values: Any) -> Any:
    return _compute.fill_null(_compute.not_equal(texts, values.cast(pa.string())), True)


def _part(field: str, owners: Any, texts: Any, values: Any) -> Part:
    """The texts that are there and not what the values say."""
    texts, values = whole(texts), whole(values)
    if texts.null_count == len(texts):
        return NOTHING
    chosen = _compute.and_(_otherwise(texts, values), _compute.is_valid(texts))
    if not _compute.all(chosen).as_py():
        owners, texts = owners[np.asarray(chosen)], texts.filter(chosen)
    return Part(owners, struct(schema.SENT, len(texts), field=field, text=texts))


def _identifiers(rows: Any, listed: Any) -> Iterator[Part]:
    owners, items = np.asarray(_compute.list_parent_indices(listed)), _compute.list_flatten(listed)
    for name in sorted(name for name in rows.column_names if name.startswith(IDENTIFIER)):
        scheme = name.removeprefix(IDENTIFIER)
        chosen = _compute.equal(items.field("scheme"), scheme)
        mine = owners[np.asarray(chosen)]
        yield _part(scheme, mine, whole(rows[name]).take(pa.array(mine)), items.field("value").filter(chosen))


def _postcodes(rows: Any, listed: Any, profile: Profile) -> Iterator[Part]:
    owners, items = np.asarray(_compute.list_parent_indices(listed)), _compute.list_flatten(listed)
    current = _compute.equal(items.field("kind"), "current")
    mine = owners[np.asarray(current)]
    yield _part("postcode", mine, whole(rows["postcode"]).take(pa.array(mine)), items.field("postcode").filter(current))
    earlier = items.field("postcode").filter(_compute.invert(current))
    whose, texts = people.elements(rows, "previous_postcodes", profile)
    yield _part("previous_postcodes", whose, texts, earlier)
