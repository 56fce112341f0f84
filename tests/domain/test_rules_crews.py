"""Crews as a whole and who may come along (§3, VOL-10, VOL-13)."""

from datetime import date

import pytest

from domain.crews import CrewFault, Member, crew_faults, lead_sex, may_come_along
from domain.flags import Flag
from domain.policy import Policy
from domain.visits import VisitKind

POLICY = Policy()
DAY = date(2026, 11, 26)
OLD_HAND = Member(sex=1, serves_since=date(2025, 11, 26))
NEW_WOMAN = Member(sex=2, serves_since=date(2026, 11, 1))


@pytest.mark.parametrize(
    ("crew", "size", "sex", "faults"),
    [
        ([OLD_HAND, NEW_WOMAN], 2, 2, []),
        ([OLD_HAND], 2, 0, [CrewFault.TOO_FEW]),
        ([OLD_HAND, OLD_HAND], 2, 2, [CrewFault.NO_WOMAN]),
        ([NEW_WOMAN, NEW_WOMAN], 2, 2, [CrewFault.NOBODY_EXPERIENCED]),
        ([NEW_WOMAN, Member(sex=1, is_staff=True)], 2, 2, []),
        ([NEW_WOMAN], 1, 0, []),
        ([Member(serves_since=date(2025, 11, 27)), NEW_WOMAN], 2, 0, [CrewFault.NOBODY_EXPERIENCED]),
        ([], 2, 2, [CrewFault.TOO_FEW, CrewFault.NO_WOMAN]),
    ],
)
def test_vol_13_what_a_crew_lacks(crew: list[Member], size: int, sex: int, faults: list[CrewFault]) -> None:
    assert crew_faults(crew, size, sex, DAY, POLICY) == faults


@pytest.mark.parametrize(
    ("sex", "flags", "wanted"),
    [
        (2, {Flag.BEDRIDDEN}, 2),
        (2, {Flag.LIVING_ALONE, Flag.HARDSHIP}, 2),
        (2, {Flag.HARDSHIP}, 0),
        (1, {Flag.BEDRIDDEN}, 0),
        (0, {Flag.BEDRIDDEN}, 0),
    ],
)
def test_vol_13_a_woman_for_bedridden_and_lone_women(sex: int, flags: set[Flag], wanted: int) -> None:
    assert lead_sex(sex, flags, POLICY) == wanted


@pytest.mark.parametrize(
    ("born_on", "consent", "kind", "adults", "may"),
    [
        (date(2010, 5, 1), date(2026, 10, 1), VisitKind.CAMPAIGN, 2, True),
        (date(2010, 5, 1), None, VisitKind.CAMPAIGN, 2, False),
        (date(2010, 5, 1), date(2026, 11, 27), VisitKind.CAMPAIGN, 2, False),
        (date(2010, 5, 1), date(2026, 10, 1), VisitKind.CERTIFICATION, 2, False),
        (date(2010, 5, 1), date(2026, 10, 1), VisitKind.CAMPAIGN, 1, False),
        (date(2012, 11, 26), date(2026, 10, 1), VisitKind.CAMPAIGN, 2, True),
        (date(2012, 11, 27), date(2026, 10, 1), VisitKind.CAMPAIGN, 2, False),
        (date(2008, 11, 26), date(2026, 10, 1), VisitKind.CAMPAIGN, 2, False),
    ],
)
def test_vol_10_fourteen_to_seventeen_as_a_third_person(
    born_on: date, consent: date | None, kind: VisitKind, adults: int, may: bool
) -> None:
    assert may_come_along(born_on, consent, kind, adults, DAY, POLICY) is may
