"""No free text of another force's record is in a report or a notice, whatever column it stands in.

The links carry the evidence that linking these very records finds, so that its sentences quote what the records say.
"""

from typing import Any

import pytest

from reconcile.reports.kinds import kinds
from tests.canaries import CLOSED, FREE, canary, filled, found, strangers, texts
from tests.told_country import PROPOSED, RECORDS, VERIFIED, evidence, in_every_form, link, reports

FORMS: list[dict[str, Any]] = [
    {"dates_read": True, "whole_names": False, "note": "{name}, {secret}"},
    {"dates_read": True, "whole_names": True, "note": "{name} (see victim {secret})"},
    {"dates_read": False, "whole_names": False, "note": "{name} see {secret}"},
    {"dates_read": False, "whole_names": True, "note": "{name}/{secret}"},
]


def linked(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The links of the country with the evidence that linking ``rows`` finds."""
    pairs = [tuple(sorted(pair)) for pair in (*VERIFIED, *PROPOSED)]
    made = [link(*pair, "verified" if pair in VERIFIED else "proposed") for pair in pairs]
    return [{**each, "evidence": said} for each, said in zip(made, evidence(rows, pairs), strict=True)]


@pytest.mark.parametrize("form", FORMS)
def test_no_free_text_of_another_force_is_in_any_form_of_a_report(form: dict[str, Any]) -> None:
    rows = [filled(row, **form) for row in RECORDS]
    told = reports(rows, linked(rows))
    assert [(slug, *strangers(in_every_form(report), slug)) for slug, report in told.items()] == [
        (slug,) for slug in told
    ]
    lacking = kinds().keys() - {item.kind for report in told.values() for item in report.items}
    assert lacking <= ({"unnotified_name"} if form["dates_read"] else {"unnotified_name", "overdue", "stale_review"})
    if form == FORMS[0]:
        assert not lacking


def test_every_text_of_a_record_is_an_id_a_word_of_a_list_or_filled() -> None:
    assert set(CLOSED) <= set(texts())
    rows = [filled(row, **form) for row in RECORDS for form in FORMS]
    there = {path for path, _record in found(repr(rows))}
    assert there == {next(iter(found(canary(path, "kent:1"))))[0] for path in FREE}


def test_the_evidence_of_these_links_quotes_what_is_not_told() -> None:
    """Else the tests above would prove nothing of evidence."""
    quoted: set[str] = set()
    for form in FORMS:
        rows = [filled(row, **form) for row in RECORDS]
        quoted |= {path for path, _record in found(repr(linked(rows)))}
    assert quoted >= {"namesgiven", "namessurname", "convictioncourt", "convictiondatetext", "identifiersvalue"}
