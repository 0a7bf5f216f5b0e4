"""A name field is told as far as it reads as a name, and what is left out leaves a mark."""

import pytest

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
        "Smith aka Jones",
        "Smith (née Jones)",
        "Smith [formerly known as O'Neil]",
        "Ángel José",
        "李小龙",
        "राम कुमार",
        "محمد علی",
        "Maria\u00a0José",
        "See",
        "Record",
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
