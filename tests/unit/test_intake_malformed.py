"""Extracts as report writers, spreadsheets and hostile hands make them: read with a note, or refused with one line."""

import datetime as dt
import gzip
import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from reconcile.intake.checking import check
from reconcile.intake.read import furniture, limits, read
from reconcile.intake.read.rows import notes_of
from tests.unit.dialect import KENT, csv_bytes
from tests.unit.test_intake_readers import CSV, JSON, XLSX, XML, lower, notes, refusal, replace, rows, workbook

HEAD = "Ref,Surname,DOB,Status"
LINES = ["K1,Farrow,05/03/1971,Lost", "K2,Moss,06/03/1971,At home"]
EXTRACTS = Path(__file__).parent / "extracts"


def csv(*lines: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join(lines).encode(encoding)


def refs(content: bytes, layout=CSV) -> list[str | None]:
    return [row["Ref"] for row in rows(content, layout)]


@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_is_believed_whatever_was_declared(mark: str) -> None:
    content = csv(HEAD, "K1,Zoë,,Lost", encoding=mark)
    for declared in ("utf-8", "cp1252", "utf-16-be"):
        assert rows(content, replace(CSV, encoding=declared))[0]["Surname"] == "Zoë"
    assert notes(content, replace(CSV, encoding="cp1252")).keys() == {"encoding_as_declared"}


@pytest.mark.parametrize(
    ("declared", "actual"),
    [
        ("utf-8", "cp1252"),
        ("cp1252", "utf-8"),
        ("iso-8859-1", "utf-8"),
        ("utf-8", "utf-16-le"),
        ("cp1252", "utf-16-be"),
    ],
)
def test_an_encoding_that_is_not_the_declared_one_is_said(declared: str, actual: str) -> None:
    content = csv(HEAD, "K1,Zoë O’Neill,,Lost" if actual != "utf-16-be" else "K1,Zoë,,Lost", encoding=actual)
    assert str(rows(content, replace(CSV, encoding=declared))[0]["Surname"]).startswith("Zoë")
    assert notes(content, replace(CSV, encoding=declared)).keys() == {"encoding_as_declared"}
    assert notes(content, replace(CSV, encoding=actual)) == {}


UNDEFINED = [
    # declared  read as   lines below the heading                                             faulty  lines     column
    ("cp1252", "cp1252", (b"K1,O\x92Neill,,Lost", b"K2,M\x81ller,,Lost", b"K3,Zo\xeb,,Lost"), [2], "line 3", "Surname"),
    ("cp1252", "cp1252", (b'K1,"O\nNei\x81\x8dll",,Lost', b"K2,Moss,,Lost", b"K3,,,Lost"), [1], "line 3", "Surname"),
    (
        "cp1252",
        "cp1252",
        (b"K1,Moss,,Lost,", b"K2,Moss,,\x81", b"K\x903,Moss,,Lost"),
        [2, 3],
        "lines 3, 4",
        "Ref, Status",
    ),
    ("utf-8", "utf-8", (b"K1,Zo\xc3\xab,,Lost", b"K2,Zo\xc3,,Lost", b"K3,Moss,,Lost"), [2], "line 3", "Surname"),
    ("cp1252", "utf-8", (b"K1,Zo\xc3\xab,,Lost", b"K2,Zo\x81,,Lost", b"K3,Moss,,Lost"), [2], "line 3", "Surname"),
    ("utf-8", "cp1252", (b"K1,Zo\xeb,,Lost", b"K2,M\x81ller,,Lost", b"K3,Moss,,Lost"), [2], "line 3", "Surname"),
    ("ascii", "ascii", (b"K1,Moss,,Lost", b"K2,Zo\xeb,,Lost", b"K3,Moss,,Lost"), [2], "line 3", "Surname"),
]


@pytest.mark.parametrize(("declared", "actual", "lines", "faulty", "where", "columns"), UNDEFINED)
def test_a_byte_that_is_no_character_costs_its_row_alone(declared, actual, lines, faulty, where, columns) -> None:
    layout = replace(CSV, encoding=declared)
    content = b"\n".join((HEAD.encode(), *lines))
    found = rows(content, layout)
    assert [row["row_number"] for row in found if row["row_fault"] == "undefined_bytes"] == faulty
    assert len(found) == 3
    whole = [line.decode(actual) for place, line in enumerate(lines, 1) if place not in faulty]
    assert [f"{row['Ref']},{row['Surname']}" for row in found if row["row_fault"] is None] == [
        ",".join(line.split(",")[:2]) for line in whole
    ]
    (said,) = [told for rule, _count, told in notes_of(read(content, replace(KENT, format=layout))) if rule[0] == "u"]
    assert f"no character in {actual} stand on {where} of the file, in {columns};" in said


RECORD_BY_LINE = (
    b'{"Ref": "K1", "Surname": "Moss"}\n{"Ref": "K2", "Surname": "M\x81ller"}\n{"Ref": "K3", "Surname": "Lee"}\n'
)
RECORD_LIST = b'[{"Ref": "K1", "Surname": "Moss"},\n{"Ref": "K2", "Surname": "M\x81ller"},\n{"Ref": "K3"}]'
RECORD_XML = b"<all>\n<r><Ref>K1</Ref></r><r><Ref>K2</Ref>\n<Surname>M\x81ller</Surname></r><r><Ref>K3</Ref></r></all>"


def told_of_bytes(content: bytes, layout) -> str:
    found = notes_of(read(content, replace(KENT, format=layout)))
    return " ".join(told for rule, _count, told in found if rule == "undefined_bytes")


@pytest.mark.parametrize(
    ("content", "layout", "actual", "line"),
    [
        (RECORD_BY_LINE, replace(JSON, record="", encoding="cp1252"), "cp1252", "line 2"),
        (RECORD_BY_LINE.replace(b"M\x81", b"Zo\xc3\xab M\x81"), replace(JSON, record=""), "utf-8", "line 2"),
        (RECORD_LIST, replace(JSON, record="", encoding="cp1252"), "cp1252", "line 2"),
        (RECORD_XML.replace(b"M\x81", b"Zo\xc3\xab M\x81"), replace(XML, record="r"), "utf-8", "line 3"),
        (b'<?xml version="1.0" encoding="windows-1252"?>' + RECORD_XML, replace(XML, record="r"), "cp1252", "line 3"),
    ],
)
def test_in_json_and_xml_such_a_byte_costs_its_record_alone(content: bytes, layout, actual: str, line: str) -> None:
    found = rows(content, layout)
    assert [(row["Ref"], row["row_fault"]) for row in found] == [
        ("K1", None),
        ("K2", "undefined_bytes"),
        ("K3", None),
    ]
    assert f"Bytes that are no character in {actual} stand on {line} of the file, in Surname;" in told_of_bytes(
        content, layout
    )


@pytest.mark.parametrize(
    ("content", "layout", "says"),
    [
        (
            RECORD_LIST.replace(b"},\n", b"},\x90\n", 1),
            replace(JSON, record="", encoding="cp1252"),
            "lines 1, 2 of the file",
        ),
        (RECORD_XML.replace(b"<all", b"<a\x81ll"), replace(XML, record="r"), "lines 1, 3 of the file"),
        (
            RECORD_LIST.replace(b"Surname", b"Surn\x81me"),
            replace(JSON, record="", encoding="cp1252"),
            "a heading holds",
        ),
        (
            RECORD_BY_LINE.replace(b"M", b"\x81" * 1 + b"M\x81 " * 21),
            replace(JSON, record="", encoding="cp1252"),
            "not written",
        ),
    ],
)
def test_where_the_record_cannot_be_told_or_the_bytes_are_many_the_file_is_refused(content, layout, says: str) -> None:
    assert says in refusal(content, layout)


def test_a_line_of_json_that_such_a_byte_breaks_is_no_record() -> None:
    content, layout = (
        RECORD_BY_LINE.replace(b'"}\n', b'"}\x81\n').replace(b"\x81", b"", 1),
        replace(JSON, encoding="cp1252"),
    )
    assert [row["row_fault"] for row in rows(content, layout)] == [None, "no_record", "no_record"]
    assert "stand on lines 2, 3 of the file; a row" in told_of_bytes(content, layout)


def test_a_mark_is_never_a_character_of_the_file() -> None:
    # The first of the marks stands in a whole row, which is none the worse for it.
    content = "\n".join((HEAD, "K1,\ufdd0,,Lost", "K2,Zoë,,Lost")).encode() + b"\nK3,Zo\xc3,,Lost"
    found = rows(content, CSV)
    assert [(row["Surname"], row["row_fault"]) for row in found] == [
        ("\ufdd0", None),
        ("Zoë", None),
        ("Zo\ufffd", "undefined_bytes"),
    ]


def test_few_bytes_that_are_no_character_are_as_many_as_the_limit(monkeypatch) -> None:
    lower(monkeypatch, "undefined_bytes", 2)
    one, layout = b"\nK1,M\x81ller,,Lost", replace(CSV, encoding="cp1252")
    assert len(rows(HEAD.encode() + one * 2, layout)) == 2
    assert "not written in cp1252" in refusal(HEAD.encode() + one * 3, layout)
    assert "a heading holds a byte" in refusal(b"Ref,Surn\x81me,DOB,Status\nK1,Moss,,Lost", layout)


def test_such_a_row_is_quarantined_by_its_reference_and_the_others_are_accepted() -> None:
    content = csv_bytes({"Ref": "K1"}, {"Ref": "K2", "Surname": "M?ller", "DOB": "soon"}, {"Ref": "K3"})
    found = check(content.replace(b"?", b"\x81"), None, KENT, name="register_1.csv", today=dt.date(2018, 3, 1))
    assert (found.receipt.state, found.receipt.accepted, found.receipt.quarantined) == ("RECEIVED", 2, 1)
    assert found.quarantine.select(["row_number", "local_id", "rule"]).to_pylist() == [
        {"row_number": 2, "local_id": "K2", "rule": "bytes_in_encoding"}
    ]


def test_another_delimiter_is_found_by_the_headings_the_profile_names() -> None:
    content = csv(HEAD.replace(",", "\t"), *(line.replace(",", "\t") for line in LINES))
    assert refs(content) == ["K1", "K2"]
    assert notes(content, CSV).keys() == {"delimiter_as_declared"}


def test_titles_above_and_totals_below_are_no_rows() -> None:
    content = csv(
        "Kent Police: registered offenders",
        "",
        "Run on,01/03/2018",
        HEAD,
        *LINES,
        ",,,",
        "Total,2,,",
        "Page 1 of 1",
        "*** End of report ***",
    )
    assert refs(content) == ["K1", "K2"]
    assert notes(content, CSV) == {"lines_above_heading": 2, "blank_lines": 1, "lines_of_a_report": 3}


def test_headings_repeated_by_page_breaks_are_no_rows() -> None:
    assert refs(csv(HEAD, LINES[0], "Page 1", HEAD, LINES[1])) == ["K1", "K2"]
    assert notes(csv(HEAD, LINES[0], HEAD, LINES[1]), CSV) == {"heading_repeated": 1}


def test_a_rule_below_the_heading_is_no_row() -> None:
    assert refs(csv(HEAD, "----,-------,----------,------", *LINES, "(2 rows affected)")) == ["K1", "K2"]


def test_two_lines_of_headings_are_one_where_the_profile_names_what_they_make() -> None:
    content = csv("Ref,Name,,Address,,Status", ",Surname,Forename,House,Street,", "K1,Farrow,Iain,4,Elm Road,Lost")
    assert rows(content, CSV) == [
        {"Ref": "K1", "Surname": "Farrow", "Forename": "Iain", "House": "4", "Street": "Elm Road", "Status": "Lost"}
        | {"row_number": 1}
    ]


def test_two_lines_of_headings_that_the_profile_does_not_name_are_joined() -> None:
    content = csv("Ref,Surname,Court,,Status", ",,Date,Place,", "K1,Farrow,2001,Ayr,Lost")
    assert refs(content) == ["", "K1"]  # nothing below names a column of the profile: a row without a local id
    content = csv("Ref,Old,,Missing,Status", ",postcodes,Surname,from,", "K1,ME1 1AA,Farrow,2001,Lost")
    assert list(rows(content, CSV)[0]) == ["Ref", "Old postcodes", "Surname", "Missing from", "Status", "row_number"]


def test_rows_above_the_heading_are_never_passed_over() -> None:
    assert "above the heading" in refusal(csv(*LINES, HEAD, "K3,Hay,,Lost"), CSV)


def test_a_row_of_another_length_is_a_row_with_a_fault() -> None:
    content = csv(HEAD, LINES[0], "K2,Moss,06/03/1971", "K3,Hay,07/03/1971,Lost,Secretname", "K4,Orr,08/03/1971,Lost,,")
    found = rows(content, CSV)
    assert [(row["Ref"], row["row_fault"]) for row in found] == [
        ("K1", None),
        ("K2", "fields_lacking"),
        ("K3", "fields_extra"),
        ("K4", None),
    ]
    assert [row["row_number"] for row in found] == [1, 2, 3, 4]


def test_text_past_the_last_heading_makes_a_blank_line_a_row() -> None:
    found = rows(csv(HEAD, LINES[0], ",,,,Secretname", "Total,,,,1", ",,,,"), CSV)
    assert [row["row_fault"] for row in found] == [None, "fields_extra", "fields_extra"]


def test_what_is_no_row_of_a_report_is_a_row() -> None:
    for cells in (["Total", "Iain", "12"], ["K1", "", ""], ["End", "Peter", "", "1971"], ["Page", "Elaine"], ["", ""]):
        assert not furniture.is_furniture(cells), cells
    for cells in (["TOTAL:", "", "12"], ["End of Report"], ["Page 3 of 12"], ["--", "----"], ["12 rows selected."]):
        assert furniture.is_furniture(cells), cells


def test_an_open_quote_refuses_the_extract_however_short() -> None:
    assert "never ends" in refusal(csv(HEAD, 'K1,"Farrow,05/03/1971,Lost', *LINES), CSV)


def test_lines_and_columns_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "too long" in refusal(b"Ref,Status\n" + b"x" * 1_100_000, CSV)
    assert "too long" in refusal(b"Ref,Status\r" + b"x" * 1_100_000, CSV)
    assert "more than 1000 columns" in refusal(",".join(f"c{place}" for place in range(1_001)).encode() + b"\n1\n", CSV)
    assert "never ends" in refusal(b'Ref,Status\nK1,"' + b"x\n" * 140_000 + b'"\n', CSV)
    lower(monkeypatch, "rows", 100)
    assert "more than 100 lines" in refusal(b"a,b\n" + b"1,2\n" * 100, CSV)


def packed(content: bytes, name: str = "register.csv", kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", kind) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def several(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, csv(HEAD, *LINES))
    return out.getvalue()


def test_zip_and_gzip_around_any_format() -> None:
    xml = b"<x><Nominal><Ref>K1</Ref></Nominal></x>"
    lines = b'{"Ref": "K1"}\n{"Ref": "K2"}\n'
    for content, layout in ((csv(HEAD, *LINES), CSV), (xml, XML), (lines, JSON), (workbook(["Ref"], ["K1"]), XLSX)):
        plain = rows(content, layout)
        assert rows(packed(content), layout) == plain
        assert rows(gzip.compress(content), layout) == plain
    assert refs(gzip.compress(csv(HEAD, LINES[0], "")) + gzip.compress(csv(LINES[1]))) == ["K1", "K2"]
    assert refs(several("folder/", "folder/register.csv")) == ["K1", "K2"]


def test_archives_refused() -> None:
    good = packed(csv(HEAD, *LINES))
    bomb = b"Ref,Status\n" + b"0" * 50_000_000
    assert "grows past" in refusal(packed(bomb), CSV)
    assert "grows past" in refusal(gzip.compress(bomb), CSV)
    assert "another archive" in refusal(packed(good), CSV)
    assert "another archive" in refusal(gzip.compress(gzip.compress(b"a,b\n1,2\n")), CSV)
    assert "holds 2 files" in refusal(several("a.csv", "b.csv"), CSV)
    assert "holds 0 files" in refusal(several("a/"), CSV)
    assert "more than 100 entries" in refusal(several(*(f"{place}.csv" for place in range(101))), CSV)
    for name in (
        "../register.csv",
        "/etc/register.csv",
        "a/../../register.csv",
        "c:\\register.csv",
        "..\\register.csv",
    ):
        assert "leads out" in refusal(several(name), CSV), name
    assert "unusual" in refusal(packed(csv(HEAD, *LINES), kind=zipfile.ZIP_LZMA), CSV)
    assert "damaged" in refusal(good[:-30], CSV)
    place = good.index(b"register.csv") + 20
    assert "damaged" in refusal(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :], CSV)
    assert "ends too early" in refusal(gzip.compress(csv(HEAD, *LINES))[:-9], CSV)
    assert "damaged" in refusal(b"\x1f\x8b" + b"\x00" * 30, CSV)
    locked = bytearray(good)
    for place in (good.index(b"PK\x03\x04") + 6, good.index(b"PK\x01\x02") + 8):
        locked[place] |= 1
    assert "password" in refusal(bytes(locked), CSV)


def test_an_archive_that_lies_of_its_size_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    content = packed(b"Ref,Status\n" + bytes(range(32, 127)) * 40_000)
    lower(monkeypatch, "unpacked_bytes", 1 << 20)
    assert "grows past" in refusal(content, CSV)
    monkeypatch.setattr(
        zipfile.ZipInfo, "file_size", property(lambda self: 10, lambda self, value: None), raising=False
    )
    assert refusal(content, CSV)


def test_every_limit_has_a_unit_and_a_reason() -> None:
    import tomllib

    table = tomllib.loads((Path(limits.__file__).with_name("limits.toml")).read_text(encoding="utf-8"))
    assert all(entry["limit"] > 0 and entry["unit"] and entry["reason"] for entry in table.values())


def sheets(*named: tuple[str, list[list[object]], bool], **options) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "dd/mm/yyyy", **options}) as book:
        for name, lines, hidden in named:
            sheet = book.add_worksheet(name)
            for row, line in enumerate(lines):
                for column, value in enumerate(line):
                    sheet.write(row, column, value)
            if hidden:
                sheet.hide()
    return out.getvalue()


