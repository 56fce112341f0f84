"""Names of divisions, for whoever shows a place."""

from __future__ import annotations

import re

from services.errors import BadInput
from services.people import division_names
from services.steps import Steps

CITY = "430100000000"
UNKNOWN = "There is no such community. Write it as in 侯家塘街道 广济桥社区."
CODE = re.compile(r"[0-9]{12}")
BODY = re.compile(r"(?<=.)(居民委员会|村民委员会|居委会|(?<=村)委会)$")
KIND = re.compile(r"(?<=.)(社区|村)$")


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


def find_community(names: dict[str, str], said: str) -> str:
    """The code of the community that somebody has written: as a code, or by its name, after its street's.

    Raises:
        BadInput: no such community, or several are called so.
    """
    if code := CODE.search(said):
        return code[0]
    *above, own = said.split() or [""]
    wanted = _forms(own) - {""}
    found = [
        code
        for code, name in names.items()
        if not code.endswith("000")
        and wanted & _forms(name)
        and all(word in place(names, code, 2) for word in above)
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise BadInput("several", "Several communities are called so: write the street before it.", "where")
    raise BadInput("no_community", UNKNOWN, "where")


def _forms(name: str) -> set[str]:
    """A community's name with and without what kind of place and which committee it is."""
    bare = BODY.sub("", name)
    return {name, bare, KIND.sub("", bare)}
