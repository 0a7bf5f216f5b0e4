"""Each format read in the dialects forces write it, and refused with one line where it cannot be read whole."""

import datetime as dt
import io
import json
import zipfile
from dataclasses import replace

import pytest
import xlsxwriter

from reconcile.errors import ExtractError
from reconcile.forces import Format
from reconcile.intake.read import limits, read
from reconcile.intake.read.rows import notes_of
from tests.unit.dialect import KENT

CSV = Format("csv", "utf-8", ",", "", "", "dmy", ";")
XLSX = Format("xlsx", "utf-8", "", "Register", "", "dmy", ";")
XML = Format("xml", "utf-8", "", "", "Nominal", "dmy", ";")
JSON = Format("json", "utf-8", "", "", "nominals", "dmy", ";")


def rows(content: bytes, layout: Format) -> list[dict[str, str | None]]:
    return read(content, replace(KENT, format=layout)).to_pylist()


def notes(content: bytes, layout: Format) -> dict[str, int]:
    return {rule: count for rule, count, _ in notes_of(read(content, replace(KENT, format=layout)))}


def lower(monkeypatch: pytest.MonkeyPatch, name: str, limit: int) -> None:
    monkeypatch.setitem(limits._table(), name, limit)


def refusal(content: bytes, layout: Format) -> str:
    with pytest.raises(ExtractError) as caught:
        rows(content, layout)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "iso-8859-1", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv(encoding: str, delimiter: str) -> None:
    lines = [["Ref", " Name "], ["007", "Zoë"], ["8", '"He said ""no"""'], ["9", '"two\r\nlines"'], ["10", '"a,;\t|b"']]
    content = "\r\n".join(delimiter.join(line) for line in lines).encode(encoding)
    assert rows(content, replace(CSV, encoding=encoding, delimiter=delimiter)) == [
        {"Ref": "007", "Name": "Zoë", "row_number": 1},
        {"Ref": "8", "Name": 'He said "no"', "row_number": 2},
        {"Ref": "9", "Name": "two\r\nlines", "row_number": 3},
        {"Ref": "10", "Name": "a,;\t|b", "row_number": 4},
    ]


def test_csv_cells_are_never_guessed_at() -> None:
    content = b"a,b,c,d\nNULL,NA,1e5,true\n"
    assert rows(content, CSV) == [{"a": "NULL", "b": "NA", "c": "1e5", "d": "true", "row_number": 1}]


def test_csv_of_more_than_one_block_keeps_every_row() -> None:
    content = b"a,b\n" + b"".join(b"%d,%s\n" % (number, b"x" * 90) for number in range(100_000))
    found = read(content, replace(KENT, format=CSV))
    assert found["a"].to_pylist() == [str(number) for number in range(100_000)]
    assert found["row_number"].to_pylist() == list(range(1, 100_001))


def test_csv_refused() -> None:
    assert "same heading" in refusal(b"a,b, A\n1,2,3\n", CSV)
    assert "Secretname" not in refusal(b"Secretname,Secretname\n1,2\n", CSV)
    assert "no rows" in refusal(b",,\n1,2,3\n", CSV)
    assert "no rows" in refusal(b"a,b\n", CSV)
    assert "empty" in refusal(b" \n", CSV)
    assert "never ends" in refusal(b'a,"b\n' + b"1,2\n" * 50_000, CSV)
    assert "not written in utf-8" in refusal("ref,name\n1,Zoë Ł\n".encode() * 30 + b"\xc5,Caf\xe9\n" * 15, CSV)
    assert "not written in utf-8" in refusal(b"ref,name\n1,\x81\x8d\n" + b"1,\x81\n" * 20, CSV)
    assert "not written in ascii" in refusal(b"ref,name\n" + b"1,\xe9\n" * 21, replace(CSV, encoding="ascii"))
    assert "nor whole in utf-16-le" in refusal("ab".encode("utf-16-le") + b"\x00", replace(CSV, encoding="utf-16"))


def workbook(*lines: list[object], sheet: str = "Register") -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
        book.add_worksheet("Notes").write(0, 0, "not this one")
        target = book.add_worksheet(sheet)
        for row, line in enumerate(lines):
            for column, value in enumerate(line):
                target.write(row, column, value)
    return out.getvalue()


def test_xlsx_types_are_read_as_a_person_would() -> None:
    lines = (
        [None, None],
        ["Ref", "Born", "Seen", "Stay", "Name", None],
        [4711, dt.date(1971, 3, 5), dt.datetime.fromisoformat("2018-03-01 09:30"), 18.5, "Zoë", None],
        [None, None, None, None, None, None],
        ["0042", "05/03/1971", None, 12.0, " ", None],
    )
    assert rows(workbook(*lines), XLSX) == [
        {
            "Ref": "4711",
            "Born": "1971-03-05",
            "Seen": "2018-03-01 09:30:00",
            "Stay": "18.5",
            "Name": "Zoë",
            "row_number": 1,
        },
        {"Ref": "0042", "Born": "05/03/1971", "Seen": "", "Stay": "12", "Name": " ", "row_number": 2},
    ]