REGISTER = [["Ref", "Surname", "Status"], ["K1", "Farrow", "Lost"]]
MORE = [["Ref", "Surname", "Status"], ["K2", "Moss", "Lost"], ["K3", "Hay", "Lost"]]


def test_sheets_with_the_registers_columns_are_all_read_or_said_not_to_be() -> None:
    content = sheets(
        ("Notes", [["Read me first"]], False), ("A", REGISTER, False), ("B", MORE, False), ("Old", MORE, True)
    )
    assert refs(content, replace(XLSX, sheet="*")) == ["K1", "K2", "K3"]
    assert notes(content, replace(XLSX, sheet="*")) == {"sheets_read": 2}
    assert refs(content, replace(XLSX, sheet="A")) == ["K1"]
    assert refs(content, replace(XLSX, sheet="Old")) == ["K2", "K3"]
    assert notes(content, replace(XLSX, sheet="Old"))["sheet_visible"] == 0


def test_sheets_of_other_widths_are_read_together() -> None:
    wider = [["Ref", "Surname", "Status", None], ["K2", "Moss", "Lost", "a note in the margin"]]
    content = sheets(("A", REGISTER, False), ("B", wider, False))
    found = rows(content, replace(XLSX, sheet="*"))
    assert [(row["Ref"], row["column 4"]) for row in found] == [("K1", None), ("K2", "a note in the margin")]


