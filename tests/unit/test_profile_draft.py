"""A profile drafted from a sample: what is recognised, what is marked, and that no person's data is in it."""

import datetime as dt
import gzip
import io
import json
import re
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import xlsxwriter

from reconcile.demo import population
from reconcile.demo.extracts import of_force, write_extract
from reconcile.errors import ExtractError, ProfileError
from reconcile.forces import Profile, forces, profile
from reconcile.forces.drafting import Draft, draft
from reconcile.forces.drafting.headings import IDENTIFIER, meanings
from reconcile.forces.drafting.tables import known_words
from reconcile.forces.profile import CODED
from reconcile.forces.register import load
from reconcile.intake.read import read
from reconcile.notification.rules import disposals
from reconcile.values import identifiers

pytestmark = pytest.mark.slow

DAY = dt.date(2018, 3, 1)
MARKS = re.compile(r'^(.+?) = (""|\[\])  # FILL IN: (.*)$', re.MULTILINE)


def filled_in(text: str) -> str:
    """The draft once a person has filled its gaps, with anything that may stand there."""

    def answer(gap: re.Match[str]) -> str:
        allowed = re.match(r"one of ([\w-]+)", gap[3])
        return f'{gap[1]} = "{allowed[1] if allowed else "X Column"}"'

    return MARKS.sub(answer, text)


def loaded(text: str, slug: str, folder: Path) -> Profile:
    (folder / "profiles").mkdir(exist_ok=True)
    (folder / "profiles" / f"{slug}.toml").write_text(filled_in(text), encoding="utf-8")
    return profile(slug, folder / "profiles")


def csv(*lines: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join(lines).encode(encoding)


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Draft, Any]]:
    """The drafts from the extracts of 45 synthetic forces, with what a reader gives of each."""
    people, _truth = population.register(900, 7)
    people = people.set_column(3, "as_of", pa.array([DAY] * people.num_rows, pa.date32()))
    found = {}
    for force in forces():
        mine = of_force(people, force.slug)
        if not mine.num_rows:
            continue
        folder = tmp_path_factory.mktemp(force.slug)
        write_extract(folder, force.slug, DAY, mine)
        path = next(path for path in folder.iterdir() if not path.name.endswith(".manifest.json"))
        found[force.slug] = (
            draft(path.name, path.read_bytes(), force.slug),
            read(path.read_bytes(), profile(force.slug)),
        )
    assert len(found) > 40
    return found


def test_a_draft_maps_nearly_all_columns_as_the_hand_written_profile_does(drafted: dict) -> None:
    same, other = 0, []
    for slug, (found, rows) in drafted.items():
        sent = {name.casefold() for name in rows.column_names}
        hand = profile(slug)
        fields = {**hand.columns, **{IDENTIFIER + scheme: (name,) for scheme, name in hand.identifiers.items()}}
        for field, columns in fields.items():
            wanted = [name.casefold() for name in columns if name.casefold() in sent]
            got = [name.casefold() for name in found.columns.get(field, ())]
            same += wanted == got
            other += [(slug, field, got)] if wanted != got else []
    assert same / (same + len(other)) > 0.98, other


def test_a_draft_loads_once_it_is_filled_in_and_names_a_gap_before(drafted: dict, tmp_path: Path) -> None:
    gaps = 0
    for slug, (found, _rows) in drafted.items():
        said = loaded(found.text, slug, tmp_path)
        assert (said.format.kind, said.format.delimiter) == (profile(slug).format.kind, profile(slug).format.delimiter)
        gaps += found.to_fill_in
        assert len(MARKS.findall(found.text)) == found.to_fill_in
        if found.to_fill_in:
            (tmp_path / "profiles" / f"{slug}.toml").write_text(found.text, encoding="utf-8")
            with pytest.raises(ProfileError, match="is missing"):
                profile(slug, tmp_path / "profiles")
            (tmp_path / "profiles" / f"{slug}.toml").unlink()
    assert gaps


def test_what_a_draft_says_of_coded_words_is_right_or_marked(drafted: dict) -> None:
    said = 0
    for slug, (found, _rows) in drafted.items():
        for column, words in tomllib.loads(found.text).get("values", {}).items():
            hand = profile(slug).values.get(column, {})
            for word, meaning in words.items():
                said += 1
                assert meaning in ("", hand[word.casefold()]), (slug, column, word)
    assert said > 400


def test_no_cell_of_a_person_is_in_a_draft(drafted: dict) -> None:
    """Names, addresses, dates, numbers and the like: every column but the coded ones."""
    for slug, (found, rows) in drafted.items():
        hand = profile(slug)
        said = found.text.partition("[source]")[2]
        strings = set(re.findall(r'"((?:[^"\\]|\\.)*)"', said))
        coded = {name for column in CODED for name in hand.columns.get(column, ())}
        absent = hand.withheld | hand.unknown
        for heading in set(rows.column_names) - coded - {"row_number"}:
            cells = {cell.strip() for cell in rows[heading].to_pylist() if cell and len(cell.strip()) > 2}
            cells = {cell for cell in cells if cell.casefold() not in absent}
            assert not cells & strings - {heading}, (slug, heading)
            assert not [cell for cell in cells if len(cell) > 9 and cell in said], (slug, heading)


