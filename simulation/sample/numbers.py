"""Numbers that pass every check and belong to nobody."""

from __future__ import annotations

from collections import Counter
from datetime import date

from domain.identity import check_digit

# 4301 99 was never the code of a district, so no citizen's number begins with it.
ID_PREFIX = "430199"
# 1740 0 to 1740 5 are satellite handsets of the emergency services: valid mobiles, in no retiree's hand.
MOBILE_BLOCK, MOBILES = 17_400_000_000, 6_000_000
# No subscriber's number begins with 0, so these landlines pass as fixed lines and ring nowhere.
LANDLINE_PREFIX, LANDLINES = "0731-00", 1_000_000
_STEP = 3_708_203  # coprime to both counts: each number comes once, neighbours look unlike


class NumberBook:
    """Hands out identity numbers and phone numbers, each once."""

    def __init__(self) -> None:
        self._births: Counter[tuple[date, bool]] = Counter()
        self._mobiles = self._landlines = 0

    def identity(self, born_on: date, is_female: bool) -> str:
        """18 characters; the 17th is even for women. Raises ValueError after 500 a day and sex."""
        order = self._births[born_on, is_female]
        if order >= 500:
            raise ValueError(f"more than 500 sample persons of one sex born on {born_on}")
        self._births[born_on, is_female] += 1
        sequence = order * 2 + (0 if is_female else 1)
        first17 = f"{ID_PREFIX}{born_on:%Y%m%d}{sequence:03}"
        return first17 + check_digit(first17)

    def mobile(self) -> str:
        """11 digits. Raises ValueError when the block is used up."""
        if self._mobiles >= MOBILES:
            raise ValueError(f"the sample has only {MOBILES} mobile numbers")
        self._mobiles += 1
        return str(MOBILE_BLOCK + self._mobiles * _STEP % MOBILES)

    def landline(self) -> str:
        """Area code, dash, eight digits. Raises ValueError when the block is used up."""
        if self._landlines >= LANDLINES:
            raise ValueError(f"the sample has only {LANDLINES} landlines")
        self._landlines += 1
        return f"{LANDLINE_PREFIX}{self._landlines * _STEP % LANDLINES:06}"
