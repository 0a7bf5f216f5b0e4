"""The pages of a force's own items and of what forces answered: who reaches what, what is shown, what is recorded."""

import datetime as dt
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from reconcile import notifying, protecting, publication, schema
from reconcile.audit import AuditLog
from reconcile.reports.answers import AnswerLog
from reconcile.reports.told import CORRECTION, NOTICE, Told, ToldLog
from reconcile.reports.undelivered import take_back, waiting
from reconcile.review import acts
from reconcile.review.access import Visitor
from reconcile.review.decisions import Decision
from reconcile.review.pages import create_app
from reconcile.review.pages import logged as page_log
from reconcile.review.told_documents import Document
from reconcile.settings import Settings
from reconcile.workspace import read_table, write_bytes, write_table
from tests import force_country
from tests.small_workspace import uncompiled

pytestmark = pytest.mark.slow

KENT = Visitor("flo", frozenset({"force"}), "kent")
SURREY = Visitor("sue", frozenset({"force"}), "surrey")
SUSSEX = Visitor("tom", frozenset({"force"}), "sussex")
CAS = Visitor("cas", frozenset({"reviewer", "coordinator"}))
DAN = Visitor("dan", frozenset({"engineer"}))
EVE = Visitor("eve", frozenset({"reviewer", "protected"}))
OWN_ROUTES = {"reports", "reported_item", "answer_item", "take_report"}
OPEN_TO_ALL = {"static", "sign_in", "sign_out"}
TODAY = dt.datetime.now(dt.UTC).date()
Open = Callable[..., TestClient]


@pytest.fixture
def settings(told_settings: Settings) -> Settings:
    return told_settings


@pytest.fixture
def opened(settings: Settings) -> Open:
    def client(visitor: Visitor = KENT, of: Settings = settings) -> TestClient:
        return TestClient(create_app(of, lambda _request: visitor, secret="s"), follow_redirects=False)

    return client


def item_of(settings: Settings, force: str, kind: str) -> str:
    """The id of the one item of a kind the force was told."""
    (found,) = [item for item, line in ToldLog(settings.database_url).latest(force).items() if line["kind"] == kind]
    return str(found)


def token(page: str) -> str:
    found = re.search(r'name="token" value="([0-9a-f]+)"', page)
    assert found
    return found[1]


def plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page[page.index("<main") :]).split())


def answer(client: TestClient, item: str, said: str, **more: str) -> Any:
    page = client.get(f"/reports/items/{item}").text
    form = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))
    given = {"officer_role": "MOSOVO sergeant", "answered_on": TODAY.isoformat(), "answer": said, **more}
    return client.post(f"/reports/items/{item}", data={**form, **given})


def answers(settings: Settings) -> list[dict[str, Any]]:
    return AnswerLog(settings.database_url).lines().to_pylist()


def logged(settings: Settings) -> list[dict[str, Any]]:
    return AuditLog(settings.database_url).export().to_pylist()


def test_a_force_reaches_its_own_rooms_and_no_other(opened: Open, settings: Settings) -> None:
    """Walked over the routes themselves, with ids that exist, so that a room added later is tried too."""
    client = opened()
    form = {"token": token(client.get("/reports").text)}
    ids = {"item": item_of(settings, "kent", "held_here"), "national_id": "x", "pair": "essex:1~kent:1"}
    ids |= {"record_id": "kent:1", "force": "kent", "act": "accept"}
    reached = set()
    for route in client.app.routes:  # type: ignore[attr-defined]
        if not isinstance(route, APIRoute) or route.name in OPEN_TO_ALL:
            continue
        path = re.sub(r"\{(\w+)(?::path)?\}", lambda found: ids.get(found[1], "x"), route.path)
        for method in route.methods:
            said = client.request(method, path, data=form if method == "POST" else None)
            if route.name == "home":
                assert (said.status_code, said.headers["location"]) == (303, "/reports")
            elif route.name in OWN_ROUTES:
                reached.add(route.name)
                assert said.status_code in (200, 404, 422), route.name
            else:
                assert said.status_code == 403, route.name
                assert "This page is not one of them" in said.text, route.name
    assert reached == OWN_ROUTES


