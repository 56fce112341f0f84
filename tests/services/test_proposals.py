"""What the community proposes reaches the agency, with its true day; and a death is looked back on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from functools import partial
from typing import Any

import pytest
from sqlmodel import col, select

from domain.certification import Channel
from domain.departures import ProposalKind
from models.desk import DeskItem
from models.life import FraudCase, StatusProposal
from models.retirees import LifeStatus, Retiree
from services.due.generate import generate_due
from services.errors import WrongMoment
from services.life import deaths
from services.life.proposals import confirm, propose, withdraw
from services.retirees import record_certification
from services.steps import Step
from tests.factories import add_retiree
from tests.services.play import Play
from tests.services.scenes import open_matters, row, rows


async def about(play: Play, work: Callable[[Step, Retiree], Awaitable[Any]], person_id: object = None) -> Any:
    """`work` about a new person, or the one with the id."""

    async def run(step: Step) -> Any:
        person = await step.session.get(Retiree, person_id) if person_id else await add_retiree(step)
        assert person is not None
        return await work(step, person)

    return await play.steps.run("staff:officer", run)


async def found_again(play: Play, row_id: object) -> None:
    async def found(step: Step) -> None:
        proposal = await step.session.get(StatusProposal, row_id)
        assert proposal is not None
        await withdraw(step, proposal, "已经找到", ended=True)

    await play.steps.run("staff:yuhua", found)


@pytest.mark.parametrize("since", [date(2024, 2, 10), date(2025, 7, 1), date(2025, 8, 31)])
async def test_art_32_2_missing_for_long_is_asked_for_however_late_one_learns_of_it(
    play: Play, since: date
) -> None:
    made = await about(play, partial(propose, kind=ProposalKind.MISSING, since_on=since, source="police"))
    for _ in range(2):
        await play.steps.run("system", generate_due)
        assert await open_matters(play) == ["suspend_missing"], "asked for once"
    await found_again(play, made.id)
    assert await open_matters(play) == [], "found again: nothing is left to ask for"


@pytest.mark.parametrize(
    "kind", [ProposalKind.IMPRISONED, ProposalKind.DOUBLE_BENEFIT, ProposalKind.OTHER_LAW]
)
async def test_art_32_what_is_proposed_lies_on_the_agencys_desk_until_it_decides(
    play: Play, kind: ProposalKind
) -> None:
    made = await about(play, partial(propose, kind=kind, since_on=date(2026, 2, 10), source="court"))
    (item,) = await rows(play, DeskItem, col(DeskItem.kind) == "proposal")
    assert (item.rung, item.closed_at) == (1, None)

    async def decide(step: Step) -> None:
        proposal = await step.session.get(StatusProposal, made.id)
        assert proposal is not None
        await confirm(step, proposal)

    await play.steps.run("staff:yuhua", decide)
    assert await open_matters(play) == []


async def test_art_28_the_day_that_visitors_could_not_know_is_added_once(play: Play) -> None:
    """Visitors hear that somebody is missing; since when, the family tells the community."""
    propose_missing = partial(propose, kind=ProposalKind.MISSING)
    seen = await about(play, partial(propose_missing, since_on=date(2026, 3, 2), source="visit"))
    assert seen.due_on == date(2026, 9, 3)
    told = partial(propose_missing, since_on=date(2025, 8, 31), source="relative")
    known = await about(play, told, seen.retiree_id)
    assert (known.id, known.since_on, known.source) == (seen.id, date(2025, 8, 31), "relative")
    assert known.due_on == date(2026, 3, 1)
    with pytest.raises(WrongMoment, match="was reported before"):
        await about(play, told, seen.retiree_id)
    assert len(await rows(play, StatusProposal)) == 1


async def test_art_31_certified_after_the_death_is_a_suspicion_and_ends_when_the_person_lives(
    play: Play,
) -> None:
    async def certified(step: Step, person: Retiree) -> Retiree:
        await record_certification(step, person, Channel.SELF_FACE, date(2026, 2, 20))
        return person

    person = await about(play, certified)
    death = partial(deaths.report_death, died_on=date(2026, 2, 18), source="relative")
    proposal = await about(play, death, person.id)
    (case,) = await rows(play, FraudCase)
    assert (case.kind, case.status) == ("certified_after_death", "suspected"), "told in time, yet certified"

    async def lives(step: Step) -> None:
        found = await step.session.scalar(select(StatusProposal).where(col(StatusProposal.id) == proposal.id))
        await deaths.reverse_death(step, found, "报错了人")

    await play.steps.run("staff:yuhua", lives)
    assert (await row(play, FraudCase, case.id)).status == "dismissed"
    assert (await row(play, Retiree, person.id)).life_status is LifeStatus.LIVING
