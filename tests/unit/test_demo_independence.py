"""What makes the demonstration's people shares nothing with what links them, and the pipeline never reads the truth.

A matcher that knew the tables its errors were drawn from would only recognise its own handwriting.
"""

import ast
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

import reconcile

PACKAGE = Path(reconcile.__file__).parent
MAKES, LINKS = ("demo",), ("names", "linkage")
WRITES_OR_ENTERS_TRUTH = {"demo", "cli"}
"""Rooms that may speak of the scenario's truth; `reconcile link --truth` measures against a column of its own files."""


def modules(room: str) -> list[Path]:
    found = sorted((PACKAGE / room).rglob("*.py"))
    assert found
    return found


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None
            yield from (f"{node.module}.{name.name}" for name in node.names)


def tables(*rooms: str) -> dict[str, Path]:
    kinds = (".csv", ".toml", ".tsv", ".json")
    return {
        hashlib.sha256(path.read_bytes()).hexdigest(): path
        for room in rooms
        for path in sorted((PACKAGE / room).rglob("*"))
        if path.suffix in kinds
    }


@pytest.mark.parametrize(("rooms", "others"), [(MAKES, LINKS), (LINKS, MAKES)])
def test_neither_imports_the_other(rooms: tuple[str, ...], others: tuple[str, ...]) -> None:
    barred = tuple(f"reconcile.{other}" for other in others)
    crossing = [
        (path.name, name)
        for room in rooms
        for path in modules(room)
        for name in imported(path)
        if name.startswith(barred)
    ]
    assert crossing == []


def test_histories_are_made_without_the_rules_they_are_judged_by() -> None:
    crossing = [name for path in modules("demo") for name in imported(path) if "reconcile.notification" in name]
    assert crossing == []


def test_no_table_is_the_same() -> None:
    made, linked = tables(*MAKES), tables(*LINKS)
    assert made
    assert linked
    assert not made.keys() & linked.keys()


def test_only_the_demonstration_knows_where_the_truth_lies() -> None:
    rooms = sorted(path.name for path in PACKAGE.iterdir() if path.is_dir() and (path / "__init__.py").is_file())
    sources = [path for room in rooms if room not in WRITES_OR_ENTERS_TRUTH for path in modules(room)]
    sources += sorted(PACKAGE.glob("*.py"))
    for path in sources:
        assert not any(name.startswith("reconcile.demo") for name in imported(path)), path.name
        folders = [
            node.value
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        assert not any(text == "truth" or text.startswith("truth/") for text in folders), path.name