@pytest.mark.parametrize("visitor", [CAS, DAN, EVE])
def test_nobody_else_reaches_a_forces_rooms(opened: Open, settings: Settings, visitor: Visitor) -> None:
    client = opened(visitor)
    for path in ("/reports", f"/reports/items/{item_of(settings, 'kent', 'held_here')}"):
        assert client.get(path).status_code == 403


def test_whose_items_they_are_is_the_account_alone(opened: Open, settings: Settings) -> None:
    client = opened()
    every = {force: set(ToldLog(settings.database_url).latest(force)) for force in ("kent", "surrey", "essex")}
    page = client.get("/reports").text
    assert {item for item in every["kent"] if item in page} == every["kent"]
    others = (every["surrey"] | every["essex"]) - every["kent"]
    assert others
    assert not {item for item in others if item in page}
    nowhere = client.get("/reports/items/0000000000")
    for item in others:
        there = client.get(f"/reports/items/{item}")
        assert (there.status_code, there.text) == (404, nowhere.text)
        assert answer(client, every["kent"].copy().pop(), "need_more", note="x").status_code == 303
        refused = client.post(f"/reports/items/{item}", data={"token": token(page), "answer": "done"})
        assert refused.status_code == 404
    assert {line["force"] for line in answers(settings)} == {"kent"}


def test_no_page_of_a_force_names_anybody_it_was_not_told_of(opened: Open, settings: Settings) -> None:
    client = opened()
    pages = [client.get("/reports").text]
    pages += [client.get(f"/reports/items/{item}").text for item in ToldLog(settings.database_url).latest("kent")]
    assert all("Quillfeather" not in page for page in pages)
    assert any("Ivanova" in page for page in pages)
    assert "Quillfeather" in opened(SURREY).get("/reports").text


def test_what_the_ledger_does_not_have_is_not_shown(opened: Open, tmp_path: Path) -> None:
    untold = force_country.released(tmp_path / "another")
    client = opened(KENT, untold)
    assert "no report is written for Kent Police yet" in plain(client.get("/reports").text)
    assert client.get("/reports/items/0000000000").status_code == 404


def test_states_without_anything_say_what_is_to_come(opened: Open, tmp_path: Path) -> None:
    assert "No national list is released yet" in plain(opened(KENT, uncompiled(tmp_path / "new")).get("/reports").text)
    assert "asks nothing of Sussex Police" in plain(opened(SUSSEX).get("/reports").text)
    client = opened()
    assert "No item of yours fits" in plain(client.get("/reports", params={"text": "nothing"}).text)


def test_items_are_filtered_by_state_kind_and_reference(opened: Open, settings: Settings) -> None:
    client = opened()
    answer(client, item_of(settings, "kent", "double_claim"), "done")
    every = {kind: item_of(settings, "kent", kind) for kind in ("found_elsewhere", "held_here", "double_claim")}

    def found(**asked: str) -> set[str]:
        page = client.get("/reports", params=asked).text
        return {kind for kind, item in every.items() if f"/reports/items/{item}" in page}

    assert found() == set(every)
    assert found(state="answered") == {"double_claim"}
    assert found(state="open") == {"found_elsewhere", "held_here"}
    assert found(state="overdue") == set()
    assert found(kind="held_here") == {"held_here"}
    assert found(text="KENT:3") == {"found_elsewhere"}
    assert found(text=every["held_here"].lower()) == {"held_here"}
    assert found(state="nonsense", kind="nonsense", page="nonsense") == set(every)


def test_what_is_past_its_day_is_overdue_and_comes_before_what_is_answered(opened: Open, tmp_path: Path) -> None:
    late = force_country.told(tmp_path / "late", days_ago=70)
    client = opened(KENT, late)
    page = plain(client.get("/reports").text)
    assert "4 overdue" in page
    assert "14 days ago" in page, "what may wait longest was asked within 56 days"
    urgent = item_of(late, "kent", "found_elsewhere")
    answer(client, urgent, "confirmed_same")
    page = client.get("/reports").text
    assert page.index(urgent) > page.index(item_of(late, "kent", "within_force")), "the answered come last"
    assert "3 overdue" in plain(page)


