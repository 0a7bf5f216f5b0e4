"""The pages of the queue, of a link and of an identity: who sees what, when a weight is shown, what is recorded."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from starlette.testclient import TestClient

from reconcile import schema
from reconcile.audit import AuditLog
from reconcile.review import acts
from reconcile.review.access import Visitor
from reconcile.review.decisions import DecisionLog
from reconcile.review.judgements import JudgementLog
from reconcile.review.pages import create_app, identities
from reconcile.review.pages.blinds import undecided_by
from reconcile.review.pages.desk import Desk
from reconcile.review.queue import QUEUE
from reconcile.settings import Settings
from reconcile.workspace import write_table
from tests.review_country import ANN, BOB, CAN_SEE_ALL, ENGINEER, written

pytestmark = pytest.mark.slow

ANN_AND = "kent:3", "essex:2"
PAIR = "essex:2~kent:3"
HIDDEN = "essex:3~kent:2"
"""A link to a record of somebody who may be a child."""
Open = Callable[..., TestClient]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return written(tmp_path / "workspace")


@pytest.fixture
def opened(settings: Settings) -> Open:
    def client(visitor: Visitor = ANN) -> TestClient:
        return TestClient(create_app(settings, lambda _request: visitor, secret="s"), follow_redirects=False)

    return client


def form_of(page: str, action: str = "") -> dict[str, str]:
    """The hidden fields of the form that posts to an address holding ``action``."""
    form = re.search(rf'<form[^>]*method="post"[^>]*action="[^"]*{re.escape(action)}[^"]*".*?</form>', page, re.S)
    assert form, action
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form[0]))


def judged(settings: Settings) -> list[dict[str, Any]]:
    """The lines of the judgement log."""
    return JudgementLog(settings.database_url).lines().to_pylist()


def answer(client: TestClient, said: str, pair: str = PAIR, **more: str) -> Any:
    page = client.get(f"/links/{pair}").text
    return client.post(f"/links/{pair}", data={**form_of(page, pair), "answer": said, **more})


def sought(client: TestClient, text: str, **filters: str) -> str:
    """The queue as it shows what was typed."""
    token = form_of(client.get("/queue").text, "/queue")["token"]
    shown = client.post("/queue", data={"token": token, "text": text, **filters})
    assert shown.status_code == 200
    return shown.text


def test_the_queue_names_forces_and_reasons_and_no_person(opened: Open) -> None:
    page = opened().get("/queue").text
    assert "Essex" in page
    assert "it decides whether" in page or "the answer can mark" in page
    for name in ("Adams", "Clark", "Deane", "look like", "uch speaks"):
        assert name not in page


def test_a_link_is_called_a_random_check_once_it_is_answered(opened: Open, settings: Settings) -> None:
    row = acts.item_of(settings, ANN, f"link:{PAIR}")
    assert row is not None
    assert row["audit"]
    client = opened()
    assert ">random check<" not in client.get("/queue").text
    answer(client, "different:birth_date")
    assert client.get("/queue?mine=1").text.count(">random check<") == 1


def test_what_is_for_another_role_is_counted_and_not_shown(opened: Open) -> None:
    page = opened().get("/queue").text
    assert "1 item is for people with another role" in page
    assert HIDDEN not in page
    assert opened().get(f"/links/{HIDDEN}").status_code == 404
    assert HIDDEN in opened(CAN_SEE_ALL).get("/queue").text
    assert opened(CAN_SEE_ALL).get(f"/links/{HIDDEN}").status_code == 200


def test_a_search_for_somebody_withheld_says_no_more_than_one_for_nobody(opened: Open) -> None:
    withheld, nobody = (sought(opened(), text) for text in ("kent:2", "kent:9"))
    assert withheld.replace("kent:2", "kent:9") == nobody


@pytest.mark.parametrize("path", ["/queue", f"/links/{PAIR}", "/identities/P1"])
def test_who_may_not_judge_is_refused(opened: Open, path: str) -> None:
    assert opened(ENGINEER).get(path).status_code == 403


@pytest.mark.parametrize(
    "path", ["/queue", "/queue/next", "/queue/skip", "/queue/undo", f"/links/{PAIR}", "/identities/P1"]
)
def test_a_form_without_its_token_is_refused(opened: Open, path: str, settings: Settings) -> None:
    assert opened().post(path, data={"item": f"link:{PAIR}", "answer": "same:identifier"}).status_code == 403
    assert judged(settings) == []


def test_a_page_of_the_queue_is_found_by_record_or_national_id(opened: Open) -> None:
    for text in ("kent:3", "P3"):
        page = sought(opened(), text)
        assert PAIR in page
        assert "essex:3~essex:4" not in page
    assert "Nothing that waits fits" in sought(opened(), "P999")


def test_what_is_typed_to_find_an_item_stands_in_no_address(opened: Open) -> None:
    client = opened()
    form = re.search(r'<form class="filter.*?>', client.get("/queue").text)
    assert form
    assert 'method="post"' in form[0]
    page = sought(client, "Clark", force="kent")
    assert page.count("Clark") == 1
    assert 'value="Clark"' in page
    assert client.get("/queue", params={"text": "P3"}).text == client.get("/queue").text
    token = form_of(page, "/queue")["token"]
    chosen = client.post("/queue", data={"token": token, "text": " ", "force": "kent", "audit": "1", "waited": "x"})
    assert (chosen.status_code, chosen.headers["location"]) == (303, "/queue?force=kent&audit=1")


def test_start_goes_to_the_first_item_and_keeps_the_filters(opened: Open) -> None:
    client = opened()
    page = client.get("/queue", params={"force": "kent"}).text
    gone = client.post("/queue/next", data=form_of(page, "/queue/next"))
    assert gone.status_code == 303
    assert gone.headers["location"] == "/links/essex:1~kent:1?force=kent"


def test_an_item_that_waits_shows_no_weight_until_it_is_judged(opened: Open) -> None:
    client = opened()
    blind = client.get(f"/links/{PAIR}").text
    for word in ("Bits", "Probability", "possible, undecided", "same name", "+8.0", "0.996"):
        assert word not in blind
    gone = answer(client, "different:birth_date")
    assert gone.status_code == 303
    after = client.get(f"/links/{PAIR}").text
    assert "+8.0" in after
    assert "same name" in after


def test_an_answer_before_the_weighing_is_blind_and_one_after_is_not(opened: Open, settings: Settings) -> None:
    answer(opened(), "same:names_and_birth")
    client = opened(BOB)
    assert "+8.0" in client.get(f"/links/{PAIR}", params={"weighing": "1"}).text
    answer(client, "same:names_and_birth")
    assert [(each["blind"], each["waterfall_seen"]) for each in judged(settings)] == [(True, False), (False, True)]


def test_a_browser_that_forgets_its_cookies_makes_no_answer_blind_again(opened: Open, settings: Settings) -> None:
    opened().get(f"/links/{PAIR}", params={"weighing": "1"})
    fresh = opened()
    fresh.cookies.clear()
    assert "+8.0" in fresh.get(f"/links/{PAIR}").text
    answer(fresh, "same:names_and_birth")
    answer(opened(BOB), "same:names_and_birth")
    assert [(each["blind"], each["waterfall_seen"]) for each in judged(settings)] == [(False, True), (True, False)]


def test_an_answer_given_anew_after_the_weighing_was_shown_is_not_blind(opened: Open, settings: Settings) -> None:
    client = opened()
    answer(client, "same:names_and_birth")
    assert "+8.0" in client.get(f"/links/{PAIR}").text
    acts.undo(settings, ANN)
    answer(client, "different:birth_date")
    assert [each["blind"] for each in judged(settings) if each["judgement"] != "undo"] == [True, False]


def test_an_answer_needs_a_reason_and_another_reason_a_note(opened: Open, settings: Settings) -> None:
    client = opened()
    for said in ("", "same", "same:no_such", "maybe:other"):
        refused = answer(client, said)
        assert refused.status_code == 422
        assert "Choose an answer and its reason." in refused.text
    assert answer(client, "same:other").status_code == 422
    assert judged(settings) == []
    assert answer(client, "same:other", note="asked in person").status_code == 303


def test_after_an_answer_comes_the_next_item_with_what_became_of_it_and_undo(opened: Open) -> None:
    client = opened()
    gone = answer(client, "different:birth_date")
    page = client.get(gone.headers["location"]).text
    assert "A second person is asked before it counts." in page
    undone = client.post("/queue/undo", data=form_of(page, "/queue/undo"))
    assert undone.headers["location"].startswith(f"/links/{PAIR}?said=undone")
    assert "Taken back" in client.get(undone.headers["location"]).text


def test_the_undo_at_the_foot_sent_twice_takes_one_answer_back(opened: Open, settings: Settings) -> None:
    client = opened()
    assert "/queue/undo" not in client.get("/queue").text
    answer(client, "different:birth_date", pair="essex:3~essex:4")
    answer(client, "different:birth_date")
    form = form_of(client.get("/queue").text, "/queue/undo")
    first, second = (client.post("/queue/undo", data=form) for _ in range(2))
    assert first.headers["location"].startswith(f"/links/{PAIR}?said=undone&")
    assert "was taken back already" in client.get(second.headers["location"]).text
    assert [each["judgement"] for each in judged(settings)] == ["different", "different", "undo"]
    assert client.post("/queue/undo", data={**form, "number": "1"}).status_code == 303
    assert client.post("/queue/undo", data={"token": form["token"]}).status_code == 422


def test_what_others_decided_meanwhile_is_said(opened: Open) -> None:
    client = opened(CAN_SEE_ALL)
    page = client.get(f"/links/{PAIR}").text
    answer(opened(BOB), "different:birth_date")
    answer(opened(ANN), "different:birth_date")
    late = client.post(f"/links/{PAIR}", data={**form_of(page, PAIR), "answer": "same:identifier"})
    assert "Others decided this meanwhile. Your answer was not recorded." in client.get(late.headers["location"]).text


def test_the_second_person_does_not_see_the_first_answer(opened: Open) -> None:
    answer(opened(), "different:birth_date")
    page = opened(BOB).get(f"/links/{PAIR}").text
    assert "Your answer" in page
    assert "ann" not in re.sub(r"<[^>]*>", " ", page).split()


def test_a_skipped_item_is_passed_over_and_stays(opened: Open) -> None:
    client = opened()
    page = client.get(f"/links/{PAIR}").text
    gone = client.post("/queue/skip", data=form_of(page, "/queue/skip"))
    assert not gone.headers["location"].startswith(f"/links/{PAIR}")
    assert "Skipped" in client.get(gone.headers["location"]).text
    assert PAIR in client.get("/queue").text


def test_an_address_cannot_put_words_on_a_page(opened: Open) -> None:
    page = opened().get("/queue", params={"said": "Ring this number", "was": "link:a~b"}).text
    assert "Ring this number" not in page


def test_whoever_is_shown_two_records_stands_in_the_audit_log(opened: Open, settings: Settings) -> None:
    opened().get(f"/links/{PAIR}")
    line = AuditLog(settings.database_url).export().to_pylist()[-1]
    assert (line["operation"], line["actor"], line["role"]) == ("consultation", "ann", "reviewer")
    assert sorted(line["subjects"]) == sorted(ANN_AND)


def test_an_identity_shows_its_records_and_the_weakest_join(opened: Open) -> None:
    page = opened(BOB).get("/identities/P1").text
    assert page.count('scope="col"><span class="letter">') >= 3
    assert "Weakest join" in page


def test_an_identity_tells_no_weight_of_a_link_that_waits_to_be_judged(opened: Open) -> None:
    """Both of its links were drawn at random to be judged."""
    client = opened(BOB)
    before = client.get("/identities/P1").text
    assert "+40.0" not in before
    assert "told once you have judged it" in before
    answer(client, "same:identifier", pair="essex:1~kent:1")
    assert client.get("/identities/P1").text.count("+40.0") >= 1


def asked_whole(settings: Settings, **said: str) -> str:
    """The queue asks about the two records of ``PAIR`` as an identity; gives the address of its page."""
    of = settings.workspace.stage(settings.cycle, "identities.parquet")
    one = next(row["national_id"] for row in pq.read_table(of).to_pylist() if row["record_id"] == "kent:3")
    path = settings.workspace.stage(settings.cycle, "queue.parquet")
    rows = pq.read_table(path).to_pylist()
    (link,) = (row for row in rows if row["item"] == f"link:{PAIR}")
    inside = [{"left": "essex:2", "right": "kent:3", "evidence_hash": link["evidence_hash"], "waits": "told_apart"}]
    whole = {**link, "item": f"identity:{one}", "kind": "identity", "national_id": one, "left": None, "right": None}
    whole |= {"links": inside, "audit": False, "audit_frame": None, "audit_probability": None, "judges": 2, **said}
    write_table(path, pa.Table.from_pylist([whole, *(row for row in rows if row is not link)], QUEUE))
    return f"/identities/{one}"


def assign(client: TestClient, there: str) -> Any:
    apart = {"record": ["essex:2", "kent:3"], "person-1": "A", "person-2": "B", "act": "assign", "reason": "evidence"}
    return client.post(there, data={**form_of(client.get(there).text, there), **apart})


def test_an_identity_of_two_records_is_judged_blind_like_a_link(opened: Open, settings: Settings) -> None:
    there = asked_whole(settings)
    client = opened()
    for page in (client.get(there).text, client.get(f"/links/{PAIR}").text):
        for word in ("+8.0", "possible, undecided", "same name", "0.996"):
            assert word not in page
    assert "Show what it weighs" in client.get(there).text
    assert f'<a href="{there}">Answer there</a>' in client.get(f"/links/{PAIR}").text
    assert assign(client, there).status_code == 303
    assert "+8.0" in client.get(there).text
    assert "same name" in client.get(f"/links/{PAIR}").text
    assert [(each["blind"], each["waterfall_seen"]) for each in judged(settings)] == [(True, False)]


@pytest.mark.parametrize("why", ["Kent says that these are two people", "Somebody asks whether these records are one"])
def test_why_an_identity_of_two_records_is_asked_about_is_told_once_it_is_answered(
    opened: Open, settings: Settings, why: str
) -> None:
    there = asked_whole(settings, why=f"{why}; it concerns somebody on the missing list.")
    write_table(settings.workspace.stage(settings.cycle, "lineage.parquet"), schema.LINEAGE.empty_table())
    places = {there: "They may be one person; ", f"/person/{there.rpartition('/')[2]}": "An identity to be judged"}
    client = opened()
    for place, instead in {**places, "/queue": "They may be one person; "}.items():
        page = client.get(place).text
        assert why not in page, place
        assert instead in page, place
    assert assign(client, there).status_code == 303
    for place in (*places, "/queue?mine=1"):
        assert why in client.get(place).text, place


@pytest.mark.parametrize("on_the_links_page", [False, True])
def test_an_identity_of_two_records_is_not_blind_to_who_asked_for_its_weight(
    opened: Open, settings: Settings, on_the_links_page: bool
) -> None:
    there = asked_whole(settings)
    assert assign(opened(), there).status_code == 303
    asked = f"/links/{PAIR}" if on_the_links_page else there
    assert "+8.0" in opened(BOB).get(asked, params={"weighing": "1"}).text
    fresh = opened(BOB)
    fresh.cookies.clear()
    assert "+8.0" in fresh.get(there).text
    assign(fresh, there)
    assert [(each["blind"], each["waterfall_seen"]) for each in judged(settings)] == [(True, False), (False, True)]


def test_a_wrong_answer_to_a_link_that_is_asked_about_as_an_identity_tells_no_weight(
    opened: Open, settings: Settings
) -> None:
    there = asked_whole(settings)
    client = opened()
    token = form_of(client.get(there).text, there)["token"]
    refused = client.post(f"/links/{PAIR}", data={"token": token, "answer": "no such"})
    assert refused.status_code == 422
    assert "+8.0" not in refused.text


LETTERS: dict[str, Any] = {
    "record": ["essex:1", "kent:1", "surrey:1"],
    "person-1": "A",
    "person-2": "A",
    "person-3": "B",
}


def test_who_parts_an_identity_nobody_is_asked_about_is_the_first_of_two(opened: Open, settings: Settings) -> None:
    """One person once did so alone, and what was recorded could be taken back at a terminal only."""
    client = opened(BOB)
    form = form_of(client.get("/identities/P1").text, "/identities/P1") | LETTERS
    assert "2 records: 1, 2" in client.post("/identities/P1", data={**form, "act": "preview"}).text
    assert client.post("/identities/P1", data={**form, "act": "part"}).status_code == 422
    assert judged(settings) == []
    gone = client.post("/identities/P1", data={**form, "act": "part", "reason": "asked_forces"})
    page = client.get(gone.headers["location"]).text
    assert "A second person is asked before it counts." in page
    assert "Part them" not in page
    assert len(DecisionLog(settings.database_url).state()) == 0

    second = opened(ANN)
    assert "Somebody asks whether these records are one person" in second.get("/queue").text
    assert "One identity, 3 records" in sought(second, "P1")
    page = second.get("/identities/P1").text
    assert "Record the letters" in page
    assert "bob" not in re.sub(r"<[^>]*>", " ", page).split()
    assert not re.search(r'<option value="B" selected', page)
    form = form_of(page, "/identities/P1") | LETTERS
    answered = second.post("/identities/P1", data={**form, "act": "assign", "reason": "evidence"})
    assert "Decided." in second.get(answered.headers["location"]).text
    state = DecisionLog(settings.database_url).state().to_pylist()
    assert {(row["left"], row["right"], row["judgement"], row["reviewer"]) for row in state} == {
        ("essex:1", "surrey:1", "different", "bob and ann"),
        ("kent:1", "surrey:1", "different", "bob and ann"),
    }


def test_a_parting_is_taken_back_on_its_page_by_a_new_line(opened: Open, settings: Settings) -> None:
    for visitor, act in ((BOB, "part"), (ANN, "assign")):
        client = opened(visitor)
        form = form_of(client.get("/identities/P1").text, "/identities/P1") | LETTERS
        client.post("/identities/P1", data={**form, "act": act, "reason": "evidence"})
    answer(opened(BOB), "different:birth_date")  # so that it is not his last
    page = opened(BOB).get("/identities/P1").text
    form = form_of(page, "/identities/P1/undo")
    assert opened(BOB).post("/identities/P1/undo", data=form).status_code == 422
    undone = opened(BOB).post("/identities/P1/undo", data={**form, "reason": "the prints were another's"})
    assert "Taken back" in opened(BOB).get(undone.headers["location"]).text
    assert [each["judgement"] for each in judged(settings)] == ["assign", "assign", "different", "undo"]
    assert len(DecisionLog(settings.database_url).state()) == 0
    assert opened(BOB).post("/identities/P1/undo", data={**form, "reason": "again"}).status_code == 409
    assert acts.item_of(settings, ANN, "parting:P1")["state"] == "second"  # type: ignore[index]
    acts.take_back(settings, ANN, "parting:P1")
    assert "asks whether these records" not in opened(BOB).get("/queue").text, "nobody asks any more"
    assert "Part them" in opened(BOB).get("/identities/P1").text


def test_who_holds_the_records_to_be_one_persons_has_a_third_asked(opened: Open, settings: Settings) -> None:
    together = LETTERS | {"person-3": "A"}
    for visitor, act, letters in ((BOB, "part", LETTERS), (ANN, "assign", together), (CAN_SEE_ALL, "assign", together)):
        client = opened(visitor)
        form = form_of(client.get("/identities/P1").text, "/identities/P1") | letters
        client.post("/identities/P1", data={**form, "act": act, "reason": "evidence"})
    row = acts.item_of(settings, BOB, "parting:P1")
    assert row is not None
    assert row["state"] == "decided"
    assert len(DecisionLog(settings.database_url).state()) == 0, "nobody asked whether its links hold"


def test_who_signs_nothing_off_parts_nothing(opened: Open) -> None:
    client = opened(ANN)
    assert "Part them" not in client.get("/identities/P1").text


def test_pages_hold_no_inline_style_or_script(opened: Open) -> None:
    client = opened(BOB)
    for path in ("/queue", f"/links/{PAIR}?weighing=1", "/identities/P1"):
        page = client.get(path).text
        assert " style=" not in page
        assert not re.search(r"<script(?![^>]* src=)", page)


def test_parting_decides_of_the_records_of_that_identity_alone(opened: Open, settings: Settings) -> None:
    client = opened(BOB)
    form = form_of(client.get("/identities/P1").text, "/identities/P1") | {"act": "part", "reason": "asked_forces"}
    strange = {"record": ["essex:2", "kent:1", "surrey:1"], "person-1": "A", "person-2": "B", "person-3": "B"}
    none = {"record": []}
    one = LETTERS | {"person-3": "A"}
    for letters in (strange, none, one):
        assert client.post("/identities/P1", data={**form, **letters}).status_code == 409
    assert judged(settings) == []


def test_an_identity_the_queue_asks_about_is_not_parted_beside_it(
    opened: Open, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr(identities, "_waits_for_somebody", lambda *_given: True)
    client = opened(BOB)
    page = client.get("/identities/P1").text
    assert "Part them" not in page
    form = form_of(client.get("/queue").text, "/queue/next") | {"act": "part", "reason": "asked_forces"}
    answered = client.post("/identities/P1", data={**form, **LETTERS})
    assert answered.status_code == 409
    assert "waits in the queue" in answered.text
    assert judged(settings) == []


def test_a_persons_page_tells_of_a_link_that_waits_neither_its_strength_nor_what_others_answered(
    opened: Open, settings: Settings
) -> None:
    of = settings.workspace.stage(settings.cycle, "identities.parquet")
    ids = {row["record_id"]: row["national_id"] for row in pq.read_table(of).to_pylist()}
    there = f"/person/{ids['kent:3']}"
    write_table(settings.workspace.stage(settings.cycle, "lineage.parquet"), schema.LINEAGE.empty_table())
    answer(opened(ANN), "same:identifier")
    answer(opened(CAN_SEE_ALL), "same:identifier")
    acts.undo(settings, ANN)  # the line of both stays in the log of decisions
    before = opened(BOB).get(there).text
    assert "Told once you have judged it" in before
    assert "ann and eve" not in before
    assert "ann and eve" in opened(ANN).get(there).text


def test_what_two_answered_of_an_identity_is_told_to_nobody_who_is_still_asked_about_it(
    settings: Settings,
) -> None:
    path = settings.workspace.stage(settings.cycle, "queue.parquet")
    whole = {**pq.read_table(path).to_pylist()[0], "item": "identity:P3", "kind": "identity", "judges": 2}
    whole |= {"left": None, "right": None, "records": ["essex:2", "essex:4", "kent:3"], "national_ids": ["P3"]}
    write_table(path, pa.Table.from_pylist([whole], QUEUE))
    desk = Desk(settings)
    assert undecided_by(desk, BOB, "essex:4", "kent:3")
    assert not undecided_by(desk, BOB, "essex:1", "kent:3")
    assert not undecided_by(desk, ENGINEER, "essex:4", "kent:3")
