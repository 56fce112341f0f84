"""A consent can be shown: words, way, who gave and who recorded it, its end (PIPL art. 14 and 15)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from config.clock import ManualClock
from domain.consents import Way
from domain.flags import Flag
from models.audit import AuditEntry
from models.consents import Consent
from models.retirees import LifeStatus, Retiree, RetireeFlag
from models.scope import SYSTEM
from models.staff import Role
from notifications.consent_words import consent_words
from services.consents import ConsentForm, give_consent, holders, load_consents, take_back
from services.errors import BadInput, WrongMoment
from services.life.transfers import MoveTo, confirm, request_transfer
from services.person_copy import copy_of
from services.retiree_flags import change_flags
from services.steps import Step, Steps
from tests.factories import COMMUNITY, OTHER_DISTRICT, add_retiree, add_staff
from tests.services.scenes import rows_of

WANTS = Flag.WANTS_GREETINGS


async def run(steps: Steps, retiree: Retiree, work: Any, *args: Any, **values: Any) -> Any:
    async def act(step: Step) -> Any:
        found = await step.session.get(Retiree, retiree.id)
        assert found is not None
        return await work(step, found, *args, **values)

    return await steps.run("staff:wang", act)


async def person(steps: Steps, **values: Any) -> Retiree:
    return await steps.run("system", lambda step: add_retiree(step, **values))


async def willing(steps: Steps) -> set[Any]:
    async with steps.db.read(SYSTEM) as session:
        return set(await session.scalars(holders(WANTS)))


async def actions(steps: Steps) -> list[tuple[str, str, str]]:
    async with steps.db.read(SYSTEM) as session:
        lines = await session.scalars(select(AuditEntry).order_by(col(AuditEntry.seq)))
        return [(a.who, a.action, a.why) for a in lines if a.action.startswith("consent")]


async def test_it_is_kept_with_its_words_and_who_wrote_it_down(steps: Steps, clock: ManualClock) -> None:
    someone = await person(steps)
    on = date(2026, 2, 20)
    proof = await run(steps, someone, give_consent, ConsentForm(Way.VISIT, "guardian", on))
    assert proof.wording == consent_words(WANTS, "长沙退管")
    assert "长沙退管" in proof.wording
    assert (proof.way, proof.given_by, proof.given_on) == ("visit", "guardian", on)
    assert (proof.recorded_by, proof.recorded_at) == ("staff:wang", clock.now())
    (flag,) = await rows_of(steps, RetireeFlag)
    assert (flag.id, flag.flag, flag.set_on, flag.set_by) == (proof.flag_id, WANTS, on, "staff:wang")
    assert await willing(steps) == {someone.id}
    clock.advance(timedelta(days=1))
    await run(steps, someone, take_back, WANTS, Way.PHONE)
    (proof,) = await rows_of(steps, Consent)
    assert (proof.withdrawn_at, proof.withdrawn_way, proof.withdrawn_by) == (
        clock.now(),
        "phone",
        "staff:wang",
    )
    assert await willing(steps) == set()
    assert await actions(steps) == [
        ("staff:wang", "consent.give", "visit, by guardian"),
        ("staff:wang", "consent.take_back", "phone"),
    ]
    assert await run(steps, someone, take_back, WANTS, Way.PHONE) is None, "nothing is left to take back"
    assert len(await actions(steps)) == 2


async def test_the_words_of_a_form_on_paper_are_kept_as_they_are(steps: Steps) -> None:
    someone = await person(steps)
    form = ConsentForm(Way.PAPER, wording="本人同意  社区发送\n节日问候短信。")
    assert (await run(steps, someone, give_consent, form)).wording == "本人同意 社区发送 节日问候短信。"


@pytest.mark.parametrize(
    ("form", "code"),
    [
        (ConsentForm("text"), "way"),
        (ConsentForm("hearsay"), "way"),
        (ConsentForm(Way.PHONE, "neighbour"), "given_by"),
        (ConsentForm(Way.PHONE, on=date(2026, 3, 3)), "future"),
        (ConsentForm(Way.PHONE, wording="同意"), "wording"),
        (ConsentForm(Way.PHONE, wording="同" * 501), "wording"),
        (ConsentForm(Way.PHONE, purpose="hardship"), "purpose"),
    ],
)
async def test_what_proves_nothing_is_refused(steps: Steps, form: ConsentForm, code: str) -> None:
    someone = await person(steps)
    with pytest.raises(BadInput) as refused:
        await run(steps, someone, give_consent, form)
    assert refused.value.code == code
    assert await rows_of(steps, RetireeFlag) == []


async def test_twice_and_of_the_dead(steps: Steps) -> None:
    someone = await person(steps, flags=(WANTS,))
    with pytest.raises(WrongMoment, match="on record"):
        await run(steps, someone, give_consent, ConsentForm(Way.PHONE))
    gone = await person(steps, life_status=LifeStatus.DECEASED, died_on=date(2026, 1, 1))
    with pytest.raises(WrongMoment, match="died"):
        await run(steps, gone, give_consent, ConsentForm(Way.PHONE))


async def test_a_flag_of_before_gets_its_proof(steps: Steps) -> None:
    someone = await person(steps)

    async def old(step: Step, row: Retiree) -> None:
        values = {"retiree_id": row.id, "set_on": step.today, "set_by": "import", "division_code": COMMUNITY}
        step.session.add(RetireeFlag(flag=WANTS, **values))

    await run(steps, someone, old)
    assert await willing(steps) == set()
    await run(steps, someone, give_consent, ConsentForm(Way.SPOKEN))
    assert await willing(steps) == {someone.id}
    assert len(await rows_of(steps, RetireeFlag)) == 1


async def test_it_is_no_fact_that_others_set_but_ending_it_among_facts_takes_it_back(steps: Steps) -> None:
    someone = await person(steps, flags=("childless", "empty_nest", WANTS))
    with pytest.raises(BadInput, match="CONS-01"):
        await run(steps, someone, change_flags, add=[WANTS])
    await run(steps, someone, change_flags, end=[WANTS])  # whatever else contradicts
    assert await willing(steps) == set()
    (proof,) = await rows_of(steps, Consent)
    assert (proof.withdrawn_way, proof.withdrawn_by) == ("spoken", "staff:wang")


async def test_an_unknown_way_takes_nothing_back(steps: Steps) -> None:
    someone = await person(steps, flags=(WANTS,))
    with pytest.raises(BadInput):
        await run(steps, someone, take_back, WANTS, "hearsay")
    assert await willing(steps) == {someone.id}


async def test_it_is_in_the_persons_own_copy(steps: Steps) -> None:
    someone = await person(steps, flags=(WANTS,))
    staff = await steps.run(
        "system", lambda step: add_staff(step, "officer", Role.COMMUNITY_OFFICER, COMMUNITY)
    )
    held = await run(steps, someone, copy_of, staff, "asked at the counter")
    (proof,) = held["consents"]
    assert (proof["way"], proof["wording"]) == ("paper", consent_words(WANTS, "长沙退管"))


async def test_it_moves_with_the_person(steps: Steps) -> None:
    someone = await person(steps, flags=(WANTS,))

    async def move(step: Step, row: Retiree) -> None:
        transfer = await request_transfer(step, row, MoveTo(OTHER_DISTRICT))
        for side in ("from", "to"):
            await confirm(step, transfer.id, side, SYSTEM)

    await run(steps, someone, move)
    assert {proof.division_code for proof in await rows_of(steps, Consent)} == {OTHER_DISTRICT}


async def test_the_newest_comes_first(steps: Steps, clock: ManualClock) -> None:
    someone = await person(steps, flags=(WANTS,))
    clock.advance(timedelta(days=1))
    await run(steps, someone, take_back, WANTS, Way.VISIT)
    clock.advance(timedelta(days=1))
    await run(steps, someone, give_consent, ConsentForm(Way.SPOKEN))
    async with steps.look() as step:
        assert [proof.way for proof in await load_consents(step, someone.id)] == ["spoken", "paper"]
