"""The sign-off and the extracts that wait: what is shown before it, who may, and what an act sets off."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import Request
from starlette.testclient import TestClient

from reconcile import cycle, publication
from reconcile.errors import ReleaseError
from reconcile.national import bands, bands_told, contents
from reconcile.national import release as releases
from reconcile.review import airflow_approval
from reconcile.review.airflow_approval import Answer
from reconcile.review.decisions import Decision, DecisionLog
from reconcile.review.holds import HoldLog
from reconcile.settings import Settings
from reconcile.workspace import read_json, write_json
from tests import people_country, small_country
from tests.people_country import client, logged, send

pytestmark = pytest.mark.slow

SIGNED: Any = {"signed_by": "A. Coordinator", "role": "coordinator", "reason": "checked"}


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cycle, "forces", lambda: small_country.FORCES)
    monkeypatch.setattr(publication, "forces", lambda: small_country.FORCES)
    monkeypatch.setattr(contents.page, "render", lambda *_given, **_named: "")
    monkeypatch.setattr(contents.list_workbook, "write_workbook", lambda path, *_given, **_named: path.write_text(""))


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cycle, "forces", lambda: small_country.FORCES)
        return people_country.written(tmp_path_factory.mktemp("signing"))


@pytest.fixture
def settings(compiled: Settings, tmp_path: Path) -> Settings:
    return people_country.copied(compiled, tmp_path / "workspace")


@pytest.fixture
def desk(settings: Settings) -> TestClient:
    return client(settings)


@pytest.fixture
def broken(settings: Settings) -> str:
    """The sentence of a figure outside its band: the current release says as many claims again."""
    path = publication.release(settings, **SIGNED)
    figures = read_json(path / contents.STATISTICS)
    write_json(path / contents.STATISTICS, {**figures, "gross_claims": 90})
    manifest = read_json(path / releases.MANIFEST)
    name = f"2018-03-{releases.release_hash(path)[:8]}"
    manifest["files"][contents.STATISTICS] = hashlib.sha256((path / contents.STATISTICS).read_bytes()).hexdigest()
    write_json(path / releases.MANIFEST, {**manifest, "release": name})
    path.rename(path.with_name(name))
    (settings.workspace.releases / releases.POINTER).write_text(f"{name}\n")
    stage = settings.workspace.stage(settings.cycle, "resolved.json")
    write_json(stage, {"previous": name})
    return "Open claims: 4; 90 in the release before."


def current(settings: Settings) -> Path | None:
    return releases.current(settings)


@pytest.mark.parametrize("roles", [("reviewer",), ("engineer",), ("protected",), ("force",)])
def test_only_a_coordinator_signs(settings: Settings, roles: tuple[str, ...]) -> None:
    visitor = client(settings, *roles)
    assert visitor.get("/sign-off").status_code == 403
    for place in ("/sign-off", "/sign-off/hold", "/sign-off/lift"):
        assert visitor.post(place, data={"reason": "x"}).status_code == 403
    assert current(settings) is None


def test_signing_publishes_under_the_visitor_s_name_and_role(desk: TestClient, settings: Settings) -> None:
    answer = send(desk, "/sign-off", "/sign-off", reason="checked with the forces")
    assert (answer.status_code, answer.headers["location"]) == (303, "/releases")
    path = current(settings)
    assert path is not None
    signed = read_json(path / releases.SIGN_OFF)
    assert (signed["signed_by"], signed["role"]) == ("A. Visitor", "coordinator")
    assert signed["reason"] == "checked with the forces"
    page = desk.get("/releases").text
    assert path.name in page
    assert "is published and current" in page


def test_signing_needs_a_reason(desk: TestClient, settings: Settings) -> None:
    answer = send(desk, "/sign-off", "/sign-off", reason="  ")
    assert answer.status_code == 422
    assert "Say why the list may be published." in answer.text
    assert current(settings) is None


def test_what_speaks_against_signing_is_said(desk: TestClient, settings: Settings) -> None:
    DecisionLog(settings.database_url).record([Decision("essex:1", "kent:2", "same", None, "R. Viewer", "prints")])
    page = re.sub(r"<[^>]+>", "", desk.get("/sign-off").text)
    assert "1 decision is not in the list yet" in page
    assert "1 extract waits and does not count: Wiltshire." in page
    assert "can change the list" in page
    answer = send(desk, "/sign-off", "/sign-off", reason="checked")
    assert answer.status_code == 409
    assert "Decisions were recorded since the list was compiled" in answer.text
    assert current(settings) is None


def test_figures_outside_their_bands_need_a_reason_of_their_own(
    desk: TestClient, settings: Settings, broken: str
) -> None:
    before = current(settings)
    assert broken in send(desk, "/sign-off", "/sign-off", reason="checked").text
    assert current(settings) == before
    send(desk, "/sign-off", "/sign-off", reason="checked", accept_bands="Kent counted twice before")
    path = current(settings)
    assert path is not None
    assert path != before
    assert read_json(path / releases.SIGN_OFF)["bands"]["accepted"] == "Kent counted twice before"


def test_the_bands_are_told_as_they_are_judged(settings: Settings, broken: str) -> None:
    path = current(settings)
    assert path is not None
    before, now = read_json(path / contents.STATISTICS), cycle.statistics_of(settings)
    changed = {kind: {"rows": 0, "people": 0, "claims": 0} for kind in ("withdrawn", "corrected")}
    told = bands_told.beside(now, before, changed)
    assert {each.broken for each in told if each.broken} == set(bands.broken(now, before, changed)) == {broken}
    claims = next(each for each in told if each.band == "gross_claims")
    assert (claims.before, claims.now, claims.within) == ("90", "4", "71 to 117")


def test_a_hold_stands_against_every_way_to_publish_until_it_is_lifted(desk: TestClient, settings: Settings) -> None:
    send(desk, "/sign-off/hold", "/sign-off", reason="Kent sends another extract tonight")
    page = desk.get("/sign-off").text
    assert "Held by A. Visitor" in page
    assert "Kent sends another extract tonight" in page
    assert "Sign off and publish" not in page
    assert send(desk, "/sign-off", "/sign-off", reason="checked").status_code == 409
    with pytest.raises(ReleaseError, match=r"is held by A\. Visitor"):
        publication.release(settings, **SIGNED)
    assert current(settings) is None
    send(desk, "/sign-off/lift", "/sign-off", reason="it came")
    assert send(desk, "/sign-off", "/sign-off", reason="checked").status_code == 303
    assert [line.act for line in HoldLog(settings.database_url).lines("2018-03")] == ["hold", "lift"]


def test_a_hold_needs_a_reason_and_is_of_one_cycle(desk: TestClient, settings: Settings) -> None:
    send(desk, "/sign-off/hold", "/sign-off", reason=" ")
    send(desk, "/sign-off/lift", "/sign-off", reason="nothing is held")
    log = HoldLog(settings.database_url)
    assert log.lines("2018-03") == ()
    log.hold("2018-02", by="A", role="coordinator", reason="an old one")
    log.need_none("2018-03")
    with pytest.raises(ReleaseError, match="held already"):
        log.hold("2018-02", by="B", role="coordinator", reason="again")


def test_in_airflow_the_act_answers_the_run_that_waits(settings: Settings) -> None:
    told: list[Answer] = []

    def answer(_request: Request, said: Answer) -> bool:
        told.append(said)
        return len(told) == 1

    visitor = client(settings, answer=answer)
    first = send(visitor, "/sign-off", "/sign-off", reason="checked")
    assert first.headers["location"] == "/sign-off"
    assert current(settings) is None  # the run publishes
    assert send(visitor, "/sign-off", "/sign-off", reason="checked").headers["location"] == "/releases"
    assert current(settings) is not None  # nothing waited
    assert told == [Answer("2018-03", "checked"), Answer("2018-03", "checked")]


class Server:
    """Answers as Airflow's API does, and keeps what was asked."""

    def __init__(self, *subjects: str, status: int = 200) -> None:
        self.subjects, self.status, self.asked = subjects, status, list[httpx.Request]()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if request.method == "GET":
            details = [
                {"subject": subject, "task_instance": {"dag_run_id": f"manual {number}", "map_index": -1}}
                for number, subject in enumerate(self.subjects)
            ]
            return httpx.Response(200, json={"hitl_details": details, "total_entries": len(details)})
        return httpx.Response(self.status, json={})

    def answer(self, **headers: str) -> bool:
        scope = {"type": "http", "headers": [(name.encode(), value.encode()) for name, value in headers.items()]}
        answering = airflow_approval.answering("http://airflow.example/", httpx.MockTransport(self))
        return answering(Request(scope), Answer("2018-03", "checked", "Kent is right"))


