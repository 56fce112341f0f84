"""Names of divisions, for whoever shows a place."""

from __future__ import annotations

from services.people import division_names
from services.steps import Steps

CITY = "430100000000"


async def load_place_names(steps: Steps) -> dict[str, str]:
    """Names of all divisions by code, kept for the process."""
    names = steps.cache.get("division_names")
    if not names:
        async with steps.look() as step:
            await division_names(step, CITY)
        names = steps.cache["division_names"]
    found: dict[str, str] = names
    return found


def place(names: dict[str, str], code: str, levels: int = 3) -> str:
    """District, street and community of a code, as many of them as asked for."""
    codes = dict.fromkeys((code[:6].ljust(12, "0"), code[:9].ljust(12, "0"), code))
    found = [names[c] for c in list(codes)[:levels] if names.get(c)]
    return " ".join(dict.fromkeys(found)) or names.get(code[:4].ljust(12, "0"), "")


def districts_and_streets(names: dict[str, str], prefix: str = "") -> list[tuple[str, str]]:
    """(code, name) of the areas above communities, for a list to choose from."""
    return [
        (code, place(names, code, 2))
        for code in sorted(names)
        if code.startswith(prefix) and code.endswith("000") and code[4:6] != "00"
    ]
