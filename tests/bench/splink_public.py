"""Splink's models of the public files.

Decides how Splink is told to link FEBRL3, FEBRL4 and fake_1000. Invariant: the settings its own documentation
publishes for these files, with more blocking where that only helps.
"""

from dataclasses import replace
from typing import Any, Final

import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import block_on
from splink.blocking_rule_library import CustomRule

from tests.bench.splink_columns import FAKE_1000, FEBRL
from tests.bench.splink_model import Model

LEAST: Final = -20.0
"""Bits: files this small can keep every pair that a threshold could want."""
FULL_NAME: Final = cl.CustomComparison(
    output_column_name="name",
    comparison_levels=[
        cll.And(cll.NullLevel("given_name"), cll.NullLevel("surname")).configure(is_null_level=True),
        cll.ExactMatchLevel("full_name", term_frequency_adjustments=True),
        cll.JaroWinklerLevel("full_name", 0.9),
        cll.JaroWinklerLevel("full_name", 0.7),
        cll.ColumnsReversedLevel("given_name", "surname"),
        cll.ExactMatchLevel("given_name", term_frequency_adjustments=True),
        cll.ExactMatchLevel("surname", term_frequency_adjustments=True),
        cll.JaroWinklerLevel("given_name", 0.9),
        cll.JaroWinklerLevel("surname", 0.9),
        cll.ElseLevel(),
    ],
)
FEBRL_RULES: Final = [
    block_on("given_name", "surname"),
    CustomRule("l.given_name = r.surname and l.surname = r.given_name"),
    block_on("date_of_birth"),
    block_on("soc_sec_id"),
    block_on("state", "address_1"),
    block_on("street_number", "address_1"),
    block_on("postcode"),
]


def febrl4() -> Model:
    """The detailed model of the documentation's FEBRL4 example, with its one comparison of the full name."""
    return Model(
        columns=FEBRL,
        comparisons=[
            FULL_NAME,
            cl.DateOfBirthComparison(
                "date_of_birth", input_is_string=True, datetime_format="%Y%m%d", invalid_dates_as_null=True
            ),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]).configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("street_number", [1]).configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
        ],
        rules=FEBRL_RULES,
        certain=[block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")],
        recall=0.8,
        sessions=[block_on("date_of_birth"), block_on("postcode")],
        u_pairs=1e6,
        threshold=0.0,
        least=LEAST,
        between=True,
    )


def febrl3() -> Model:
    """As FEBRL4, which does better here than the documentation's FEBRL3 example (cluster F1 .9999, not .9985)."""
    return replace(
        febrl4(),
        rules=[*FEBRL_RULES, block_on("given_name"), block_on("surname")],
        recall=0.9,
        between=False,
    )


def _name(column: str) -> Any:
    """The library's name comparison, with a level for a forename and surname that changed places."""
    return cl.CustomComparison(
        output_column_name=column,
        comparison_levels=[
            cll.NullLevel(column),
            cll.ExactMatchLevel(column, term_frequency_adjustments=True),
            *([cll.ColumnsReversedLevel("first_name", "surname", symmetrical=True)] if column == "surname" else []),
            cll.JaroWinklerLevel(column, 0.92),
            cll.JaroWinklerLevel(column, 0.88),
            cll.JaroWinklerLevel(column, 0.7),
            cll.ElseLevel(),
        ],
    )


def fake_1000() -> Model:
    """The documentation's tutorial model, comparing all pairs (its four blocking rules reach cluster F1 .918)."""
    return Model(
        columns=FAKE_1000,
        comparisons=[
            _name("first_name"),
            _name("surname"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.JaroWinklerAtThresholds("city", [0.9]).configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
        ],
        rules=[CustomRule("1 = 1")],
        certain=[
            CustomRule("l.first_name = r.first_name and levenshtein(r.dob, l.dob) <= 1"),
            CustomRule("l.surname = r.surname and levenshtein(r.dob, l.dob) <= 1"),
            CustomRule("l.first_name = r.first_name and levenshtein(r.surname, l.surname) <= 2"),
            block_on("email"),
        ],
        recall=0.7,
        sessions=[block_on("dob"), block_on("email"), block_on("first_name"), block_on("surname")],
        u_pairs=1e6,
        threshold=3.0,
        least=LEAST,
    )
