"""The quality page: who may read it, whose names stand on it, and what it says where there is little to say."""

import re
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from reconcile import schema
from reconcile.review.access import Visitor
from reconcile.review.judgements import Judgement, JudgementLog
from reconcile.review.pages import create_app
from reconcile.settings import Settings
from reconcile.workspace import Workspace, write_table
from tests.review_log import REVIEWERS, workspace

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

Read = Callable[[Settings, str, str], str]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return workspace(tmp_path_factory.mktemp("judged"))


@pytest.fixture
def empty(tmp_path: Path) -> Settings:
    """A cycle compiled before there was a queue, and nothing judged."""
    settings = Settings(
        Workspace(tmp_path), "2018-03", "APD-1", "DPIA-1", synthetic=True, database_url=f"sqlite:///{tmp_path}/d.sqlite"
    )
    for name in ("records", "links", "decisions"):
        table = getattr(schema, name.upper()).empty_table()
        write_table(settings.workspace.stage(settings.cycle, f"{name}.parquet"), table)
    return settings


def client(settings: Settings, name: str, role: str) -> TestClient:
    return TestClient(create_app(settings, lambda _request: Visitor(name, frozenset({role})), secret="of a test"))


def text(html: str) -> str:
    return " ".join(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", html.split('<main id="main"')[1], flags=re.DOTALL).split())


@pytest.mark.parametrize(
    ("role", "status"), [("reviewer", 200), ("coordinator", 200), ("engineer", 200), ("force", 403), ("protected", 403)]
)
def test_who_may_read_it(empty: Settings, role: str, status: int) -> None:
    assert client(empty, "Ada Byron", role).get("/quality").status_code == status


def test_where_nothing_is_judged_it_says_so_and_gives_no_share(empty: Settings) -> None:
    said = text(client(empty, "Ada Byron", "reviewer").get("/quality").text)
    for sentence in (
        "0 answers stand, and by them 0 items are decided",
        "No item drawn at random is in the queue or decided yet",
        "No verified link drawn at random is decided yet",
        "No item has been answered by two people yet",
        "calibrated on synthetic records; 0 of 200 decisions",
        "Nobody has answered a link yet",
        "Nothing waits",
    ):
        assert sentence in said
    assert "%" not in said.split("What the figures mean")[0].replace("95 %", "")


def test_a_reviewer_sees_their_own_line_and_nobody_elses_name(judged: Settings) -> None:
    html = client(judged, REVIEWERS[0], "reviewer").get("/quality").text
    assert "You and the others" in html
    assert not [name for name in REVIEWERS[1:] if name in html]
    assert REVIEWERS[0] not in html.split('<main id="main"')[1]
    assert 'id="cannot-tell-broad-title"' in html, "five others are a distribution"


def test_an_engineer_sees_no_reviewer_at_all(judged: Settings) -> None:
    html = client(judged, "Eng", "engineer").get("/quality").text
    assert not [name for name in REVIEWERS if name in html]
    assert "You and the others" not in html
    assert 'id="cannot-tell-broad-title"' not in html
    assert "Verified links" in html


def test_every_figure_has_its_interval_and_every_chart_its_table(judged: Settings) -> None:
    html = client(judged, "Eng", "engineer").get("/quality").text
    verified = re.search(r'<tr><th scope="row">Verified links</th>\s*<td class="n">([^<]+)</td>', html)
    assert verified
    assert re.fullmatch(r"\d+ % \(\d+(\.\d)? to \d+(\.\d)?\)", verified[1])
    for name in ("precision", "sexes", "forces", "calibration", "weeks", "ages"):
        assert f'id="{name}-broad-title"' in html
    assert html.count('class="scroll" tabindex="0" role="region"') == html.count("<table")


def test_nothing_on_it_needs_a_style_or_a_script_of_its_own(judged: Settings) -> None:
    html = client(judged, "Eng", "engineer").get("/quality").text
    assert not re.search(r"<[^>]+\sstyle=|<style|<script(?! src)", html)
    assert len(ids := re.findall(r'\sid="([^"]+)"', html)) == len(set(ids))


def test_no_record_of_anybody_is_shown(judged: Settings) -> None:
    html = client(judged, "Eng", "engineer").get("/quality").text
    assert not re.search(r"\b(kent|essex|surrey|sussex|metropolitan|dorset):\d", html)


def test_a_new_answer_is_counted_at_once(empty: Settings) -> None:
    page = client(empty, "Ada Byron", "reviewer")
    assert "0 answers stand" in text(page.get("/quality").text)
    one = Judgement("link:kent:1~essex:1", "same", "identifier", "Ada Byron", "h", "essex:1", "kent:1")
    JudgementLog(empty.database_url).record([one])
    said = text(page.get("/quality").text)
    assert "1 answer stands, and by them 1 item is decided" in said
    assert "You gave 1 answer. Of yours on links you could not tell 0 of 1: too few for a share" in said