def test_both_date_systems() -> None:
    lines = [["Ref", "Surname", "DOB"], ["K1", "Farrow", dt.date(1971, 3, 5)]]
    for options in ({}, {"date_1904": True}):
        assert rows(sheets(("Register", lines, False), **options), XLSX)[0]["DOB"] == "1971-03-05"
    for name in ("dates_1900.xls", "dates_1904.xls"):
        found = rows((EXTRACTS / name).read_bytes(), XLSX)
        assert [(row["Ref"], row["Surname"], row["DOB"]) for row in found] == [
            ("K1", "Farrow", "1971-03-05"),
            ("4711", "Ó Dálaigh", "Mar 1980"),
        ]


def test_a_workbook_with_merged_headings_titles_and_totals() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Register")
        sheet.merge_range("A1:E1", "Kent Police register")
        sheet.merge_range("A2:A3", "Ref")
        sheet.merge_range("B2:C2", "Name")
        sheet.merge_range("D2:D3", "DOB")
        sheet.merge_range("E2:E3", "Status")
        sheet.write_row(2, 1, ["Surname", "Forename"])
        sheet.write_row(3, 0, ["K1", "Farrow", "Iain", "05/03/1971", "Lost"])
        sheet.write_row(4, 0, ["Total", 1])
    assert rows(out.getvalue(), XLSX) == [
        {"Ref": "K1", "Surname": "Farrow", "Forename": "Iain", "DOB": "05/03/1971", "Status": "Lost", "row_number": 1}
    ]
    assert notes(out.getvalue(), XLSX) == {"lines_above_heading": 1, "lines_of_a_report": 1}