def test_an_item_says_what_is_claimed_who_to_ask_and_to_confirm_identity_first(
    opened: Open, settings: Settings
) -> None:
    page = plain(opened().get(f"/reports/items/{item_of(settings, 'kent', 'found_elsewhere')}").text)
    order = [
        "Confirm identity, by fingerprint where possible, before any action.",
        "What is claimed",
        "Ivanova, Maria",
        "in custody, last contact",
        "an assessment, not a fact",
        "What is asked of you",
        "Nobody of your force has answered",
        "What did you find?",
    ]
    places = [page.index(each) for each in order]
    assert places == sorted(places)


def test_an_answer_is_recorded_with_its_account_and_shown_and_given_again(opened: Open, settings: Settings) -> None:
    client, item = opened(), item_of(settings, "kent", "found_elsewhere")
    said = answer(client, item, "located", located_on=TODAY.isoformat(), place_kind="custody", note="Seen in Dover.")
    assert (said.status_code, said.headers["location"]) == (303, f"/reports/items/{item}")
    (line,) = answers(settings)
    told = ("force", "item", "answer", "officer_role", "place_kind", "note", "source", "by", "file")
    assert tuple(line[name] for name in told) == (
        *("kent", item, "located", "MOSOVO sergeant", "custody", "Seen in Dover.", "page", "flo", None),
    )
    assert (line["answered_on"], line["located_on"]) == (TODAY, TODAY)
    page = plain(client.get(f"/reports/items/{item}").text)
    assert "Done: your answer “Located” is recorded." in page
    assert "Answer again" in page
    assert "recorded by flo" in page
    another = client.get(f"/reports/items/{item_of(settings, 'kent', 'double_claim')}").text
    assert 'value="MOSOVO sergeant"' in another, "the role is given once"
    assert "1 to answer" not in page
    again = answer(client, item, "not_same")
    assert again.status_code == 303
    page = plain(client.get(f"/reports/items/{item}").text)
    assert "answered Not the same person" in page
    assert "replaced by a later answer" in page
    assert [each["answer"] for each in answers(settings)] == ["located", "not_same"]


def test_the_same_answer_sent_twice_is_one(opened: Open, settings: Settings) -> None:
    client, item = opened(), item_of(settings, "kent", "found_elsewhere")
    for said in ("Done: your answer", "Note: this answer was recorded before, and nothing changed."):
        assert answer(client, item, "need_more", note="Which suite?").status_code == 303
        assert said in plain(client.get(f"/reports/items/{item}").text)
    assert len(answers(settings)) == 1


def test_an_answer_is_taken_back_where_one_stands(opened: Open, settings: Settings) -> None:
    client, item = opened(), item_of(settings, "kent", "found_elsewhere")
    assert "taken_back" not in client.get(f"/reports/items/{item}").text
    answer(client, item, "not_same")
    assert 'value="taken_back"' in client.get(f"/reports/items/{item}").text
    answer(client, item, "taken_back")
    page = plain(client.get(f"/reports/items/{item}").text)
    assert "Done: your answer is taken back, and the item is open again." in page
    assert "to answer" in page
    assert "4 to answer" in plain(client.get("/reports").text)
    assert "Not the same person" not in plain(opened(CAS).get("/answers").text).partition("Force by force")[0]