SURE = csv(
    "Ref,Full Name,DOB,Gender,Status,Missing Since,PNC",
    "A1,Iain Farrow,05/03/1971,Male,Active,,81/34U",
    "A2,Rhys Pugh,25/12/1980,Male,Missing,01/02/2018,02/73319Z",
    "A3,Ana Silva,09/11/1990,Female,Active,,00/223R",
    "A4,Tom Reed,03/04/1965,Male,Missing,30/01/2018,79/163001B",
)


def test_a_draft_of_a_plain_sample(tmp_path: Path) -> None:
    found = draft("kent_2018-03-01.csv", SURE, "kent")
    said = loaded(found.text, "kent", tmp_path)
    assert said.source.pattern == "kent_????-??-??.csv"
    assert (said.format.date_order, said.format.delimiter) == ("dmy", ",")
    assert said.columns["local_id"] == ("Ref",)
    assert said.identifiers == {"pnc": "PNC"}
    assert said.values["status"] == {"active": "located", "missing": "whereabouts_unknown"}
    assert found.to_fill_in == 0
    assert "plain letters only" in found.text


def test_columns_no_heading_tells_are_told_by_their_content() -> None:
    _header, *rows = SURE.decode().split("\r\n")
    found = draft("x.csv", csv("One,Two,Three,Four,Five,Six,Seven", *rows), "kent")
    assert found.columns[IDENTIFIER + "pnc"] == ("Seven",)
    assert found.columns["sex"] == ("Four",)
    assert found.columns["birth_date"] == ("Three",)
    assert found.columns["local_id"] == ("One",)
    for line in ('sex = "Four"', 'birth_date = "Three"', 'local_id = "One"'):
        assert f"{line}  # CHECK: told by its content alone" in found.text
    assert 'status = ""  # FILL IN: the column that holds it' in found.text
    assert '#   "Six": dates' in found.text


def test_check_letters_overrule_a_heading() -> None:
    found = draft("x.csv", SURE.replace(b"PNC", b"CRO No").replace(b"Ref,", b"PNC,"), "kent")
    assert found.columns[IDENTIFIER + "pnc"] == ("CRO No",)
    assert "few of its check letters fit" not in found.text
    unfit = draft("x.csv", re.sub(rb"(?<=\d)[A-Z]", b"Q", SURE), "kent")
    assert 'pnc = "PNC"  # CHECK: few of its check letters fit' in unfit.text


@pytest.mark.parametrize(
    ("days", "order", "mark"),
    [
        (["05/03/1971", "06/12/1980", "09/11/1990", "03/04/1965"], "dmy", "every value also reads as mdy"),
        (["05/23/1971", "06/12/1980", "09/11/1990", "03/04/1965"], "mdy", ""),
        (["25/03/1971", "06/22/1980", "09/11/1990", "03/04/1965", "22/04/1965"], "dmy", "17% of its values do not"),
        (["1971-03-05", "1980-12-06", "1990-11-09", "19650403"], "ymd", ""),
        (["5-Mar-71", "6-Dec-80", "9-Nov-90", "3-Apr-65"], "dmy", ""),
    ],
)
def test_the_order_of_dates_and_what_speaks_against_it(days: list[str], order: str, mark: str) -> None:
    lines = [f"A{place},Farrow,{day}" for place, day in enumerate([*days, days[-1]])]
    found = draft("x.csv", csv("Ref,Name,DOB", *lines), "kent").text
    assert f'date_order = "{order}"' in found
    [line] = [line for line in found.splitlines() if line.startswith("birth_date")]
    assert (mark in line) if mark else "CHECK" not in line


def test_free_text_in_a_coded_column_stays_in_the_sample() -> None:
    lines = [f"A{number},Farrow,{'At large' if number % 2 else 'Blue'}" for number in range(8)]
    lines.append("A9,Pugh,gone to his sister Ceri Pugh in Leeds")
    found = draft("x.csv", csv("Ref,Name,Status", *lines), "kent").text
    assert '"At large" = "wanted"  # CHECK: guessed from the word' in found
    assert '"Blue" = ""  # FILL IN: one of abroad_known' in found
    assert "1 more values stand alone" in found
    assert "Ceri" not in found
    lines = [f"A{number},Farrow,note {number // 2} on him" for number in range(100)]
    found = draft("x.csv", csv("Ref,Name,Status", *lines), "kent").text
    assert "note 1" not in found
    assert "50 more values" in found


