"""What a user of Splink states about one set of files.

Decides nothing itself: it names what a model of Splink consists of. Invariant: imported in Splink's own environment.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Model:
    """``columns`` is DuckDB SQL over ``{file}`` giving the prepared table with its key ``unique_id``.

    ``certain`` are the deterministic rules for the prior, thought to find the share ``recall`` of the true pairs;
    ``sessions`` the rules of the EM sessions; ``threshold`` the match weight (bits) clustered at within the time;
    pairs below ``least`` bits are not kept; ``doubt`` is SQL over two records that holds against a pair.
    """

    columns: str
    comparisons: list[Any]
    rules: list[Any]
    certain: list[Any]
    recall: float
    sessions: list[Any]
    u_pairs: float
    threshold: float
    least: float = -4.0
    between: bool = False
    doubt: str = ""
