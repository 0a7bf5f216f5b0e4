"""The page beside a model: every number of it and of its training, complete without a network, wide or narrow."""

import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest

from reconcile import model_training
from reconcile.demo.population import register
from reconcile.linkage import model as models
from reconcile.linkage import model_page
from reconcile.linkage.blocking import KeyReport
from reconcile.linkage.model_page import Evidence
from reconcile.linkage.training_report import Bin, Said, Seen
from tests.pages.test_national_page import CONTRAST

pytestmark = pytest.mark.slow

needs_chromium = pytest.mark.needs("chromium")

MODEL = models.load()
SEEN = Seen(
    records=1200,
    pairs=5000,
    all_pairs=719_400.0,
    blocking=(KeyReport("pnc", 300, 300, 0, False), KeyReport("full name", 0, 0, 12, True)),
    histogram=(
        Bin(-float("inf"), -12.0, 0.0, 4000.0),
        Bin(-12.0, -10.0, 3.0, 600.0),
        Bin(-10.0, float("inf"), 390.0, 7.0),
    ),
)
SAID = (Said(0.0, 0.02, 4600, 0.001, 0.0009, 0.0003, 0.002), Said(0.6, 0.8, 20, 0.7, 0.65, 0.43, 0.82))


def render(model: models.Model = MODEL, evidence: Evidence | None = None, *, synthetic: bool = True) -> str:
    shown = evidence or Evidence("ab" * 32, SEEN, SAID, "another register")
    return model_page.render(model, shown, marking="OFFICIAL-SENSITIVE", synthetic=synthetic)


def told(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a model trained on a few synthetic people."""
    trained = model_training.on_people(register, 400, 3, lambda _what, _share: None)
    folder = tmp_path_factory.mktemp("models")
    _, path = model_training.write(trained, folder, "2026-12-01", marking="OFFICIAL-SENSITIVE", synthetic=True)
    return path


def test_the_page_lies_beside_its_artefact_and_names_its_hash(page: Path) -> None:
    artefact = page.with_suffix(".json")
    sha256 = hashlib.sha256(artefact.read_bytes()).hexdigest()
    assert page.stem.endswith(sha256[:8])
    html = page.read_text(encoding="utf-8")
    assert sha256 in html
    assert artefact.name in html
    assert models.load(artefact).trained["source"] == {
        "kind": "synthetic",
        "people": 400,
        "seed": 3,
        "as_of": ["2018-02-26", "2018-03-06"],
    }


def test_every_level_of_every_feature_has_its_bits() -> None:
    html = render()
    assert html.count('<td class="n step') + html.count('<td class="n less') > 200
    for name, count in (("Birth date", 10), ("Identifier", 8), ("Sex", 3)):
        (numbers,) = re.findall(rf"<summary>{name} in numbers</summary>(.*?)</details>", html, re.DOTALL)
        assert numbers.count('<th scope="row">') == count
    for joint, cells in (("Name", 63), ("Address", 96)):
        for of in ("one person", "one household"):
            (matrix,) = re.findall(rf'aria-label="{joint}, {of}: bits.*?</table>', html, re.DOTALL)
            assert matrix.count('<td class="n') == cells


def test_it_says_what_was_said_and_what_came_true_or_that_nobody_knows() -> None:
    assert "Held against another register." in told(render())
    assert '<td class="n">0.6500</td>' in render()
    unknown = render(evidence=Evidence("ab" * 32, SEEN, decisions=17))
    assert "Not measured." in told(unknown)
    assert "calibrated on synthetic records; 17 of 200 decisions" in told(unknown)


@pytest.mark.parametrize(
    ("trained", "says"),
    [
        ({"records": 9, "converged": True, "rounds": 7}, "It converged"),
        ({"records": 9, "converged": False, "rounds": 60}, "It did not converge: it was stopped after 60 rounds"),
        ({"records": 9, "converged": False}, "There was nothing to learn from"),
        ({"records": 9, "converged": True, "rounds": 7, "bounded": True}, "The share of matches ran into its bound."),
    ],
)
def test_how_training_ended_is_told_as_it_was(trained, says) -> None:
    html = told(render(replace(MODEL, trained=trained)))
    assert says in html
    assert ("More records, or more varied ones" in html) is not trained["converged"]


def test_a_key_that_was_stopped_says_so() -> None:
    (row,) = re.findall(r'<tr><th scope="row">full name</th>.*?</tr>', render())
    assert "stopped" in row
    assert ">12<" in row
    assert "1 stopped" in told(render())


def test_decisions_that_moved_the_model_are_counted() -> None:
    counts = {"same": 210, "different": 30, "calibrated": True, "needed_to_calibrate": 200, "began_from": "2026-x"}
    html = told(render(replace(MODEL, trained={**MODEL.trained, "decisions": counts})))
    assert "Moved by 240 decisions on links from 2026-x" in html
    assert "240 decisions on links (210 same, 30 different)" in html
    assert "calibrated on synthetic records and 240 decisions" in html


def test_a_model_of_real_records_carries_no_synthetic_banner() -> None:
    assert "SYNTHETIC" not in render(synthetic=False)
    assert render(synthetic=False).count('class="marking"') == 2


def test_the_same_training_gives_the_same_bytes_and_ids_that_are_one_of_a_kind() -> None:
    html = render()
    assert html == render()
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_a_meaning_is_the_sentence_of_its_level_without_the_values() -> None:
    assert model_page.meaning("birth_date", "exact") == "Same birth date"
    assert model_page.meaning("identifier", "checked") == "Same identifier, and its check letter is valid"
    assert model_page.meaning("sex", "missing") == ""


@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_opens_without_a_network_or_a_complaint_and_reads_in_both_schemes(opened, page, scheme) -> None:
    tab = opened(page, scheme=scheme)
    assert tab.locator("h1").inner_text() == f"Linkage model {page.stem}"
    for details in tab.locator("details").all():
        details.locator("summary").click()
    assert tab.evaluate(CONTRAST) == []


@needs_chromium
@pytest.mark.parametrize("width", [320, 390, 820, 1280])
def test_no_width_makes_the_page_scroll_sideways(opened, page, width) -> None:
    tab = opened(page, width=width)
    for details in tab.locator("details").all():
        details.locator("summary").click()
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


@needs_chromium
def test_no_chart_is_cut_off_by_its_own_edge(opened, page) -> None:
    cut = """() => [...document.querySelectorAll('svg')].filter(svg => svg.getClientRects().length)
      .flatMap(svg => { const box = svg.getBoundingClientRect(); return [...svg.querySelectorAll('text')]
        .filter(text => { const r = text.getBoundingClientRect();
          return r.left < box.left - 1 || r.right > box.right + 1; }).map(text => text.textContent); })"""
    for width in (390, 1280):
        assert opened(page, width=width).evaluate(cut) == []
