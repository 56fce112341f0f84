"""Lists for `IN (…)` come in few lengths and mean the same."""

from __future__ import annotations

import pytest

from models.sets import LENGTHS, padded


@pytest.mark.parametrize("length", [0, 1, 2, 3, 19, 20, 21, 100, 101, 500, 501, 2000])
def test_the_same_values_in_one_of_few_lengths(length: int) -> None:
    made = padded(list(range(length)))
    assert set(made) == set(range(length))
    assert made[:length] == list(range(length))
    assert len(made) in (*LENGTHS, 0) or len(made) == length > LENGTHS[-1]
