"""The pages of search, of a person and of the national list: who is shown whom, and what the audit log says of it."""

import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient

from reconcile import cycle, made_from, publication, schema
from reconcile.national import contents
from reconcile.reports import answer_times
from reconcile.review.decisions import Decision
from reconcile.settings import Settings
from reconcile.workspace import write_json, write_table
from tests import people_country, small_country
from tests.people_country import CHILD, PNC, client, logged, person_of, said_anywhere, send

pytestmark = pytest.mark.slow

NAMES = ("Smith", "William", "Ivanova", "Brown")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cycle, "forces", lambda: small_country.FORCES)
    monkeypatch.setattr(publication, "forces", lambda: small_country.FORCES)


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cycle, "forces", lambda: small_country.FORCES)
        return people_country.written(tmp_path_factory.mktemp("people"))


@pytest.fixture
def settings(compiled: Settings, tmp_path: Path) -> Settings:
    return people_country.copied(compiled, tmp_path / "workspace")


@pytest.fixture
def desk(settings: Settings) -> TestClient:
    return client(settings)


def release(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(contents.page, "render", lambda *_given, **_named: "")
    monkeypatch.setattr(contents.list_workbook, "write_workbook", lambda path, *_given, **_named: path.write_text(""))
    return publication.release(settings, signed_by="A. Coordinator", role="coordinator", reason="checked").name


def test_a_search_tells_who_and_why(desk: TestClient, settings: Settings) -> None:
    page = send(desk, "/search", "/search", question="Billy Smyth").text
    assert "“Billy Smyth” by Essex: the names are written the same." in page
    assert f'/person/{person_of(settings, "essex:1")}"' in page
    assert "On the missing list" in page


def test_a_search_is_logged_by_the_ids_found_and_no_name(desk: TestClient, settings: Settings) -> None:
    send(desk, "/search", "/search", question="William Smith 12/05/1971")
    send(desk, "/search", "/search", question="Zebedee Quux")
    found, nobody = logged(settings, "consultation")
    assert set(found["subjects"]) == {person_of(settings, "essex:1"), person_of(settings, "kent:2")}
    assert nobody["query"].endswith("nobody found")
    assert found["justification"] != nobody["justification"]
    assert (found["actor"], found["role"]) == ("A. Visitor", "coordinator")
    assert not said_anywhere([found, nobody], *NAMES, "1971", "Zebedee", "Quux")


def test_a_question_is_in_no_address(desk: TestClient) -> None:
    assert 'method="post"' in desk.get("/search").text
    assert "Billy" not in desk.get("/search?question=Billy+Smyth").text


def test_nobody_found_is_said_with_what_to_try(desk: TestClient) -> None:
    page = send(desk, "/search", "/search", question="Zebedee Quux").text
    assert "Nobody found" in page
    assert "Try the surname alone" in page


def test_a_form_of_another_is_refused(desk: TestClient, settings: Settings) -> None:
    assert desk.post("/search", data={"question": "Smith", "token": "f" * 64}).status_code == 403
    assert logged(settings, "consultation") == []


@pytest.mark.parametrize("place", ["/search", "/person/P1", "/record/essex:1", "/list", "/list/changes"])
def test_an_engineer_sees_no_person(settings: Settings, place: str) -> None:
    assert client(settings, "engineer").get(place).status_code == 403


def test_who_is_restricted_is_counted_and_not_shown(settings: Settings) -> None:
    child = person_of(settings, CHILD)
    for roles, seen in ((("coordinator",), False), (("coordinator", "protected"), True)):
        visitor = client(settings, *roles)
        page = send(visitor, "/search", "/search", question="Peter Brown").text
        assert (child in page) == seen
        assert visitor.get(f"/person/{child}").status_code == (200 if seen else 404)
        assert visitor.get(f"/record/{CHILD}").status_code == (303 if seen else 404)
        assert (child in visitor.get("/list").text) == seen
        beside = visitor.get(f"/person/{person_of(settings, 'essex:4')}").text
        assert (child in beside) == seen
        assert ("1 link to people who are restricted is not shown" in beside) != seen


def test_a_search_that_fits_a_restricted_person_alone_answers_as_one_that_fits_nobody(settings: Settings) -> None:
    visitor = client(settings)
    told = [
        send(visitor, "/search", "/search", question=question).text.replace(question, "")
        for question in ("kent:3", "kent:9")
    ]
    assert told[0] == told[1]


def test_a_child_whom_the_force_no_longer_sends_stays_restricted_in_what_changed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = person_of(settings, CHILD)
    release(settings, monkeypatch)
    for name, schema_of, ends in (
        ("records", schema.RECORDS, ("record_id",)),
        ("links", schema.LINKS, ("left", "right")),
    ):
        rows = [row for row in cycle.table(settings, name).to_pylist() if CHILD not in [row[end] for end in ends]]
        path = settings.workspace.stage(settings.cycle, f"{name}.parquet")
        write_table(path, pa.Table.from_pylist(rows, schema_of))
    made_from.note(settings, "links")
    cycle.reconsider(settings)
    for roles, seen in ((("coordinator",), False), (("coordinator", "protected"), True)):
        page = client(settings, *roles).get("/list/changes").text
        assert (child in page) == seen


def test_no_id_and_a_restricted_one_answer_alike(desk: TestClient, settings: Settings) -> None:
    hidden = desk.get(f"/person/{person_of(settings, CHILD)}")
    none = desk.get("/person/PNOBODY000")
    assert (hidden.status_code, hidden.text) == (none.status_code, none.text)


def test_a_person_has_all_records_facts_evidence_and_decisions(
    desk: TestClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = release(settings, monkeypatch)
    publication.decide(settings, [Decision("essex:1", "kent:2", "different", None, "R. Viewer", "other fingerprints")])
    national_id = person_of(settings, "kent:1")
    page = desk.get(f"/person/{national_id}").text
    for told in ("William Smith", "Bill Smith", PNC, "In custody", "1 May 2016", "Billy Smyth: alias"):
        assert told in page, told
    assert "R. Viewer" in page
    assert "other fingerprints" in page
    assert name in page
    assert person_of(settings, "kent:2") in page  # the other man a link leads to
    rules = {row["rule"] for row in cycle.table(settings, "facts").to_pylist() if row["national_id"] == national_id}
    assert all(rule in page for rule in rules)
    (line,) = [row for row in logged(settings, "consultation") if row["justification"] == "a person's page"]
    assert set(line["subjects"]) == {national_id, "essex:1", "kent:1"}


def test_a_record_leads_to_its_person(desk: TestClient, settings: Settings) -> None:
    answer = desk.get("/record/kent:1")
    assert answer.headers["location"] == f"/person/{person_of(settings, 'essex:1')}"


def test_an_id_that_ended_says_what_became_of_it(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    release(settings, monkeypatch)
    gone, stays = person_of(settings, "kent:2"), person_of(settings, "essex:1")
    publication.decide(settings, [Decision("essex:1", "kent:2", "same", None, "R. Viewer", "fingerprints")])
    left = {person_of(settings, "kent:2")}
    ended = ({gone, stays} - left).pop()
    page = client(settings).get(f"/person/{ended}").text
    assert "No one has this id now" in page
    assert f"/person/{left.pop()}" in page


def test_the_list_is_filtered_ordered_and_logged(desk: TestClient, settings: Settings) -> None:
    page = desk.get("/list?force=kent").text
    assert person_of(settings, "kent:2") in page
    assert person_of(settings, "essex:1") not in page
    page = desk.get("/list?order=name&down=1").text
    smith, ivanova = page.index("Smith, William"), page.index("Ivanova, Maria")
    assert smith < ivanova
    assert 'aria-sort="descending"' in page
    assert logged(settings, "consultation")[0]["subjects"] == [person_of(settings, "kent:2")]


def test_words_looked_for_in_the_list_are_in_no_address(desk: TestClient, settings: Settings) -> None:
    assert send(desk, "/list", "/list", force="kent").headers["location"] == "/list?force=kent"
    page = send(desk, "/list", "/list", words="ivanova")
    assert page.status_code == 200
    assert person_of(settings, "surrey:1") in page.text
    assert person_of(settings, "kent:2") not in page.text
    assert not said_anywhere(logged(settings, "consultation"), *NAMES)
    assert "?words" not in page.text


@pytest.mark.parametrize(
    "query", ["page=0", "page=999", "page=x", "order=nonsense", "force=nowhere", "flag=x", "down=7"]
)
def test_an_address_made_up_still_answers(desk: TestClient, query: str) -> None:
    assert desk.get(f"/list?{query}").status_code == 200


def test_changes_lead_to_people(desk: TestClient, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    name = release(settings, monkeypatch)
    publication.decide(settings, [Decision("essex:1", "kent:2", "same", None, "R. Viewer", "fingerprints")])
    page = desk.get("/list/changes").text
    assert name in page
    assert "Merged" in page
    assert f"/person/{person_of(settings, 'kent:2')}" in page
    assert desk.get("/list/changes?to=none-such").status_code == 409


def take(desk: TestClient, kind: str = "csv", **said: str) -> Any:
    given = {"purpose": "locate_missing", "justification": "the weekly meeting", "kind": kind, **said}
    return send(desk, "/list/download", "/list/download", **given)


@pytest.mark.parametrize(
    "missing", [{"purpose": ""}, {"justification": " "}, {"kind": "exe"}, {"purpose": "curiosity"}]
)
def test_nothing_goes_without_a_purpose_and_a_justification(
    desk: TestClient, settings: Settings, missing: dict[str, str]
) -> None:
    answer = take(desk, **missing)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert logged(settings, "disclosure") == []


def test_a_reviewer_takes_nothing_away(settings: Settings) -> None:
    assert client(settings, "reviewer").get("/list/download").status_code == 403


def test_a_download_is_a_disclosure_to_whoever_takes_it(desk: TestClient, settings: Settings) -> None:
    answer = take(desk)
    (line,) = logged(settings, "disclosure")
    assert (line["actor"], line["recipient"], line["purpose"]) == ("A. Visitor", "A. Visitor", "locate_missing")
    assert line["justification"] == "download of 2018-03 as compiled as csv: the weekly meeting"
    listed = {person_of(settings, record) for record in ("essex:1", "kent:2", "surrey:1")}
    assert set(line["subjects"]) == listed
    assert "OFFICIAL-SENSITIVE-SYNTHETIC.csv" in answer.headers["content-disposition"]
    assert set(pacsv.read_csv(io.BytesIO(answer.content))["national_id"].to_pylist()) == listed


@pytest.mark.parametrize("kind", ["xlsx", "csv", "json", "parquet", pytest.param("html", marks=pytest.mark.slow)])
def test_every_format_leaves_the_restricted_out_and_holds_the_marking(settings: Settings, kind: str) -> None:
    for roles, seen in ((("coordinator",), False), (("coordinator", "protected"), True)):
        content = take(client(settings, *roles), kind).content
        if kind == "xlsx":
            book = load_workbook(io.BytesIO(content), read_only=True)
            text = "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
        elif kind == "parquet":
            table = pq.read_table(io.BytesIO(content))
            text = json.dumps(table.to_pylist(), default=str) + str(table.schema.metadata)
        else:
            text = content.decode()
        assert ("Brown" in text) == seen
        assert (person_of(settings, CHILD) in text) == seen
        assert "OFFICIAL-SENSITIVE" in text
        assert "Ivanova" in text


def test_a_release_is_taken_as_it_was_published(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    name = release(settings, monkeypatch)
    publication.decide(settings, [Decision("essex:1", "kent:2", "same", None, "R. Viewer", "fingerprints")])
    answer = take(client(settings), release=name)
    assert name in answer.headers["content-disposition"]
    assert len(pacsv.read_csv(io.BytesIO(answer.content))) == 3


def test_what_is_taken_says_how_forces_had_answered_when_it_was_compiled(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kent(**asked: str) -> list[Any]:
        book = load_workbook(io.BytesIO(take(client(settings), "xlsx", **asked).content), read_only=True)
        return [row[1] for row in book["Answers"].iter_rows(values_only=True) if row[0] == "Kent Police"]

    def count(told: int) -> None:
        counts = dict.fromkeys(answer_times.COUNTS, 0) | {"told": told, "open": told, answer_times.MEDIAN: None}
        answers = {"as_of": "2018-03-02", "by_force": {"Kent Police": counts}}
        write_json(settings.workspace.stage(settings.cycle, contents.ANSWERS), answers)

    count(3)
    with monkeypatch.context() as patch:
        name = release(settings, patch)
    count(7)
    assert kent() == [7]
    assert kent(release=name) == [3]
