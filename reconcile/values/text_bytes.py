"""The bytes of many short texts as numbers of one array, so that their letters are read together.

Decides nothing. Invariant: what is given is a view of Arrow's buffers, which hold the texts as UTF-8.
"""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def spread(texts: Any) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    """Where each text of an Arrow string array begins in its bytes, with one place more at the end; and the bytes."""
    _valid, offsets, data = texts.buffers()
    content = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
    if not len(texts):
        return np.zeros(1, np.int32), content
    return np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1], content


def of_length(texts: Any, width: int) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """The places of the texts of ``width`` bytes, and those bytes, uint8 [places, width]; a null is none of them."""
    start, content = spread(texts)
    fits = np.diff(start) == width
    if texts.null_count:
        fits &= texts.is_valid().to_numpy(zero_copy_only=False)
    chosen = np.flatnonzero(fits)
    if len(chosen) * width != start[-1] - start[0]:
        # Texts of other lengths stand between them: without these they stand one after the other.
        start, content = spread(texts.filter(pa.array(fits)))
    return chosen, content[start[0] : start[-1]].reshape(len(chosen), width)