def test_xlsx_refused() -> None:
    assert "no whole XLSX" in refusal(b"a,b\n1,2\n", XLSX)
    assert "no sheet 'Register'" in refusal(workbook(["a"], [1], sheet="Other"), XLSX)
    assert "empty" in refusal(workbook(), XLSX)


def test_a_workbook_that_would_fill_the_machine_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Register")
        sheet.write(0, 0, "Ref")
        sheet.write("XFD1048576", 1)
    assert "far from its rows" in refusal(out.getvalue(), XLSX)
    with zipfile.ZipFile(out, "a") as parts:
        for place in range(20):
            parts.writestr(f"xl/media/{place}.png", b"")
    lower(monkeypatch, "workbook_parts", 20)
    assert "too many parts" in refusal(out.getvalue(), XLSX)
    lower(monkeypatch, "workbook_bytes", 1 << 20)
    assert "too large" in refusal(workbook(["Ref"], *(["A" * 30_000 + str(number)] for number in range(60))), XLSX)


def test_xml_fields_attributes_repeats_and_namespaces() -> None:
    content = """<?xml version="1.0" encoding="iso-8859-1"?>
    <r:Register xmlns:r="urn:x"><r:Count>2</r:Count>
      <r:Nominal id="1"><r:Name>Zoë</r:Name><Alias>A</Alias><Alias>B</Alias><Home><Town>Hythe</Town></Home></r:Nominal>
      <r:Nominal id="2"><r:Name/></r:Nominal>
    </r:Register>""".encode("iso-8859-1")
    assert rows(content, XML) == [
        {"@id": "1", "Name": "Zoë", "Alias": "A; B", "Home/Town": "Hythe", "row_number": 1},
        {"@id": "2", "Name": "", "Alias": None, "Home/Town": None, "row_number": 2},
    ]


def test_what_stands_beside_the_records_is_counted_and_not_read() -> None:
    xml = (
        "<r><Nominal><Ref>K1</Ref></Nominal><Victim><Ref>V1</Ref></Victim><Victim/><Nominal><Ref>K2</Ref></Nominal></r>"
    )
    lists = {"nominals": [{"Ref": "K1"}], "others": [{"Ref": "K2"}, {"Ref": "K3"}], "made": "2018-03-01", "ids": ["a"]}
    for content, layout in ((xml.encode(), XML), (json.dumps(lists).encode(), JSON)):
        assert notes(content, layout) == {"records_beside": 2}
    assert notes(json.dumps({"nominals": [{"Ref": "K1"}], "made": "2018-03-01"}).encode(), JSON) == {}


def test_xml_refused() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x><Nominal><Name>&a;</Name></Nominal></x>'
    outside = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x><Nominal><Name>&a;</Name></Nominal></x>'
    assert "document type" in refusal(bomb, XML)
    assert "document type" in refusal(outside, XML)
    assert "well-formed" in refusal(b"<x><Nominal>", XML)
    assert "levels deep" in refusal(b"<x><Nominal>" + b"<a>" * 5_000 + b"</a>" * 5_000 + b"</Nominal></x>", XML)
    assert "empty" in refusal(b"  ", XML)
    assert "no <Nominal>" in refusal(b"<x><Person/></x>", XML)


def test_json_types_nesting_and_lists() -> None:
    content = {
        "nominals": [{"ref": 7, "name": "Zoë", "home": {"town": "Hythe"}, "aka": ["A", "B"]}, {"ref": 8.0, "aka": None}]
    }
    assert rows(json.dumps(content).encode(), JSON) == [
        {"ref": "7", "name": "Zoë", "home.town": "Hythe", "aka": "A; B", "row_number": 1},
        {"ref": "8", "name": None, "home.town": None, "aka": "", "row_number": 2},
    ]
    assert len(rows(b'[{"a": 1}]', replace(JSON, record=""))) == 1


def test_json_refused() -> None:
    assert "no valid JSON" in refusal(b'{"nominals": [', JSON)
    assert "under the key 'nominals'" in refusal(b'{"people": [{"a": 1}]}', JSON)
    assert "halves of characters" in refusal(b'{"nominals": [{"a": "\\ud800"}]}', JSON)
    assert "halves of characters" in refusal(b'{"nominals": [{"\\ud800": "a"}]}', JSON)
    assert "records and texts mixed" in refusal(b'{"nominals": [{"aka": [{"Secretname": 1}, "x"]}]}', JSON)
    assert "records and texts mixed" in refusal(b'{"nominals": [{"aka": [{"Secretname": [1]}]}]}', JSON)
    assert "same key twice" in refusal(b'{"nominals": [{"a": 1, "a": 2}]}', JSON)
    assert "empty" in refusal(b'{"nominals": []}', JSON)
    assert "no heading" in refusal(b'{"nominals": [{"": 1}]}', JSON)
    assert "no valid JSON" in refusal(b"[" * 100_000, JSON)
