"""What a receipt calls a file: never what its force did, as that may be a person's name."""

import pytest

from reconcile.intake.receipt import Receipt, neutral_name

SHA = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("sent_as", "called"),
    [
        ("register_2018.csv", "kent-0123456789ab.csv"),
        ("Quillfeather, Zebedee.XLSX", "kent-0123456789ab.xlsx"),
        ("register.quillfeather", "kent-0123456789ab"),
        ("Quillfeather", "kent-0123456789ab"),
        ("kent-0123456789ab.csv", "kent-0123456789ab.csv"),
        ("", ""),
    ],
)
def test_of_the_name_of_a_file_its_kind_alone_is_kept(sent_as: str, called: str) -> None:
    assert neutral_name("kent", SHA, sent_as) == called


def test_a_file_without_bytes_is_called_by_its_force() -> None:
    assert neutral_name("kent", "", "too large.csv") == "kent.csv"


def test_a_receipt_written_with_the_forces_own_name_is_read_without_it() -> None:
    written = Receipt("kent", "NIL", sha256=SHA).to_json() | {"file_name": "Quillfeather.json"}
    assert Receipt.from_json(written).file_name == "kent-0123456789ab.json"