def test_the_words_and_the_sign_of_lists_are_drafted_from_their_entries(tmp_path: Path) -> None:
    lines = [f"A{number},Farrow,HMP|Abroad,05/0{number}/2016|06/0{number}/2017,|" for number in range(1, 6)]
    lines.append("A9,Pugh,HMP|Asylum,2014|2015,2015|")
    sample = csv("Ref,Name,Exemption Type,Exemption From,Exemption To", *lines)
    found = draft("x.csv", sample, "kent").text
    assert 'list_separator = "|"\n' in found
    assert '"HMP" = "custody"\n' in found
    assert "Asylum" not in found
    for field, heading in (("kinds", "Type"), ("starts", "From"), ("ends", "To")):
        assert f'exemption_{field} = "Exemption {heading}"\n' in found


def test_an_xls_workbook_is_a_sample_too() -> None:
    path = Path(__file__).parent / "extracts" / "dates_1904.xls"
    found = draft(path.name, path.read_bytes(), "kent")
    assert tomllib.loads(found.text)["format"]["kind"] == "xlsx"
    assert "birth_date" in found.columns


def test_a_heading_in_two_lines_below_a_title() -> None:
    rows = [["Register of Kent", "", "", ""], ["Local", "Date of", "Last", "Full"], ["Ref", "Birth", "Seen", "Name"]]
    rows += [[f"A{number}", f"{number + 1}/03/1971", f"{number + 1}/02/2018", "Farrow"] for number in range(4)]
    found = draft("x.csv", csv(*map(",".join, rows)), "kent")
    assert found.columns["birth_date"] == ("Date of Birth",)
    assert found.columns["full_name"] == ("Full Name",)


def test_a_column_that_is_never_taken_is_not_mapped_and_is_told() -> None:
    found = draft("x.csv", SURE.replace(b"Missing Since,PNC", b"Missing Since,Bank Account No"), "kent")
    assert not [columns for columns in found.columns.values() if "Bank Account No" in columns]
    assert '#   "Bank Account No": bank and card details' in found.text


def test_words_for_no_value_are_tokens_and_no_status() -> None:
    found = draft("x.csv", csv("Ref,Name,Status", "A1,N/K,Active", "A2,Pugh,s40", "A3,Reed,s40"), "kent").text
    said = tomllib.loads(found)
    assert said["tokens"] == {"withheld": ["s40"], "unknown": ["N/K"]}
    assert said["values"]["status"] == {"Active": "located"}


def test_a_force_nobody_named_is_to_be_filled_in() -> None:
    text = draft("x.csv", SURE).text
    with pytest.raises(ProfileError, match="tile is not"):
        load("kent.toml", text)
    known = {
        line.partition(" = ")[0]: line for line in Path("reconcile/forces/kent.toml").read_text("utf-8").splitlines()
    }
    lines = [
        known[line.partition(" = ")[0]] if "the force" in line or "tile" in line else line for line in text.splitlines()
    ]
    assert load("kent.toml", "\n".join(lines)).force.tile == profile("kent").force.tile