def test_airflow_is_answered_with_the_visitor_s_token_for_the_run_of_this_cycle() -> None:
    server = Server("Release the national list of cycle 2018-02?", "Release the national list of cycle 2018-03?")
    assert server.answer(cookie="_token=abc")
    look, act = server.asked
    assert look.headers["authorization"] == act.headers["authorization"] == "Bearer abc"
    assert look.url.path == "/api/v2/dags/national_reconciliation/dagRuns/~/hitlDetails"
    assert look.url.params["response_received"] == "false"
    assert act.method == "PATCH"
    assert act.url.raw_path.decode() == (
        "/api/v2/dags/national_reconciliation/dagRuns/manual%201/taskInstances/sign_off/-1/hitlDetails"
    )
    assert json.loads(act.read()) == {
        "chosen_options": ["Approve"],
        "params_input": {"reason": "checked", "accept_bands": "Kent is right"},
    }


def test_no_run_that_waits_for_this_cycle_is_said() -> None:
    server = Server("Release the national list of cycle 2018-030?")
    assert not server.answer(authorization="Bearer abc")
    assert len(server.asked) == 1


@pytest.mark.parametrize(("status", "told"), [(401, "sign in"), (403, "right"), (409, "already"), (500, "500")])
def test_a_refusal_of_airflow_is_one_line(status: int, told: str) -> None:
    with pytest.raises(ReleaseError, match=told):
        Server("cycle 2018-03", status=status).answer()