def test_what_is_no_answer_is_said_beside_its_field_too(opened: Open, settings: Settings) -> None:
    """What the check of answers itself refuses, whether they come from a page or a file."""
    client, item = opened(), item_of(settings, "kent", "found_elsewhere")
    tomorrow = (TODAY + dt.timedelta(days=2)).isoformat()
    for field, given in (
        ("answered_on", {"answered_on": tomorrow}),
        ("located_on", {"located_on": "1999-01-01"}),
        ("officer_role", {"officer_role": "x" * 200}),
        ("note", {"note": "x" * 2000}),
        ("place_kind", {"place_kind": "nonsense"}),
    ):
        sent = {"located_on": TODAY.isoformat(), "place_kind": "custody", **given}
        refused = answer(client, item, "located", **sent)
        assert refused.status_code == 422, field
        assert re.findall(r'id="(\w+)-wrong"', refused.text) == [field]
    both = answer(client, item, "not_same", place_kind="custody")
    assert re.findall(r'id="(\w+)-wrong"', both.text) == ["answer"]
    assert answers(settings) == []


def test_a_form_opened_before_the_item_changed_is_refused_and_kept(opened: Open, settings: Settings) -> None:
    client, item = opened(), item_of(settings, "kent", "found_elsewhere")
    refused = answer(client, item, "not_same", note="typed", digest="0" * 64)
    assert refused.status_code == 422
    assert "There is a problem" in refused.text
    assert ">typed</textarea>" in refused.text
    assert answers(settings) == []


def test_what_is_told_between_two_reports_is_there_the_same_day(opened: Open, settings: Settings) -> None:
    client, withdrawn = opened(), item_of(settings, "kent", "held_here")
    publication.decide(settings, [Decision("essex:9", "kent:9", "same", "", "cas", "prints")])
    publication.decide(settings, [Decision("essex:1", "kent:1", "different", "", "cas", "prints differ")])
    notifying.notify(settings)
    page = client.get("/reports").text
    assert "told since the report" in page
    assert "Marsh, O." in page
    assert withdrawn not in re.findall(r"/reports/items/(\w+)", page)
    assert client.get(f"/reports/items/{withdrawn}").status_code == 404
    corrections = plain(page).partition("Take the report away")[0]
    assert "Corrections first" in corrections
    assert "A person has since decided that the records are of different people." in corrections
    lead = re.search(r"/reports/items/(\w+)", page)
    assert lead
    told = client.get(f"/reports/items/{lead[1]}")
    assert "Confirm identity" in told.text
    assert answer(client, lead[1], "confirmed_same").status_code == 303
    notice = next(name for name in re.findall(r'name="file" value="([^"]+)"', page) if "notice" in name)
    taken = client.post("/reports/files", data={"token": token(page), "file": notice})
    assert taken.status_code == 200
    assert {"essex:9", "kent:9"} <= set(logged(settings)[-1]["subjects"])


