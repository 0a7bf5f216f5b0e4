"""The TOML map from source columns to canonical fields.

Decides which columns of a table of people mean what. Invariant: only what the map names is read; a map that names
an unknown field is refused rather than half understood.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final

from reconcile.errors import LinkInputError

FIELDS: Final = (
    "record_id",
    "given_names",
    "surname",
    "full_name",
    "aliases",
    "birth_date",
    "sex",
    "postcode",
    "town",
    "address",
    "place_of_birth",
    "conviction_date",
    "conviction_court",
    "force",
)


@dataclass(frozen=True)
class ColumnMap:
    """Canonical field, identifier scheme or attribute = source columns, joined with a space."""

    fields: Mapping[str, tuple[str, ...]]
    identifiers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    FILE: ClassVar[str] = "\x00file"

    @property
    def sources(self) -> tuple[str, ...]:
        named = [*self.fields.values(), *self.identifiers.values(), *self.attributes.values()]
        return tuple(dict.fromkeys(column for columns in named for column in columns))


def read_map(path: Path) -> ColumnMap:
    """Read a column map.

    Raises:
        LinkInputError: it is missing, no TOML, names an unknown field, or has no ``record_id``.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise LinkInputError(f"the column map {path} cannot be read: give the path of a TOML file") from error
    except UnicodeDecodeError as error:
        raise LinkInputError(f"the column map {path} is not written in UTF-8: save it so") from error
    except tomllib.TOMLDecodeError as error:
        raise LinkInputError(f"the column map {path} is not valid TOML ({error}): mend that line") from error
    tables = {name: content.pop(name, {}) for name in ("identifiers", "attributes")}
    if unknown := sorted(content.keys() - set(FIELDS)):
        raise LinkInputError(
            f"the column map {path} has unknown fields {', '.join(unknown)}: known are {', '.join(FIELDS)}, "
            "and the tables identifiers and attributes"
        )
    if "record_id" not in content:
        raise LinkInputError(f"the column map {path} has no record_id: name the column that tells records apart")
    return ColumnMap(
        _columns(content, path), _columns(tables["identifiers"], path), _columns(tables["attributes"], path)
    )


def _columns(content: Mapping[str, Any], path: Path) -> dict[str, tuple[str, ...]]:
    result = {}
    for name, value in content.items():
        columns = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else ()
        if not columns or not all(isinstance(column, str) for column in columns):
            raise LinkInputError(f"{name} in the column map {path} must be a column name or a list of column names")
        result[name] = columns
    return result