def book(sheets: dict[str, list[list[str]]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as opened:
        for name, rows in sheets.items():
            sheet = opened.add_worksheet(name)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    return out.getvalue()


PEOPLE = [["Ref", "Surname"], ["A1", "Farrow"], ["A2", "Pugh"], ["A3", "Łuczak"]]
ENTRIES = [{"Ref": ref, "Surname": name} for ref, name in PEOPLE[1:]]


def zipped(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("register", content)
    return out.getvalue()


ELEMENTS = "".join(f"<Nominal><Ref>{ref}</Ref><Surname>{name}</Surname></Nominal>" for ref, name in PEOPLE[1:])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (csv(*map(";".join, PEOPLE), encoding="utf-16"), {"kind": "csv", "encoding": "utf-16-le", "delimiter": ";"}),
        (csv(*map("\t".join, PEOPLE), encoding="utf-8-sig"), {"encoding": "utf-8", "delimiter": "\t"}),
        (csv(*map("|".join, PEOPLE), encoding="utf-16-le"), {"encoding": "utf-16-le", "delimiter": "|"}),
        (csv("Ref,Surname", "A1,Peña", "A2,O\u2019Dea", encoding="cp1252"), {"encoding": "cp1252", "delimiter": ","}),
        (json.dumps({"as_of": "x", "nominals": ENTRIES}).encode(), {"kind": "json", "record": "nominals"}),
        (json.dumps(ENTRIES).encode(), {"kind": "json", "record": "records"}),
        (f"<Export><Head a='1'/>{ELEMENTS}</Export>".encode(), {"kind": "xml", "record": "Nominal"}),
        (f"<E><All>{ELEMENTS}</All></E>".encode(), {"kind": "xml", "record": "Nominal"}),
        (book({"Notes": [["read me"]], "RSO": PEOPLE}), {"kind": "xlsx", "sheet": "RSO"}),
        ("\n".join(map(json.dumps, ENTRIES)).encode(), {"kind": "json", "record": "records"}),
        (gzip.compress(csv(*map(";".join, PEOPLE)), mtime=0), {"kind": "csv", "delimiter": ";"}),
        (zipped(json.dumps({"nominals": ENTRIES}).encode()), {"kind": "json", "record": "nominals"}),
        (zipped(book({"RSO": PEOPLE})), {"kind": "xlsx", "sheet": "RSO"}),
        (csv("Sex offenders;", "Run on 01/03/2018;", *map(";".join, PEOPLE)), {"kind": "csv", "delimiter": ";"}),
        (book({"RSO": [["Sex offenders"], [], *PEOPLE]}), {"kind": "xlsx", "sheet": "RSO"}),
    ],
)
def test_formats_are_detected(content: bytes, said: dict[str, str]) -> None:
    found = draft("sample", content, "kent")
    assert found.columns == {"local_id": ("Ref",), "surname": ("Surname",)}
    assert said.items() <= tomllib.loads(found.text)["format"].items()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (csv("A1,Farrow,81/34U", "A2,Pugh,02/73319Z"), "holds values, not headings"),
        (b"<a><b></a>", "no well-formed XML"),
        (b"<a/>", "no element for each person"),
        (b'{"a": 1}', "no list of records"),
        (b"{", "no valid JSON"),
        (b"PK\x03\x04", "ZIP file is damaged"),
        (b"PK\x03\x04 [Content_Types].xml", "no whole XLSX"),
    ],
)
def test_a_sample_that_cannot_be_read_is_refused_in_one_line(content: bytes, said: str) -> None:
    with pytest.raises(ExtractError, match=said) as error:
        draft("sample", content, "kent")
    assert "\n" not in str(error.value)
    assert "Farrow" not in str(error.value)


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("D.O.B.", "birth_date"),
        ("dateOfBirth", "birth_date"),
        ("Person/Birth_Date", "birth_date"),
        ("Forename(s)", "given_names"),
        ("PNCId", "identifiers.pnc"),
        ("NI Number", "identifiers.ni_number"),
        ("Whereabouts unknown since", "missing_since"),
        ("address.postcode", "postcode"),
        ("exemptions.kind", "exemption_kinds"),
        ("Travel/ReturnDue", "travel_return_due"),
        ("Date left UK", "travel_left"),
        ("PREVIOUSLY MISSING FROM", "episode_starts"),
        ("Initial notification", "first_notified"),
    ],
)
def test_headings(heading: str, field: str) -> None:
    assert meanings(heading)[0].field == field


def test_a_heading_that_only_holds_a_known_one_is_not_taken_for_it() -> None:
    assert not [each for each in meanings("Name of the officer in charge") if each.likeness > 0.55]


def test_the_tables_name_words_that_exist() -> None:
    for column, closed in CODED.items():
        for kind in ("known", "roots"):
            meant = set(known_words(kind, column))
            assert meant <= (closed or meant)
    assert set(known_words("known", "disposal")) <= set(disposals())
    fields = {
        field
        for heading in ("PNC", "CRO", "NOMIS", "CRN", "ViSOR", "NINO", "Passport")
        for field in [meanings(heading)[0].field]
    }
    assert fields == {IDENTIFIER + scheme for scheme in identifiers.schemes()}


def said_by(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, str, str]:
    """The exit code and what ``reconcile profile`` says."""
    from reconcile.cli import main

    monkeypatch.setattr("sys.argv", ["reconcile", "profile", *words])
    with pytest.raises(SystemExit) as end:
        main()
    return int(end.value.code or 0), *capsys.readouterr()


def test_the_verb_writes_a_draft_and_never_over_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sample, out = tmp_path / "kent_2018.csv", tmp_path / "profiles" / "kent.toml"
    sample.write_bytes(SURE)
    code, printed, told = said_by(capsys, monkeypatch, str(sample), "--out", str(out))
    assert (code, printed) == (0, "")
    assert told.startswith("7 columns mapped; 2 lines to check, 0 to fill in: ")
    assert profile("kent", tmp_path / "profiles").columns["birth_date"] == ("DOB",)
    code, _printed, told = said_by(capsys, monkeypatch, str(sample), "--out", str(out))
    assert code == 2
    assert "is there already" in told
    code, printed, _told = said_by(capsys, monkeypatch, str(sample), "--force", "kent")
    assert (code, printed) == (0, out.read_text("utf-8"))
    assert said_by(capsys, monkeypatch, str(sample), "--force", "kant")[0] == 2
    assert said_by(capsys, monkeypatch, str(tmp_path / "no.csv"))[0] == 2
