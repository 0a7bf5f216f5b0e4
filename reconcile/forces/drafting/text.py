"""The lines of a drafted profile.

Decides how a draft is laid out and marked. Invariant: every line a person has to look at bears one of two marks, and
the whole is valid TOML whatever a heading or word holds.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from reconcile.forces import Force, Format
from reconcile.forces.drafting.coded import Coded
from reconcile.forces.drafting.headings import IDENTIFIER
from reconcile.forces.profile import CODED, COLUMNS

CHECK: Final = "# CHECK:"
FILL_IN: Final = "# FILL IN:"


def quoted(word: str) -> str:
    """A text as a basic TOML string."""
    return json.dumps(word, ensure_ascii=False).replace("\x7f", "\\u007f")


def marked(line: str, mark: str, what: str) -> str:
    return f"{line}  {mark} {what}" if what else line


def opening(file_name: str, force: Force | None, slug: str) -> Iterator[str]:
    yield f"# Drafted from a sample, {' '.join(file_name.split())}. Two marks stand in it:"
    yield f"{CHECK} was guessed, look whether it is right."
    yield f"{FILL_IN} could not be guessed; the profile is refused while such a gap is in it."
    yield ""
    if force is not None:
        yield f"slug = {quoted(slug)}  # {force.name}: its name, codes and tile are those shipped"
        return
    for key in ("slug", "name", "short", "jurisdiction"):
        yield f'{key} = ""  {FILL_IN} the force; or draft again with --force, then it is not needed'
    yield 'ons_code = ""'
    yield 'home_office_code = ""'
    yield f"tile = []  {FILL_IN} [column, row] on the tile map"


def source(pattern: str) -> Iterator[str]:
    yield from ("", "[source]", f"pattern = {quoted(pattern)}", 'uri = ""')


def format_(said: Format, notes: Mapping[str, str]) -> Iterator[str]:
    keys = {"csv": ("encoding", "delimiter"), "xlsx": ("sheet",), "xml": ("record",), "json": ("encoding", "record")}
    yield from ("", "[format]")
    for key in ("kind", *keys[said.kind], "date_order", "list_separator"):
        yield marked(f"{key} = {quoted(getattr(said, key))}", CHECK, notes.get(key, ""))


def fields(found: Mapping[str, tuple[Sequence[str], str]], lacking: Sequence[str]) -> Iterator[str]:
    """The tables of columns and identifiers; ``found``: the columns of each field and what to check of them."""
    yield from ("", "[columns]")
    for field in sorted({*COLUMNS} & found.keys()):
        yield _field(field, *found[field])
    for field in lacking:
        yield f'{field} = ""  {FILL_IN} the column that holds it'
    yield from ("", "[identifiers]")
    for field in sorted(found):
        if field.startswith(IDENTIFIER):
            yield _field(field.removeprefix(IDENTIFIER), *found[field])


def _field(name: str, columns: Sequence[str], doubt: str) -> str:
    listed = quoted(columns[0]) if len(columns) == 1 else f"[{', '.join(map(quoted, columns))}]"
    return marked(f"{name} = {listed}", CHECK, doubt)


def unmapped(columns: Sequence[tuple[str, str]]) -> Iterator[str]:
    if columns:
        yield from ("", "# Columns of the sample that are not mapped; what is not mapped is not stored.")
        yield from (f"#   {quoted(heading)}: {seems}" for heading, seems in columns)


def never_taken(columns: Mapping[str, str]) -> Iterator[str]:
    if columns:
        yield from ("", "# Columns that are never stored, whatever a profile says: ask the force not to send them.")
        yield from (f"#   {quoted(heading)}: {called}" for heading, called in columns.items())


def words(column: str, found: Coded) -> Iterator[str]:
    if found.words or found.left_out:
        yield from ("", f"[values.{column}]")
    for word in found.words:
        line = f"{quoted(word.word)} = {quoted(word.meaning)}"
        if word.sure:
            yield line
        elif word.meaning:
            yield f"{line}  {CHECK} guessed from the word"
        else:
            allowed = sorted(CODED[column] or ())
            yield f"{line}  {FILL_IN} {'one of ' + ', '.join(allowed) if allowed else 'what it means'}"
    if found.left_out:
        yield f"{CHECK} {found.left_out} more values stand alone or are long and were left out: look for them"


def tokens(absent: Mapping[str, Sequence[str]]) -> Iterator[str]:
    yield from ("", "[tokens]")
    for kind in ("withheld", "unknown"):
        yield f"{kind} = [{', '.join(map(quoted, absent[kind]))}]"
