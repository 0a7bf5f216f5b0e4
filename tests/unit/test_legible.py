"""A name field is told as far as it reads as a name, and what is left out leaves a mark."""

import csv
import tomllib
from collections.abc import Iterator
from importlib import resources
from itertools import chain, product
from typing import Any

import pyarrow.compute as pc
import pytest

from reconcile.demo.population import register
from reconcile.names.legible import MORE, legible


@pytest.mark.parametrize(
    "name",
    [
        "O'Neil",
        "O’Neil",
        "O' Neil",
        "St. John-Smythe",
        "J.R.",
        "Prof. Dr. Jan",
        "de la Cruz Ochoa",
        "Smith née Jones",
        "Smith (née Jones)",
        "Smith [formerly known as O'Neil]",
        "Ángel José",
        "李小龙",
        "राम कुमार",
        "محمد علی",
        "Maria\u00a0José",
        "See",
        "Record",
        "Thế Anh",
        "Nguyen Van The",
        "Nguyen The Anh",
        "Ton That Tung",
        "Tan See Leng",
        "Chan Ho Him",
        "She Li",
        "Phone Myint",
        "PETER WERE OTIENO",
        "Allah Dad",
        "Kouassi Aka",
        "Dau Van Nam",
        "Stephen Husband",
        "Smith (née Child)",
        "Thomas De'Ath",
        "Are Hansen",
        "Jan Cros",
        "Mary V Jones",
        "v Berg",
    ],
)
def test_a_name_is_told_as_it_was_written(name: str) -> None:
    assert legible(f" {name} ") == name.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("SMITH (see victim file JONES)", "SMITH …"),
        ("SMITH see victim file JONES", "SMITH …"),
        ("SMITH - victim JONES", "SMITH …"),
        ("SMITH, mother of JONES", "SMITH …"),
        ("SMITH; JONES", "SMITH …"),
        ("SMITH/JONES", "SMITH …"),
        ("SMITH\nJONES", "SMITH …"),
        ("SMITH. JONES was there", "SMITH. …"),
        ("SMITH.JONES.was.there", "…"),
        ("SMITH-victim-JONES", "…"),
        ("SMITH (nee victim JONES)", "SMITH …"),
        ("SMITH (née Jones) of Leeds", "SMITH (née Jones) …"),
        ("SMITH (Jones)", "SMITH …"),
        ("SMITH 2 High Street", "SMITH …"),
        ("victim JONES", "…"),
        ("SMITH one two three four", "SMITH one two three …"),
        ("参见受害者琼斯的档案以及证人", "…"),
        ("x" * 31, "…"),
        ("SMITH carer Jane Doe", "SMITH …"),
        ("SMITH CARERS JANE DOE", "SMITH …"),
        ("SMITH raped Jane Doe", "SMITH …"),
        ("SMITH indecent assault Jane Doe", "SMITH …"),
        ("SMITH dau Jane Doe", "SMITH …"),
        ("SMITH DAU JANE DOE", "SMITH …"),
        ("SMITH mothers Jane", "SMITH …"),
        ("SMITH mother’s friend Jane", "SMITH …"),
        ("SMITH Jane's dad", "SMITH …"),
        ("SMITH son Jane", "SMITH …"),
        ("SMITH see JONES", "SMITH …"),
        ("smith see jones", "smith …"),
        ("thế anh", "thế anh"),
        ("SMITH ex JONES", "SMITH …"),
        ("SMITH ex-wife JONES", "SMITH …"),
        ("SMITH v JONES", "SMITH …"),
        ("SMITH vs JONES", "SMITH …"),
        ("Smith aka Mary Jones", "Smith …"),
        ("SMITH AKA MARY JONES", "SMITH …"),
        ("Smith a.k.a. Mary Jones", "Smith …"),
        ("Smith (aka Mary Jones)", "Smith …"),
        ("Smith also known as Mary Jones", "Smith …"),
        ("SMITH FRIEND (JONES)", "SMITH …"),
        ("SMITH,", "SMITH"),
        ("-", ""),
        ("", ""),
    ],
)
def test_it_ends_where_a_note_begins(written: str, told: str) -> None:
    assert legible(written) == told
    assert MORE == "…"


def test_a_name_whose_parts_are_not_told_apart_may_have_more_words() -> None:
    assert legible("Maria Fernanda de la Cruz Ochoa", whole=True) == "Maria Fernanda de la Cruz Ochoa"
    assert legible("Maria Fernanda de la Cruz Ochoa") == "Maria Fernanda de la …"


def test_marks_of_the_direction_of_writing_are_no_signs() -> None:
    assert legible("\u200fمحمد\u200e علی") == "محمد علی"


def names_in(package: str, file: str) -> Iterator[str]:
    """Every name of a table of names."""
    text = resources.files(package).joinpath(file).read_text(encoding="utf-8")
    if file.endswith(".toml"):
        yield from texts_in(tomllib.loads(text))
        return
    for row in csv.DictReader(text.splitlines()):
        for column in {"name", "variants", "latin", "nickname", "english", "group"} & set(row):
            yield from row[column].replace(";", " ").replace("|", " ").split()


def texts_in(value: Any) -> Iterator[str]:
    """The texts of a table, each of its stems with each of its endings."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from chain.from_iterable(map(texts_in, value))
    elif isinstance(value, dict):
        yield from map("".join, product(value.get("stems", ()), value.get("endings", ())))
        for key, each in value.items():
            yield from () if key in ("stems", "endings") else texts_in(each)


TABLES = [
    *(("reconcile.names", file) for file in ("given_names.csv", "surnames.csv", "romanised.csv")),
    *(("reconcile.demo.tables", file) for file in ("given_names.toml", "surnames.toml", "anglicised.csv")),
    *(("reconcile.demo.tables", file) for file in ("nicknames.csv", "spellings.csv")),
]


@pytest.mark.parametrize(("package", "file"), TABLES)
def test_no_name_of_the_tables_is_cut(package: str, file: str) -> None:
    names = {each for name in names_in(package, file) for each in (name.title(), name.upper())}
    assert len(names) > 40
    for name in names:
        for told in (name, f"Quill {name}", f"{name} Quill", f"{name} Quill".upper()):
            assert legible(told) == told


def test_no_name_of_the_demonstration_is_cut() -> None:
    records, _truth = register(2000, 7)
    lists: Any = records["names"].combine_chunks()
    names = pc.list_flatten(lists).to_pylist()
    parts = [(name[part], part == "full") for name in names for part in ("given", "surname", "full") if name[part]]
    assert len(parts) > 4000
    assert [text for text, whole in parts if legible(text, whole=whole) != " ".join(text.split())] == []
