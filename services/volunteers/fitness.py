"""May somebody be put on a visit? What no coordinator can waive (rules VOL-05, VOL-10, VOL-13)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlmodel import col, select

from domain.crews import CrewFault, Member, crew_faults
from domain.eligibility import Reason, SeatFacts, VolunteerFacts, why_not
from models.pools import Tie, TieKind
from models.retirees import Retiree
from models.visits import Visit
from models.volunteers import Volunteer
from services.errors import NotAllowed
from services.steps import Step

SAYS = {
    Reason.UNDER_AGE: "Rule VOL-10: visits are made by adults. A minor may come along as a third person.",
    Reason.OWN_VISIT: "Rule VOL-13: nobody visits themselves. Choose somebody else.",
    Reason.RECUSED: "Rule VOL-13: these two do not meet, as one of them wishes. Choose somebody else.",
    Reason.RELATIVE: "Rule VOL-13: the volunteer is family of this person. Choose somebody else.",
    Reason.NO_INSURANCE: "Rule VOL-05: the volunteer is not insured on that day.",
}


CREW_SAYS = {
    CrewFault.NO_WOMAN: "Rule VOL-13: a woman is one of the visitors here. Choose a woman.",
    CrewFault.NOBODY_EXPERIENCED: (
        "Rule VOL-13: one of the two has served for a year or is staff. Choose somebody with experience."
    ),
}


def check_crew(step: Step, visit: Visit, crew: Sequence[Volunteer], day: date) -> None:
    """Raises NotAllowed with the rule when a complete crew lacks a woman or somebody with experience."""
    members = [Member(v.sex, v.registered_on, v.is_staff) for v in crew]
    for fault in crew_faults(members, visit.crew_size, visit.lead_sex, day, step.policy):
        if fault in CREW_SAYS:
            raise NotAllowed(fault, CREW_SAYS[fault], "volunteer_id")


async def check_fitness(step: Step, visit: Visit, volunteer: Volunteer, day: date) -> None:
    """Raises NotAllowed with the rule for a minor, oneself, family, a recusal, or no insurance that day."""
    retiree = await step.session.get(Retiree, visit.retiree_id) if visit.retiree_id else None
    ties: set[str] = set()
    if retiree is not None:
        rows = await step.session.scalars(
            select(col(Tie.kind)).where(
                col(Tie.retiree_id) == retiree.id,
                col(Tie.volunteer_id) == volunteer.id,
                col(Tie.ended_on).is_(None),
            )
        )
        ties = set(rows)
    person = str(retiree.id) if retiree else ""
    is_same = retiree is not None and retiree.id_number_index == volunteer.id_number_index is not None
    recused = {TieKind.RECUSED_BY_RETIREE, TieKind.RECUSED_BY_VOLUNTEER} & ties
    facts = VolunteerFacts(
        id=str(volunteer.id),
        born_on=volunteer.born_on,
        district="",
        insured_from=volunteer.insured_from,
        insured_to=volunteer.insured_to,
        recused_retirees=frozenset({person} if recused or person in volunteer.recused_retirees else ()),
        relatives=frozenset({person} if TieKind.RELATIVE in ties else ()),
        own_retiree_id=person if is_same else "",
    )
    seat = SeatFacts(district="", retiree_id=person, is_lead=False)
    for reason in why_not(facts, seat, day, step.policy):
        if reason in SAYS and not (reason is Reason.NO_INSURANCE and volunteer.is_staff):
            raise NotAllowed(reason, SAYS[reason])
