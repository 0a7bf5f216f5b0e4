"""How strong a link is: verified, proposed, possible, or none.

Decides LINKS.strength. Invariant: verified needs a shared identifier with a valid check letter and no clash of
birth date or sex, whatever the weight; a guarded pair is at most possible; the bands are the model's.
"""

import numpy as np
from numpy.typing import NDArray

from reconcile.linkage.comparison import Compared
from reconcile.linkage.guards import birth_date_clash, sex_clash
from reconcile.linkage.model import Model


def strengths(
    pairs: Compared, guard: NDArray[np.object_], probability: NDArray[np.float64], model: Model
) -> NDArray[np.object_]:
    """The strength of each pair, empty below the possible band. A conflict over an identifier is always shown."""
    passes = guard == ""
    result = np.full(len(pairs.left), "", object)
    result[(probability >= model.possible) | (guard == "mis_keyed_identifier")] = "possible"
    result[(probability >= model.proposed) & passes] = "proposed"
    result[pairs.checked & passes & ~birth_date_clash(pairs) & ~sex_clash(pairs)] = "verified"
    return result