@pytest.mark.parametrize(
    ("said", "more", "fields"),
    [
        ("", {}, {"answer"}),
        ("nonsense", {}, {"answer"}),
        ("stale", {"officer_role": ""}, {"answer", "officer_role"}),
        ("located", {}, {"located_on", "place_kind"}),
        ("need_more", {"note": "  "}, {"note"}),
        ("not_same", {"officer_role": "", "answered_on": ""}, {"officer_role", "answered_on"}),
        ("done", {}, {"answer"}),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_nothing_typed_is_lost(
    opened: Open, settings: Settings, said: str, more: dict[str, str], fields: set[str]
) -> None:
    client, item = opened(), item_of(settings, "kent", "found_elsewhere")
    typed = {"note": "kept <words>", **more}
    refused = answer(client, item, said, **typed)
    assert refused.status_code == 422
    assert set(re.findall(r'id="(\w+)-wrong"', refused.text)) == fields
    for field in fields:
        assert re.search(rf'<li><a href="#{field}\b', refused.text)
    assert "There is a problem" in refused.text
    if typed["note"].strip():
        assert ">kept &lt;words&gt;</textarea>" in refused.text
    if said in ("located", "not_same", "need_more"):
        assert re.search(rf'value="{said}" checked', refused.text)
    assert answers(settings) == []


def test_only_answers_to_its_kind_are_offered(opened: Open, settings: Settings) -> None:
    client = opened()

    def offered(kind: str) -> set[str]:
        page = client.get(f"/reports/items/{item_of(settings, 'kent', kind)}").text
        return set(re.findall(r'name="answer" value="(\w+)"', page))

    assert {"located", "not_same"} <= offered("found_elsewhere")
    assert "done" not in offered("found_elsewhere")
    assert "located" not in offered("within_force")
    assert "done" in offered("within_force")


def test_a_form_without_its_token_records_nothing(opened: Open, settings: Settings) -> None:
    item = item_of(settings, "kent", "found_elsewhere")
    assert opened().post(f"/reports/items/{item}", data={"answer": "not_same"}).status_code == 403
    assert opened().post("/reports/files", data={"file": "x"}).status_code == 403
    assert answers(settings) == []


def test_whoever_is_shown_items_stands_in_the_audit_log_first(opened: Open, settings: Settings) -> None:
    client, item = opened(), item_of(settings, "kent", "held_here")
    client.get("/reports")
    line = logged(settings)[-1]
    assert (line["operation"], line["actor"], line["role"], line["force"]) == ("consultation", "flo", "force", "kent")
    assert {"kent:1", "essex:1", "kent:3", "surrey:3"} <= set(line["subjects"])
    client.get(f"/reports/items/{item}")
    line = logged(settings)[-1]
    assert sorted(line["subjects"]) == ["essex:1", "kent:1"]
    assert item in line["justification"]


@pytest.mark.parametrize("asked", ["", "?text=zzz"])
def test_whoever_is_shown_corrections_stands_in_the_audit_log_whatever_items_are_shown(
    opened: Open, settings: Settings, asked: str
) -> None:
    """A notice that holds them was seen: it is no longer taken back as one that never went."""
    publication.decide(settings, [Decision("essex:1", "kent:1", "different", "", "cas", "prints differ")])
    notifying.notify(settings)
    (waits,) = waiting(settings.database_url)["kent"]
    assert waits.never_went
    before = len(logged(settings))
    page = opened().get(f"/reports{asked}").text
    assert "Corrections first" in page
    (line,) = logged(settings)[before:]
    assert "kent:1" in line["subjects"]
    assert "essex:1" not in line["subjects"], "it is told nothing of a record that is somebody else's"
    (waits,) = waiting(settings.database_url)["kent"]
    assert not waits.never_went


def test_what_is_taken_back_before_it_was_logged_as_shown_is_not_shown(
    opened: Open, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    publication.decide(settings, [Decision("essex:9", "kent:9", "same", "", "cas", "prints")])
    notifying.notify(settings)
    (waits,) = waiting(settings.database_url)["kent"]
    real = page_log.consulted

    def taken_back_first(*given: Any, **more: Any) -> None:
        take_back(settings.database_url, "kent", [waits.name])
        real(*given, **more)

    monkeypatch.setattr(page_log, "consulted", taken_back_first)
    assert "told since the report" not in opened().get("/reports").text


def test_answers_are_shown_also_where_what_one_answers_counts_as_never_gone(opened: Open, settings: Settings) -> None:
    """As from before a notice was asked about again in the moment it is taken back."""
    publication.decide(settings, [Decision("essex:9", "kent:9", "same", "", "cas", "prints")])
    notifying.notify(settings)
    client = opened()
    (waits,) = waiting(settings.database_url)["kent"]
    (lead,) = waits.items
    assert answer(client, lead, "not_same").status_code == 303
    assert client.get(f"/reports/items/{lead}").status_code == 200
    assert lead in opened(CAS).get("/answers").text
    ToldLog(settings.database_url).take_back("kent", waits.name)
    page = opened(CAS).get("/answers")
    assert (page.status_code, lead in page.text) == (200, False)


def test_a_correction_that_says_what_the_other_record_says_is_shown_as_one_of_that_record_too() -> None:
    line = {"item": "aa11", "kind": "correction", "others": ["essex:1", "essex:11", "surrey:3"]}
    says = {"item": "aa11", "own": ["kent:1"], "now": "It has changed. essex:11 says: in custody (as of 6 May 2018)."}
    document = Document("n-1", "notice", Path("n-1"), (line,))
    document.__dict__["content"] = {"corrections": [says]}
    assert document.corrected == ("essex:11", "kent:1")


def test_a_correction_says_nothing_more_of_whoever_became_restricted_since(settings: Settings, opened: Open) -> None:
    """It said what the other force's record of them says; that an item changed is still told."""
    log = ToldLog(settings.database_url)
    item = item_of(settings, "kent", "found_elsewhere")
    line = log.latest("kent")[item]
    fields = {name: line[name] for name in ("item", "own", "others", "pairs", "own_as_told", "others_as_told")}
    name = f"{line['document'].partition('-notice')[0]}-notice-aaaa"
    log.record([Told("kent", name, NOTICE, kind=CORRECTION, digest="0" * 64, **fields)])
    said = {
        "item": item,
        "sentence": "It is changed.",
        "now": "surrey:3 says: in custody.",
        "ask": "",
        "own": ["kent:3"],
    }
    folder = settings.workspace.notices / name / "kent"
    write_bytes(folder / "notice.json", json.dumps({"corrections": [said], "items": []}).encode())
    assert "surrey:3 says: in custody." in opened().get("/reports").text
    protecting.protect(settings, "surrey:3", by="cas", reason="threat to life")
    page = opened().get("/reports").text
    assert "It is changed." in page
    assert "surrey:3 says" not in page


def test_its_own_report_is_given_out_once_that_is_logged_and_no_other_file(opened: Open, settings: Settings) -> None:
    client = opened()
    page = client.get("/reports").text
    names = re.findall(r'name="file" value="([^"]+)"', page)
    assert any(name.endswith(".html") for name in names)
    assert any(name.endswith(".xlsx") for name in names)
    release = next(settings.workspace.reports.glob("2018*"))
    for name in names:
        taken = client.post("/reports/files", data={"token": token(page), "file": name})
        assert taken.content == (release / "kent" / name).read_bytes()
        assert f'filename="{name}"' in taken.headers["content-disposition"]
        line = logged(settings)[-1]
        assert (line["operation"], line["actor"], line["recipient"]) == ("disclosure", "flo", "flo")
        assert "kent:1" in line["subjects"]
    before = len(logged(settings))
    write_bytes(release / "kent" / "notes.txt", b"not a report")
    other = next((release / "surrey").iterdir()).name
    for name in (
        *(other, f"../surrey/{other}", f"kent/{names[0]}", str(release / "kent" / names[0]), "..", "", "."),
        *("notes.txt", "../../../reconcile.toml", f"{names[0]}\x00", names[0].upper()),
    ):
        assert client.post("/reports/files", data={"token": token(page), "file": name}).status_code == 404, name
    assert len(logged(settings)) == before


def test_who_became_restricted_since_is_shown_no_longer_and_counted(opened: Open, settings: Settings) -> None:
    client, item = opened(), item_of(settings, "kent", "found_elsewhere")
    form = {"token": token(client.get("/reports").text)}
    protecting.protect(settings, "surrey:3", by="cas", reason="threat to life")
    page = client.get("/reports").text
    assert item not in page
    assert "1 item of the report concerns a person who was restricted since" in plain(page)
    assert 'name="file"' not in page
    assert client.get(f"/reports/items/{item}").status_code == 404
    release = next(settings.workspace.reports.glob("2018*"))
    name = next((release / "kent").glob("*.xlsx")).name
    assert client.post("/reports/files", data={**form, "file": name}).status_code == 404
    protecting.protect(settings, "kent:6", by="cas", reason="threat to life")
    page = client.get("/reports").text
    assert item_of(settings, "kent", "within_force") not in page, "nor is an item of its own records told"
    assert "2 items of the report concern people who were restricted since" in plain(page)


def test_a_cycle_begun_and_not_compiled_hides_the_whole_person_who_is_protected(
    opened: Open, settings: Settings
) -> None:
    """Protected is the record of a third force, of which Kent was told nothing."""
    protecting.protect(settings, "essex:1", by="cas", reason="threat to life")
    stage = settings.workspace.stage(settings.cycle, "identities.parquet")
    rows = read_table(stage).to_pylist()
    (whose,) = (row["national_id"] for row in rows if row["record_id"] == "surrey:3")
    for row in rows:
        row["national_id"] = whose if row["record_id"] == "essex:1" else row["national_id"]
    write_table(stage, pa.Table.from_pylist(rows, schema.IDENTITIES))
    item = item_of(settings, "kent", "found_elsewhere")
    client = opened(KENT, replace(settings, cycle="2018-06"))
    assert item not in client.get("/reports").text
    assert client.get(f"/reports/items/{item}").status_code == 404


def test_the_coordinators_see_what_forces_answered(opened: Open, settings: Settings) -> None:
    cas = opened(CAS)
    assert "No force has answered yet" in plain(cas.get("/answers").text)
    force_country.answered(settings)
    page = cas.get("/answers").text
    look = plain(page)
    look = look[look.index("To look at") : look.index("Force by force")]
    places = [look.index(each) for each in ("Not the same person", "Located", "More is needed")]
    assert places == sorted(places)
    assert "Confirmed: the same person" not in look
    assert "Fingerprints differ." in look
    assert re.search(r"Kent Police 4 3 1 0 0\b", plain(page)), "told, answered, open, overdue, days"
    line = logged(settings)[-1]
    assert (line["operation"], line["actor"]) == ("consultation", "cas")
    assert {"kent:1", "essex:1"} <= set(line["subjects"])
    person = re.search(r'href="(/record/[^"]+)"', page)
    assert person
    assert cas.get(person[1]).headers["location"].startswith("/person/")
    surrey = plain(cas.get("/answers", params={"force": "surrey"}).text)
    assert "Kent Police" not in surrey[surrey.index("Show all") :]


def test_an_answer_given_anew_stands_in_place_of_the_first(opened: Open, settings: Settings) -> None:
    client, item = opened(), item_of(settings, "kent", "held_here")
    answer(client, item, "not_same")
    answer(client, item, "confirmed_same")
    page = plain(opened(CAS).get("/answers").text)
    assert "Not the same person" not in page[: page.index("Force by force")]
    assert "no longer stands" in page


def test_what_a_force_tells_apart_leads_to_where_it_is_judged(opened: Open, settings: Settings) -> None:
    answer(opened(), item_of(settings, "kent", "held_here"), "not_same")
    cas = opened(CAS)
    acts.apply(settings)
    there = re.search(r'href="([^"]+)">Queue item<', cas.get("/answers").text)
    assert there
    assert cas.get(there[1]).status_code == 200
    publication.decide(settings, [Decision("essex:1", "kent:1", "different", "", "cas", "the prints differ")])
    looked = plain(cas.get("/answers").text).partition("Force by force")[0]
    assert "Not the same person" not in looked, "it was looked at"


def test_the_engineer_sees_counts_and_no_answer(opened: Open, settings: Settings) -> None:
    force_country.answered(settings)
    before = len(logged(settings))
    page = plain(opened(DAN).get("/answers").text)
    assert "6 of 9 items answered" in page
    for word in ("Fingerprints", "kent:1", "To look at", "Every answer"):
        assert word not in page
    assert len(logged(settings)) == before


def test_answers_about_restricted_people_are_counted_for_most_and_shown_to_few(
    opened: Open, settings: Settings
) -> None:
    force_country.answered(settings)
    protecting.protect(settings, "essex:1", by="cas", reason="threat to life")
    page = plain(opened(CAS).get("/answers").text)
    assert "1 answer about restricted people is not shown to you" in page
    assert "Fingerprints differ." not in page
    assert "Fingerprints differ." in plain(opened(EVE).get("/answers").text)


def test_home_tells_in_a_line_what_forces_answered(opened: Open, settings: Settings) -> None:
    force_country.answered(settings)
    page = plain(opened(CAS).get("/").text)
    assert "6 of 9 items answered, 0 overdue" in page
    assert "Look at them" in page