def test_formulas_are_read_by_their_value_and_said_where_they_have_none() -> None:
    assert rows(workbook(["Ref", "Surname"], ["K1", "=1+1"]), XLSX)[0]["Surname"] == "0"
    book = openpyxl.Workbook()
    book.active.title = "Register"
    book.active.append(["Ref", "Surname"])
    book.active.append(["K1", "=CONCATENATE(A1)"])
    out = io.BytesIO()
    book.save(out)
    assert rows(out.getvalue(), XLSX)[0]["Surname"] == ""
    assert notes(out.getvalue(), XLSX) == {"formulas_computed": 1}


def test_a_declared_size_is_not_believed_and_cells_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    content = workbook(["Ref", "Surname"], ["K1", "Farrow"])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            data = old.read(part)
            if "sheet" in part.filename and b"<dimension" in data:
                data = data.replace(b'<dimension ref="A1:B2"/>', b'<dimension ref="A1:XFD1048576"/>')
            new.writestr(part, data)
    assert refs(out.getvalue(), XLSX) == ["K1"]
    lower(monkeypatch, "cells", 3)
    assert "far from its rows" in refusal(content, XLSX)
    assert "far from its rows" in refusal((EXTRACTS / "dates_1900.xls").read_bytes(), XLSX)


def test_xml_that_is_not_in_the_encoding_it_says() -> None:
    content = '<?xml version="1.0" encoding="UTF-8"?><x><Nominal><Ref>K1</Ref><N>Zoë</N></Nominal></x>'.encode("cp1252")
    assert rows(content, XML)[0]["N"] == "Zoë"
    assert notes(content, XML).keys() == {"encoding_as_declared"}
    for encoding in ("utf-16", "iso-8859-1", "windows-1252"):
        text = f'<?xml version="1.0" encoding="{encoding}"?><x><Nominal><N>Zoë</N></Nominal></x>'
        assert rows(text.encode(encoding), XML)[0]["N"] == "Zoë"


