"""Home: what waits and what a release would say, as each role reads it, and applying what was decided."""

import html
import re
import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from starlette.testclient import TestClient

from reconcile import cycle, publication, turns
from reconcile.errors import BusyError, ReconcileError
from reconcile.review import acts, applying, glance
from reconcile.review.access import Visitor
from reconcile.review.decisions import Decision, DecisionLog
from reconcile.review.pages import create_app
from reconcile.settings import Settings, load
from reconcile.workspace import write_table
from tests.small_workspace import compiled, uncompiled

ANN = Visitor("ann", frozenset({"coordinator"}))
SEES_ALL = Visitor("eve", frozenset({"coordinator", "protected"}))
REVIEWER = Visitor("rae", frozenset({"reviewer"}))


@pytest.fixture(autouse=True)
def own_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RECONCILE_DATABASE_URL", raising=False)


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv("RECONCILE_DATABASE_URL", raising=False)
        return compiled(tmp_path_factory.mktemp("country") / "workspace").workspace.root


@pytest.fixture
def settings(country: Path, tmp_path: Path) -> Settings:
    return load(shutil.copytree(country, tmp_path / "workspace"))


def client(settings: Settings, visitor: Visitor = ANN) -> TestClient:
    return TestClient(create_app(settings, lambda _request: visitor, secret="s" * 40), follow_redirects=False)


def text(page: Any) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page.text)))


def decides(settings: Settings, judgement: str = "different") -> None:
    (link,) = cycle.table(settings, "links").filter(pc.field("left") == "essex:2").to_pylist()
    log = DecisionLog(settings.database_url)
    log.record([Decision(link["left"], link["right"], judgement, link["evidence_hash"], "ann", "told apart by both")])


def test_a_cycle_that_was_not_run_says_so(tmp_path) -> None:
    page = client(uncompiled(tmp_path)).get("/")
    assert page.status_code == 200
    assert "has not been run yet" in text(page)
    assert "national_reconciliation" in text(page)


def test_before_the_first_release_home_says_what_waits(settings) -> None:
    said = text(client(settings, SEES_ALL).get("/"))
    queue = cycle.table(settings, "queue")
    links = queue.filter(pc.equal(queue["kind"], "link")).num_rows
    assert links
    assert f"Are two records the same person? {links}" in said
    assert "Extracts held back May a force's extract be counted? 0 nothing waits" in said
    assert "Decisions to apply All that was decided is on the list 0 nothing waits" in said
    assert "Nothing is released yet 1" in said
    assert "This would be the first release" in said
    figures = cycle.statistics_of(settings)
    assert f"Open claims {figures['gross_claims']}" in said
    assert "Wiltshire" in said


@pytest.mark.slow
def test_after_a_release_home_sets_what_was_compiled_since_beside_it(settings) -> None:
    release = publication.release(settings, signed_by="ann", role="national coordinator", reason="checked")
    said = text(client(settings).get("/"))
    assert f"Release {release.name} , signed off on" in said
    assert "The current release says all this 0 nothing waits" in said
    decides(settings)
    assert "Recorded, and not on the list yet 1" in text(client(settings).get("/"))
    acts.apply(settings)
    found = glance.next_release(settings)
    assert not found.same
    assert [each.by for each in found.figures if each.called == "Open claims"] == [0]
    said = text(client(settings).get("/"))
    assert "The list differs from the current release 1" in said
    assert "says all this already" not in said


def test_what_is_of_restricted_people_is_a_count_and_told_to_those_without_the_role(settings) -> None:
    queue = cycle.table(settings, "queue")
    all_of_it = pa.array([True] * queue.num_rows)
    marked = queue.set_column(queue.schema.get_field_index("restricted"), "restricted", all_of_it)
    write_table(settings.workspace.stage(settings.cycle, "queue.parquet"), marked)
    said = text(client(settings).get("/"))
    assert "Are two records the same person? 0" in said
    assert "of restricted people wait" in said


def test_a_cycle_compiled_before_there_was_a_queue_can_be_compiled_again(settings) -> None:
    settings.workspace.stage(settings.cycle, "queue.parquet").unlink()
    page = client(settings).get("/")
    assert "compiled before there was a queue" in text(page)
    assert "Compile again</button>" in page.text
    assert "Compile again</button>" not in client(settings, REVIEWER).get("/").text


def test_where_nothing_waits_home_says_so(settings) -> None:
    queue = cycle.table(settings, "queue")
    write_table(settings.workspace.stage(settings.cycle, "queue.parquet"), queue.slice(0, 0))
    assert "Nothing waits to be judged." in text(client(settings).get("/"))


