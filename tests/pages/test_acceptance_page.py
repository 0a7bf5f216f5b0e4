"""The page a force gets back, in a browser: no network, no sideways scrolling, legible in light, dark and on paper."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconcile import schema
from reconcile.intake.checking import check
from reconcile.intake.receipt import Receipt
from reconcile.reports import acceptance_files
from reconcile.reports.acceptance import acceptance
from reconcile.reports.national_completeness import national_completeness
from tests.unit.dialect import KENT, csv_bytes

pytestmark = pytest.mark.needs("chromium")

FAULTS: list[dict[str, str]] = [
    {"DOB": "no"},
    {"Status": "gone", "DOB": "no"},
    {"PNC": "81/34X"},
    {"Postcode": "nowhere"},
    {"Status": "Lost", "Offence": "refused", "Sex": "n/k"},
    {},
]
PARTS = "() => Array.from(document.querySelectorAll('main, h1, h2, table, .bar'), each => each.getBoundingClientRect())"
CONTRAST = """() => {
  const lum = c => c.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const back = node => { for (; node; node = node.parentElement) {
    const c = getComputedStyle(node).backgroundColor; if (!/^rgba.*, 0\\)$/.test(c)) return c; }
    return 'rgb(255, 255, 255)'; };
  const worst = [];
  for (const node of document.querySelectorAll('body *')) {
    if (!Array.from(node.childNodes).some(n => n.nodeType === 3 && n.textContent.trim())) continue;
    if (!node.getClientRects().length || node.closest('.skip, title, style, script')) continue;
    const [a, b] = [lum(getComputedStyle(node).color), lum(back(node))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) worst.push(`${node.className || node.tagName}: ${ratio.toFixed(2)}`);
  }
  return worst;
}"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports of every kind: rows quarantined, rejected, nothing received, and a check before sending."""
    folder = tmp_path_factory.mktemp("acceptance")
    people = [{"Ref": f"K{place}", **FAULTS[place % len(FAULTS)]} for place in range(1, 181)]
    content = csv_bytes(*people, {"Ref": "K999", "Bank card": "1", "Shoe size": "9"})
    manifest = {"force": "kent", "as_of": "2018-03-01", "record_count": len(people) + 1, "nil": False}
    found = check(content, json.dumps(manifest).encode(), KENT, name="register_1.csv", today=dt.date(2018, 3, 1))
    medians = national_completeness([found.receipt] * 3, 3)
    none = schema.QUARANTINE.empty_table()
    faulty = acceptance(found.receipt, found.quarantine, found.findings, KENT.force, medians, cycle="2018-03")
    rejected = Receipt("kent", "REJECTED", "", "ab" * 32, rows_in=9, reasons=(("columns", 0, "no column Status"),))
    reports = {
        "faulty": faulty,
        "check": replace(faulty, cycle="", national_forces=0),
        "rejected": acceptance(rejected, none, none, KENT.force, medians, cycle="2018-03"),
        "silent": acceptance(Receipt("kent", "NOT_RECEIVED"), none, none, KENT.force, medians, cycle="2018-03"),
    }
    for name, report in reports.items():
        acceptance_files.write(report, folder / name, marking="OFFICIAL-SENSITIVE", synthetic=True)
    return folder


@pytest.mark.parametrize("kind", ["faulty", "check", "rejected", "silent"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_opens_without_a_network_or_sideways_scrolling_and_can_be_read(opened, pages, kind, width, scheme) -> None:
    tab = opened(pages / f"{kind}.html", width=width, scheme=scheme)
    assert tab.locator("h1").inner_text().endswith("for Kent Police")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert all(box["right"] <= width + 1 for box in tab.evaluate(PARTS))
    assert tab.evaluate(CONTRAST) == []


def test_it_can_be_read_without_script_and_aloud(opened: Any, pages: Path) -> None:
    tab = opened(pages / "faulty.html", script=False)
    assert tab.locator("main h2").all_inner_texts() == [
        "What to do next",
        "Quarantined rows",
        "Warnings",
        "Columns",
        "How complete it is",
    ]
    assert tab.locator("html").get_attribute("lang") == "en-GB"
    assert tab.locator("h1").count() == 1
    assert tab.locator("table.complete tbody th[scope=row]").count() == tab.locator("table.complete tbody tr").count()
    assert all(each == "true" for each in [bar.get_attribute("aria-hidden") for bar in tab.locator(".bar").all()])


def test_a_rejected_extract_says_why_before_what_to_do(opened: Any, pages: Path) -> None:
    tab = opened(pages / "rejected.html")
    assert tab.locator("main h2").all_inner_texts() == ["Why it was rejected", "What to do next"]


def test_long_lists_of_rows_are_cut_aloud(opened: Any, pages: Path) -> None:
    tab = opened(pages / "faulty.html")
    claims = tab.locator(".warning", has_text="since when").locator(".rows").inner_text()
    rows = int(tab.locator(".warning", has_text="since when").locator(".count").inner_text().split()[0])
    assert rows == 30
    assert claims.count("(K") == min(rows, acceptance_files.SHOWN_KEYS)


def test_it_prints_on_a_few_sheets_with_the_marking(opened: Any, pages: Path) -> None:
    tab = opened(pages / "faulty.html")
    pdf = tab.pdf(prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF")
    assert 2 <= pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") <= 8
    tab.emulate_media(media="print")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 1280