def test_no_text_of_a_record_is_lost() -> None:
    content = b"<x><Nominal>loose<Name>An<b>ne</b>Lee</Name>end</Nominal></x>"
    assert rows(content, XML) == [{"text()": "loose end", "Name": "An Lee", "Name/b": "ne", "row_number": 1}]


def test_xml_with_too_many_elements_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    lower(monkeypatch, "cells", 5)
    assert "too many elements" in refusal(b"<x>" + b"<Nominal><a/></Nominal>" * 3 + b"</x>", XML)
    lower(monkeypatch, "tree_bytes", 10)
    assert "too large" in refusal(b"<x><Nominal/></x>", XML)


def test_json_lines_and_a_line_that_is_no_record() -> None:
    content = b'{"Ref": "K1"}\n{"Ref": "K2"}\n[1]\n\n{"Ref": "K3\n'
    assert [(row["Ref"], row["row_fault"]) for row in rows(content, JSON)] == [
        ("K1", None),
        ("K2", None),
        (None, "no_record"),
        (None, "no_record"),
    ]


def test_json_numbers_are_kept_figure_by_figure() -> None:
    content = b'{"nominals": [{"a": 12345678901234567890123, "b": 8.0, "c": 1.5, "d": true}]}'
    assert rows(content, JSON) == [{"a": "12345678901234567890123", "b": "8", "c": "1.5", "d": "true", "row_number": 1}]


