"""Rows with sensible defaults: tests name only what matters to them."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from domain.consents import CONSENTS, Way
from domain.visits import VisitKind
from models.campaigns import Campaign
from models.divisions import Division
from models.retirees import Contact, LifeStatus, Retiree, RetireeFlag
from models.staff import Role, Staff
from models.visits import Visit
from models.volunteers import Pool, Volunteer, VolunteerShift, VolunteerSkill
from services.consents import ConsentForm, give_consent
from services.due.new_visits import add_visits, kind_values
from services.steps import Step

COMMUNITY = "430111001001"
OTHER_DISTRICT = "430102001001"
PLACES = {
    "430100000000": ("长沙市", "city", 28.20, 112.98),
    "430111000000": ("雨花区", "district", 28.135, 113.035),
    "430111001000": ("侯家塘街道", "street", 28.17, 112.99),
    COMMUNITY: ("样本社区", "community", 28.171, 112.991),
    "430102000000": ("芙蓉区", "district", 28.185, 113.03),
    "430102001000": ("文艺路街道", "street", 28.186, 112.99),
    OTHER_DISTRICT: ("样本二社区", "community", 28.187, 112.991),
}
_serial = count(1)


def next_phone() -> str:
    """A mobile number nobody else in the tests has."""
    return f"+86139{next(_serial):08d}"


async def add_divisions(step: Step) -> None:
    for code, (name, level, latitude, longitude) in PLACES.items():
        step.session.add(Division(code=code, name=name, level=level, latitude=latitude, longitude=longitude))
    await step.session.flush()


async def add_retiree(step: Step, *, flags: tuple[str, ...] = (), **values: Any) -> Retiree:
    sealed = {
        "phone": values.pop("phone", None) or next_phone(),
        "address": values.pop("address", "样本小区1栋101室"),
    }
    row = Retiree(
        **{
            "name": "样本甲",
            "sex": 2,
            "born_on": date(1963, 3, 15),  # too young for a care level
            "division_code": COMMUNITY,
            "phone_kind": "mobile",
            "registered_on": date(2015, 1, 1),
            "created_at": step.now,
            "updated_at": step.now,
            **values,
        }
    )
    for name, text in sealed.items():
        setattr(row, name, text)
    step.session.add(row)
    await step.session.flush()
    step.session.add_all(
        RetireeFlag(
            retiree_id=row.id, flag=flag, set_on=step.today, set_by="test", division_code=row.division_code
        )
        for flag in flags
        if flag not in CONSENTS
    )
    await step.session.flush()
    for flag in flags:
        if flag in CONSENTS and row.life_status is not LifeStatus.DECEASED:
            await give_consent(step, row, ConsentForm(Way.PAPER, purpose=flag))
    return row


async def add_contact(step: Step, retiree: Retiree, **values: Any) -> Contact:
    phone = values.pop("phone", None) or next_phone()
    row = Contact(
        **{
            "retiree_id": retiree.id,
            "name": "样本亲属",
            "relation": "女",
            "phone_kind": "mobile",
            "division_code": retiree.division_code,
            **values,
        }
    )
    row.phone = phone
    step.session.add(row)
    await step.session.flush()
    return row


async def add_volunteer(
    step: Step, *, skills: tuple[str, ...] = ("certifier",), whole_week: bool = True, **values: Any
) -> Volunteer:
    phone = values.pop("phone", None) or next_phone()
    row = Volunteer(
        **{
            "name": "样本志",
            "sex": 2,
            "born_on": date(1970, 5, 1),
            "division_code": COMMUNITY,
            "phone_kind": "mobile",
            "pool": Pool.DISTRICT,
            "registered_on": date(2020, 1, 1),
            "insured_from": date(2020, 1, 1),
            "insured_to": date(2035, 1, 1),
            "committed_on": date(2020, 1, 1),
            "max_km_day": 30,
            "created_at": step.now,
            "updated_at": step.now,
            **values,
        }
    )
    row.phone = phone
    step.session.add(row)
    await step.session.flush()
    step.session.add_all(VolunteerSkill(volunteer_id=row.id, skill=skill) for skill in skills)
    if whole_week:
        step.session.add_all(
            VolunteerShift(volunteer_id=row.id, weekday=day, part=part)
            for day in range(7)
            for part in ("morning", "afternoon")
        )
    await step.session.flush()
    return row


async def add_staff(step: Step, username: str, role: Role, area: str, **values: Any) -> Staff:
    row = Staff(
        username=username,
        display_name=username,
        role=role,
        area=area,
        password_hash="not a hash",
        created_at=step.now,
        **values,
    )
    row.phone = next_phone()
    step.session.add(row)
    await step.session.flush()
    return row


async def add_visit(
    step: Step, kind: VisitKind = VisitKind.CARE, retiree_id: UUID | None = None, **values: Any
) -> Visit:
    draft = {
        **kind_values(step.policy, kind),
        "natural_key": f"test/{next(_serial)}",
        "kind": kind,
        "retiree_id": retiree_id,
        "opens_on": step.today,
        "due_on": step.today + timedelta(days=20),
        "division_code": COMMUNITY,
        "weight": 2,
        **values,
    }
    (visit,) = await add_visits(step, [draft])
    return visit


async def add_campaign(step: Step, **values: Any) -> Campaign:
    """One that opens in twenty days, for everybody of advanced age."""
    opens: date = step.today + timedelta(days=20)
    row = Campaign(
        **{
            "name": "2026年春节慰问",
            "festival": "spring_festival",
            "festival_on": opens + timedelta(days=14),
            "opens_on": opens,
            "ends_on": opens + timedelta(days=13),
            "results_by": opens + timedelta(days=16),
            "target_flags": ["advanced_age"],
            "created_at": step.now,
            "division_code": "430100000000",
            **values,
        }
    )
    step.session.add(row)
    await step.session.flush()
    return row
