# ruff: noqa: E501
"""When a release may not be published without a person saying why: its figures beside those of the one before."""

import pytest

from reconcile.national import bands
from reconcile.national.claim_fates import words
from tests.small_tables import rows

TABLE = """
| case                                    | claims | before | high | high_before | overlap | overlap_before | undated | undated_before | answered | answered_before | kent | kent_before | withdrawn | corrected | broken          |
| nothing moved                           | 400    | 400    | 390  | 390         | 10      | 10             | 5       | 5              | 30       | 30              | 9    | 9           | 0         | 0         |                 |
| claims fall by a fifth                  | 320    | 400    | 312  | 390         | 10      | 10             | 5       | 5              | 30       | 30              | 9    | 9           | 0         | 0         |                 |
| by more                                 | 319    | 400    | 312  | 390         | 10      | 10             | 5       | 5              | 30       | 30              | 9    | 9           | 0         | 0         | gross_claims    |
| claims rise by 30 in a hundred          | 520    | 400    | 507  | 390         | 13      | 10             | 5       | 5              | 30       | 30              | 9    | 9           | 0         | 0         |                 |
| by more                                 | 521    | 400    | 507  | 390         | 13      | 10             | 5       | 5              | 30       | 30              | 9    | 9           | 0         | 0         | gross_claims    |
| a small country may move                | 19     | 38     | 19   | 38          | 0       | 0              | 0       | 0              | 3        | 3               | 9    | 9           | 0         | 0         |                 |
| people fall and claims do not           | 400    | 400    | 311  | 390         | 89      | 10             | 5       | 5              | 30       | 30              | 9    | 9           | 0         | 0         | distinct_people overlap |
| every twentieth is a second claim now   | 400    | 400    | 369  | 390         | 31      | 10             | 5       | 5              | 30       | 30              | 9    | 9           | 0         | 0         | overlap         |
| dates are lost                          | 400    | 400    | 390  | 390         | 10      | 10             | 46      | 5              | 30       | 30              | 9    | 9           | 0         | 0         | undated         |
| three forces fewer                      | 400    | 400    | 390  | 390         | 10      | 10             | 5       | 5              | 27       | 30              | 9    | 9           | 0         | 0         |                 |
| four forces fewer                       | 400    | 400    | 390  | 390         | 10      | 10             | 5       | 5              | 26       | 30              | 9    | 9           | 0         | 0         | forces_answered |
| one force more than halves              | 400    | 400    | 390  | 390         | 10      | 10             | 5       | 5              | 30       | 30              | 9    | 20          | 0         | 0         | force_claims    |
| one force halves                        | 400    | 400    | 390  | 390         | 10      | 10             | 5       | 5              | 30       | 30              | 10   | 20          | 0         | 0         |                 |
| a force from none to ten                | 400    | 400    | 390  | 390         | 10      | 10             | 5       | 5              | 30       | 30              | 10   | 0           | 0         | 0         | force_claims    |
| a force that did not answer before      | 400    | 400    | 390  | 390         | 10      | 10             | 5       | 5              | 30       | 30              | 50   |             | 0         | 0         |                 |
| every twentieth withdrawn               | 400    | 400    | 390  | 390         | 10      | 10             | 5       | 5              | 30       | 30              | 9    | 9           | 20        | 0         |                 |
| more                                    | 400    | 400    | 390  | 390         | 10      | 10             | 5       | 5              | 30       | 30              | 9    | 9           | 21        | 0         | withdrawn       |
| many corrected                          | 400    | 400    | 390  | 390         | 10      | 10             | 5       | 5              | 30       | 30              | 9    | 9           | 0         | 61        | corrected       |
| nobody any more                         | 0      | 400    | 0    | 390         | 0       | 10             | 0       | 5              | 30       | 30              | 0    | 9           | 0         | 0         | gross_claims distinct_people |
"""


def figures(row: dict[str, str], then: str) -> dict[str, object]:
    claims, kent = row["before" if then else "claims"], row[f"kent{then}"]
    return {
        "gross_claims": int(claims),
        "distinct_people": {"low": 0, "high": int(row[f"high{then}"])},
        "overlap": {"low": int(row[f"overlap{then}"]), "high": 0},
        "by_year_lost": {"UNDATED": int(row[f"undated{then}"])},
        "forces_answered": int(row[f"answered{then}"]),
        "by_force": {"Kent Police": {"claims": int(kent)}} if kent else {},
    }


@pytest.mark.parametrize("row", rows(TABLE), ids=lambda row: row["case"])
def test_a_band_is_broken(row: dict[str, str]) -> None:
    changed = {kind: {"rows": 0, "people": 0, "claims": 0} for kind in words()["kinds"]}
    changed["withdrawn"]["claims"] = -int(row["withdrawn"])
    changed["corrected"]["rows"] = int(row["corrected"])
    found = bands.broken(figures(row, ""), figures(row, "_before"), changed)
    assert len(found) == len(row["broken"].split())
    for sentence, name in zip(found, row["broken"].split(), strict=True):
        words_of = [part for part in bands.table()[name]["sentence"].replace("}", "{").split("{")[::2] if part]
        assert all(part in sentence for part in words_of), (sentence, name)


def test_a_first_release_breaks_none() -> None:
    assert bands.broken(figures(rows(TABLE)[0], ""), None, {}) == ()


def test_every_band_says_why_it_is_watched_and_gives_both_numbers() -> None:
    for name, band in bands.table().items():
        assert band["reason"].endswith("."), name
        assert "{now}" in band["sentence"], name
        assert "{before}" in band["sentence"], name


def test_a_sentence_names_the_force_and_both_numbers() -> None:
    row = next(row for row in rows(TABLE) if row["case"] == "one force more than halves")
    changed = {kind: {"rows": 0, "people": 0, "claims": 0} for kind in words()["kinds"]}
    assert bands.broken(figures(row, ""), figures(row, "_before"), changed) == (
        "Open claims of Kent Police: 9; 20 in the release before.",
    )