def test_json_refused_for_its_size_or_depth(monkeypatch: pytest.MonkeyPatch) -> None:
    deep: dict = {"a": 1}
    for _ in range(60):
        deep = {"a": deep}
    assert "levels deep" in refusal(json.dumps({"nominals": [deep]}).encode(), JSON)
    assert "no valid JSON" in refusal(b'{"nominals": [{"a": NaN}]}', JSON)
    assert "same name" in refusal(b'{"nominals": [{"a": {"b": 1}, "a.b": 2}]}', JSON)
    lower(monkeypatch, "cells", 3)
    assert "too large" in refusal(b"[" * 10, JSON)


def test_an_xls_workbook_that_leads_round_in_circles_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = bytearray((EXTRACTS / "dates_1900.xls").read_bytes())
    table = 512 * (1 + int.from_bytes(content[76:80], "little"))
    for sector in range(9):
        content[table + 4 * sector : table + 4 * sector + 4] = (sector ^ 1).to_bytes(4, "little")
    lower(monkeypatch, "xls_bytes", 1 << 29)
    assert "no whole" in refusal(bytes(content), XLSX)


def test_an_xls_workbook_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    lower(monkeypatch, "xls_seconds", 0)
    assert "no whole" in refusal((EXTRACTS / "dates_1900.xls").read_bytes(), XLSX)