def test_home_names_nobody(settings) -> None:
    page = client(settings).get("/").text
    names = {str(each["name"]) for each in cycle.table(settings, "missing_list").to_pylist()}
    assert len(names) > 2
    for name in ("Adams", "Addams", "Brown", "Clark", "Dean", *names):
        assert name not in page
    assert "kent:1" not in page


@pytest.mark.slow
def test_decisions_are_applied_in_a_process_of_their_own(settings) -> None:
    decides(settings)
    visitors = client(settings)
    assert acts.pending(settings) == 1
    assert applying.last(settings) is None
    page = visitors.get("/").text
    token = re.search(r'action="/apply"><input type="hidden" name="token" value="([^"]+)"', page)
    assert token
    answer = visitors.post("/apply", data={"token": token[1]})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "being compiled with them (begun by ann)" in text(visitors.get("/"))
    assert 'data-again="/applying"' in visitors.get("/applying").text
    again = visitors.post("/apply", data={"token": token[1]})
    assert "already" in text(visitors.get("/")), again.headers
    until = time.monotonic() + 60
    while (state := applying.last(settings)) and state.state == "running" and time.monotonic() < until:
        time.sleep(0.1)
    assert state == applying.Applying("done", share=1.0, by="ann", began=state.began)
    assert acts.pending(settings) == 0
    assert cycle.table(settings, "decisions").num_rows == 1
    assert "All that was decided is on the list" in text(visitors.get("/"))
    assert "Done. All that was decided" in text(visitors.get("/applying"))


def test_a_reviewer_sees_that_decisions_wait_and_does_not_apply_them(settings) -> None:
    decides(settings)
    page = client(settings, REVIEWER).get("/")
    assert "a coordinator applies them" in text(page)
    assert 'action="/apply"' not in page.text


def test_what_keeps_decisions_from_being_applied_is_told(settings, monkeypatch) -> None:
    def busy(*_: Any) -> None:
        raise BusyError("the workspace is written by `reconcile run`: wait until that has ended")

    monkeypatch.setattr(acts, "apply", busy)
    assert applying.run(settings, "ann").state == "failed"
    assert "begun by ann, was not done: the workspace is written by" in text(client(settings).get("/"))

    def breaks(*_: Any) -> None:
        raise KeyError("Quillfeather")

    monkeypatch.setattr(acts, "apply", breaks)
    with pytest.raises(KeyError):
        applying.run(settings, "ann")
    said = text(client(settings).get("/"))
    assert applying.BROKE in said
    assert "Quillfeather" not in said


def test_home_says_how_many_notices_went_when_decisions_were_applied_or_why_none(settings) -> None:
    said = applying.Applying("done", share=1.0, by="ann", notices=2)
    applying._write(settings, said)
    assert "2 notices went to forces when decisions were last applied." in text(client(settings).get("/"))
    applying._write(settings, replace(said, notices=0, sentence="no force was told of it: the list is not whole"))
    assert "Decisions are applied, but no force was told of it" in text(client(settings).get("/"))
    applying._write(settings, replace(said, notices=0))
    assert "when decisions were last applied" not in text(client(settings).get("/"))


def test_one_that_was_killed_is_not_taken_for_one_that_runs(settings) -> None:
    applying._write(settings, applying.Applying("running", "assess", 0.5, "ann"))
    found = applying.last(settings)
    assert found
    assert found.state == "broke off"
    assert "begun by ann, broke off" in text(client(settings).get("/"))
    with applying._lock(settings):
        found = applying.last(settings)
        assert found
        assert (found.state, found.what) == ("running", "assess")
        with pytest.raises(BusyError):
            applying.start(settings, "bo")
    assert (settings.workspace.root / turns.FOLDER / applying.LOCK).is_file()


def test_what_a_release_would_say_is_worked_out_once_for_all(settings, monkeypatch) -> None:
    asked: list[Settings] = []
    told = glance.next_release
    monkeypatch.setattr(glance, "next_release", lambda of: asked.append(of) or told(of))
    visitors = client(settings)
    visitors.get("/")
    visitors.get("/")
    assert len(asked) == 1
    decides(settings)
    acts.apply(settings)
    visitors.get("/")
    assert len(asked) == 2


def test_what_a_release_would_say_is_told_or_why_not(settings, monkeypatch) -> None:
    def erased(_: Settings) -> glance.Next:
        raise ReconcileError("release 2018-02 is proof only")

    monkeypatch.setattr(glance, "next_release", erased)
    said = text(client(settings).get("/"))
    assert "This cannot be told: release 2018-02 is proof only." in said
    assert "Release sign-off Cannot be told now" in said