def test_an_extract_that_waits_says_why(desk: TestClient) -> None:
    page = desk.get("/extracts").text
    assert "There are 9 rows, in the last accepted extract there were 90." in page
    assert "Wiltshire Police" in page


@pytest.mark.parametrize(("act", "place"), [("accept", "/extracts/wiltshire/accept"), ("hold", "/extracts/hold")])
def test_an_extract_is_judged_under_the_visitor_s_name(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, act: str, place: str
) -> None:
    said: list[Any] = []
    monkeypatch.setattr(publication, "judge_extract", lambda *given, **named: said.append((*given[1:], named)))
    force = "wiltshire" if act == "accept" else "kent"
    send(client(settings, "engineer"), place, "/extracts", reason="the force confirms it", force=force)
    assert said == [(force, act, {"reviewer": "A. Visitor", "reason": "the force confirms it"})]


def test_a_refused_judgement_is_told_and_nothing_is_done(desk: TestClient) -> None:
    send(desk, "/extracts/hold", "/extracts", reason="x", force="wiltshire")
    assert "is HELD already" in desk.get("/extracts").text
    assert (
        desk.post("/extracts/nowhere/accept", data={"token": people_country.token(desk, "/extracts")}).status_code
        == 404
    )


def test_a_reviewer_judges_no_extract(settings: Settings) -> None:
    assert client(settings, "reviewer").get("/extracts").status_code == 403
    assert client(settings, "reviewer").get("/extracts/wiltshire/report").status_code == 403


def test_an_acceptance_report_is_shown_under_a_policy_of_its_own_and_logged(
    desk: TestClient, settings: Settings
) -> None:
    assert desk.get("/extracts/wiltshire/report").status_code == 404
    path = settings.workspace.acceptance(settings.cycle) / "wiltshire.html"
    path.parent.mkdir(parents=True)
    path.write_text("<p>report</p>")
    answer = desk.get("/extracts/wiltshire/report")
    assert answer.text == "<p>report</p>"
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "sandbox" in answer.headers["content-security-policy"]
    (line,) = logged(settings, "consultation")
    assert (line["force"], line["query"]) == ("wiltshire", f"extract {'5' * 64}")
