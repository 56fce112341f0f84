"""Loans, ties, transfers, suspensions, records, certificates (§3, §8 scenarios 9, 17, 19, 24, 30)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col

from config.clock import ManualClock
from domain.offers import OfferStatus
from domain.visits import VisitKind, VisitStatus
from models.retirees import Retiree
from models.service_records import Absence
from models.staff import Role
from models.visits import Offer
from models.volunteers import MinutesEntry, Pool, Volunteer, VolunteerStatus
from services.errors import BadInput, NotAllowed, WrongMoment
from services.planning.planning import plan_visits
from services.planning.roster import load_roster
from services.steps import Step, Steps
from services.suggesting import suggest
from services.volunteers.certificates import (
    CertificateForm,
    issue_certificate,
    request_certificate,
    withdraw_certificate,
)
from services.volunteers.loans import LoanForm, end_loan, lend
from services.volunteers.records import (
    correct_minutes,
    excuse_absence,
    grant_stars,
    load_ledger,
    note_absence,
)
from services.volunteers.standing import carry_out_transfers, change_status, transfer
from services.volunteers.ties import end_tie, set_known_face_only, set_tie
from tests.factories import COMMUNITY, OTHER_DISTRICT, add_retiree, add_visit, add_volunteer
from tests.services.play import Play
from tests.services.scenes import agreed, crew, retiree_of, row, rows, say_yes

BORROWER = OTHER_DISTRICT[:6]


@pytest.fixture
def play(steps: Steps, clock: ManualClock) -> Play:
    return Play(steps, clock)


def at_noon(step: Step, days: int) -> datetime:
    return step.now + timedelta(days=days, hours=2)


async def could_go(step: Step, visit_id: UUID, days: int) -> set[UUID]:
    found = await suggest(step, visit_id, 0, starts_at=at_noon(step, days))
    return {s.volunteer_id for s in found}


async def test_vol_01_a_lent_volunteer_serves_the_borrower_only_while_the_loan_lasts(play: Play) -> None:
    async def run(step: Step) -> None:
        at_home = await add_volunteer(step)
        from_city = await add_volunteer(step, pool=Pool.CITY)
        here = await add_visit(step, VisitKind.CARE, (await add_retiree(step)).id)
        there = await add_visit(
            step, VisitKind.CARE, (await add_retiree(step, division_code=OTHER_DISTRICT)).id,
            division_code=OTHER_DISTRICT,
        )  # fmt: skip
        await lend(
            step,
            LoanForm(
                [at_home.id, from_city.id],
                BORROWER,
                step.today + timedelta(days=2),
                step.today + timedelta(days=4),
                "年节支援",
            ),
        )
        both = {at_home.id, from_city.id}
        assert await could_go(step, here.id, 1) == both
        assert await could_go(step, there.id, 1) == {from_city.id}
        assert await could_go(step, here.id, 2) == set()
        assert await could_go(step, there.id, 2) == both
        assert await could_go(step, there.id, 4) == both
        assert await could_go(step, there.id, 5) == {from_city.id}
        assert await could_go(step, here.id, 5) == both

    await play.steps.run("staff:city", run)


async def test_8_9_the_plan_honours_loans_day_by_day(play: Play) -> None:
    async def run(step: Step) -> None:
        lent = await add_volunteer(step)
        await lend(
            step,
            LoanForm(
                [lent.id],
                BORROWER,
                step.today + timedelta(days=2),
                step.today + timedelta(days=3),
                "年节支援",
            ),
        )
        roster = (await load_roster(step)).on(step.today + timedelta(days=1))
        shifts = roster.shifts(step.today + timedelta(days=1), 4)
        assert int(roster.district[0]) == int(COMMUNITY[:6])
        assert [bool(shifts[0, d, 0] >= 0) for d in range(4)] == [True, False, False, True]
        away = (await load_roster(step)).on(step.today + timedelta(days=2))
        assert int(away.district[0]) == int(BORROWER)
        assert [bool(away.shifts(step.today + timedelta(days=2), 3)[0, d, 0] >= 0) for d in range(3)] == [
            True,
            True,
            False,
        ]

    await play.steps.run("staff:city", run)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"to_on": -1}, "before the first"),
        ({"from_on": -2}, "today or later"),
        ({"to_on": 400}, "half a year"),
        ({"district": "430199"}, "no such area"),
        ({"district": COMMUNITY[:6]}, "own district"),
        ({"reason": " "}, "why"),
        ({"volunteer_ids": []}, "who is lent"),
    ],
)
async def test_vol_01_loans_that_cannot_be(play: Play, change: dict[str, Any], match: str) -> None:
    async def run(step: Step) -> None:
        volunteer = await add_volunteer(step)
        days = {"from_on": 0, "to_on": 5} | {k: v for k, v in change.items() if k in ("from_on", "to_on")}
        values: dict[str, Any] = {
            "volunteer_ids": [volunteer.id],
            "district": BORROWER,
            "reason": "年节支援",
            **change,
            **{k: step.today + timedelta(days=v) for k, v in days.items()},
        }
        with pytest.raises(BadInput, match=match):
            await lend(step, LoanForm(**values))

    await play.steps.run("staff:city", run)


async def test_vol_01_nobody_is_lent_twice_for_one_day(play: Play) -> None:
    async def run(step: Step) -> None:
        v = await add_volunteer(step)
        first = LoanForm([v.id], BORROWER, step.today, step.today + timedelta(days=5), "年节支援")
        await lend(step, first)
        with pytest.raises(BadInput, match="already"):
            await lend(
                step,
                LoanForm(
                    [v.id], BORROWER, step.today + timedelta(days=5), step.today + timedelta(days=9), "再借"
                ),
            )

    await play.steps.run("staff:city", run)


async def test_8_9_a_loan_that_ends_gives_back_the_seat_for_later_days_only(play: Play) -> None:
    """Edge: the loan ends while a visit is open."""

    async def begin(step: Step) -> tuple[UUID, UUID]:
        lent = await add_volunteer(step)
        for _ in range(3):
            await add_volunteer(step, division_code=OTHER_DISTRICT, skills=())
        await add_volunteer(step, pool=Pool.CITY)
        (loan,) = await lend(
            step, LoanForm([lent.id], BORROWER, step.today, step.today + timedelta(days=30), "年节支援")
        )
        person = await add_retiree(step, division_code=OTHER_DISTRICT)
        visit = await add_visit(
            step, VisitKind.CERTIFICATION, person.id, skills=["certifier"], division_code=OTHER_DISTRICT
        )
        return loan.id, visit.id

    loan_id, visit_id = await play.steps.run("staff:city", begin)
    await plan_visits(play.steps, "test")
    await play.tick()
    visit = await say_yes(play, visit_id)
    lead, companion = await crew(play, visit_id)
    assert lead.division_code == COMMUNITY
    assert visit.starts_at is not None
    last_on = play.steps.clock.now().date()
    await play.steps.run("staff:city", partial(end_loan, loan_id=loan_id, last_on=last_on, reason="任务结束"))
    await play.drain()
    seats = await play.seats(visit_id)
    assert seats[0].volunteer_id is None
    assert seats[1].volunteer_id == companion.id, "the other seat stays"
    assert (await play.visit(visit_id)).status is not VisitStatus.ACCEPTED
    with pytest.raises(WrongMoment):
        await play.steps.run(
            "staff:city", partial(end_loan, loan_id=loan_id, last_on=last_on, reason="again")
        )


async def test_vol_13_ties_keep_people_apart_both_ways(play: Play) -> None:
    async def run(step: Step) -> None:
        person = await add_retiree(step)
        a, b, c, d = [await add_volunteer(step) for _ in range(4)]
        visit = await add_visit(step, VisitKind.CARE, person.id)
        tie = await set_tie(step, person, a.id, "recused_by_retiree", "请换人")
        await set_tie(step, person, b.id, "recused_by_volunteer")
        await set_tie(step, person, c.id, "relative")
        assert await could_go(step, visit.id, 1) == {d.id}
        await end_tie(step, tie.id)
        assert await could_go(step, visit.id, 1) == {a.id, d.id}
        with pytest.raises(BadInput, match="VOL-13"):
            await set_tie(step, person, b.id, "known_face")
        with pytest.raises(BadInput):
            await set_tie(step, person, b.id, "friend")

    await play.steps.run("staff:a", run)


async def test_8_17_known_faces_only(play: Play) -> None:
    """Somebody who fears strangers is visited by whom they know: named in a tie, or here before."""
    visit = await agreed(play)
    before = await crew(play, visit.id)

    async def run(step: Step) -> None:
        person = await step.session.get(Retiree, visit.retiree_id)
        assert person is not None
        named = await add_volunteer(step)
        other = await add_visit(step, VisitKind.CARE, person.id)
        assert len(await could_go(step, other.id, 3)) > 2
        await set_known_face_only(step, person, True)
        assert await could_go(step, other.id, 3) == set()
        await set_tie(step, person, named.id, "known_face")
        assert await could_go(step, other.id, 3) == {named.id}
        for seat in await play.seats(visit.id):
            stored = await step.session.get(type(seat), seat.id)
            assert stored is not None
            stored.status = "done"  # type: ignore[assignment]  # as after the visit
        await step.session.flush()
        assert await could_go(step, other.id, 3) == {named.id, *(v.id for v in before)}

    await play.steps.run("staff:a", run)


async def test_8_19_a_silver_volunteer_never_goes_to_their_own_visit(play: Play) -> None:
    async def run(step: Step) -> None:
        number = "430102194203150022"
        person = await add_retiree(step, born_on=date(1954, 3, 1))
        person.id_number = number
        same = await add_volunteer(step, born_on=date(1954, 3, 1), health_declared_on=date(2026, 1, 1))
        same.id_number = number
        undeclared = await add_volunteer(step, born_on=date(1954, 3, 1))
        uninsured = await add_volunteer(step, insured_to=date(2026, 3, 2))
        other = await add_volunteer(step)
        await step.session.flush()
        own = await add_visit(step, VisitKind.CARE, person.id)
        foreign = await add_visit(step, VisitKind.CARE, (await add_retiree(step)).id)
        assert await could_go(step, own.id, 1) == {other.id}
        assert await could_go(step, foreign.id, 1) == {other.id, same.id}
        assert undeclared.id != uninsured.id

    await play.steps.run("staff:a", run)


async def test_a_recusal_takes_back_the_promised_seat_only(play: Play) -> None:
    visit = await agreed(play)
    lead, companion = await crew(play, visit.id)
    person = await retiree_of(play, visit)

    async def run(step: Step) -> None:
        row_ = await step.session.get(Retiree, person.id)
        assert row_ is not None
        await set_tie(step, row_, lead.id, "recused_by_retiree", "请换人")

    await play.steps.run("staff:a", run)
    await play.drain()
    seats = await play.seats(visit.id)
    assert seats[1].volunteer_id == companion.id
    assert seats[0].volunteer_id is None
    assert all(
        o.volunteer_id != lead.id for o in await play.offers(visit.id) if o.status is OfferStatus.OFFERED
    )


async def test_8_24_a_suspended_volunteer_gives_everything_back_at_once(play: Play) -> None:
    visit = await agreed(play)
    lead, companion = await crew(play, visit.id)

    async def suspend(step: Step) -> None:
        volunteer = await step.session.get(Volunteer, lead.id)
        assert volunteer is not None
        await change_status(step, volunteer, "paused", "推销保健品，被投诉")

    await play.steps.run("staff:a", suspend)
    await play.drain()
    seats = await play.seats(visit.id)
    assert [s.volunteer_id for s in seats] == [None, companion.id]
    assert (await row(play, Volunteer, lead.id)).status is VolunteerStatus.PAUSED
    asked = await rows(play, Offer, col(Offer.visit_id) == visit.id, col(Offer.status) == OfferStatus.OFFERED)
    assert asked
    assert all(o.volunteer_id != lead.id for o in asked)


async def test_8_30_a_volunteer_moves_with_a_date(play: Play) -> None:
    async def move(step: Step) -> UUID:
        volunteer = await add_volunteer(step)
        day = step.today + timedelta(days=3)
        await transfer(step, volunteer, OTHER_DISTRICT, "district", day, "搬到文艺路")
        assert volunteer.division_code == COMMUNITY
        with pytest.raises(WrongMoment, match="waiting"):
            await transfer(step, volunteer, OTHER_DISTRICT, "city", day, "再改一次")
        with pytest.raises(BadInput, match="VOL-01"):
            await transfer(
                step, volunteer, OTHER_DISTRICT, "district", step.today - timedelta(days=1), "补录"
            )
        return volunteer.id

    volunteer_id = await play.steps.run("staff:a", move)
    play.clock.advance(timedelta(days=2))
    assert await play.steps.run("system", carry_out_transfers) == 0
    play.clock.advance(timedelta(days=1))
    assert await play.steps.run("system", carry_out_transfers) == 1
    assert (await row(play, Volunteer, volunteer_id)).division_code == OTHER_DISTRICT
    assert await play.steps.run("system", carry_out_transfers) == 0


async def test_an_absence_counts_until_it_is_excused(play: Play) -> None:
    visit = await agreed(play)
    lead, _ = await crew(play, visit.id)

    async def absent(step: Step) -> None:
        volunteer = await step.session.get(Volunteer, lead.id)
        stored = await step.session.get(type(visit), visit.id)
        assert volunteer is not None
        assert stored is not None
        for _ in range(2):
            await note_absence(step, stored, volunteer)
        assert volunteer.no_shows == 1

    await play.steps.run("system", absent)
    (absence,) = await rows(play, Absence)

    async def excuse(step: Step) -> None:
        volunteer = await step.session.get(Volunteer, lead.id)
        assert volunteer is not None
        with pytest.raises(BadInput):
            await excuse_absence(step, volunteer, absence.id, "mood")
        await excuse_absence(step, volunteer, absence.id, "illness")
        assert volunteer.no_shows == 0

    await play.steps.run("staff:a", excuse)


async def served(step: Step, minutes: int, days_ago: int = 10) -> Volunteer:
    volunteer = await add_volunteer(step)
    visit = await add_visit(step, VisitKind.CARE, (await add_retiree(step)).id)
    visit.starts_at = step.now - timedelta(days=days_ago)
    step.session.add(
        MinutesEntry(visit_id=visit.id, volunteer_id=volunteer.id, minutes=minutes, credited_at=step.now)
    )
    await step.session.flush()
    return volunteer


async def test_vol_06_minutes_are_corrected_beside_the_entry(play: Play) -> None:
    async def run(step: Step) -> None:
        volunteer = await served(step, 60)
        (line,) = await load_ledger(step, volunteer.id)
        await correct_minutes(step, line.entry_id, 45, "签退时间有误")
        await correct_minutes(step, line.entry_id, 40, "再次核实")
        (line,) = await load_ledger(step, volunteer.id)
        assert (line.spell.minutes, line.spell.true_minutes) == (60, 40)
        for minutes, reason in ((-1, "签退时间有误"), (1441, "签退时间有误"), (30, "")):
            with pytest.raises(BadInput):
                await correct_minutes(step, line.entry_id, minutes, reason)

    await play.steps.run("staff:a", run)


async def test_vol_08_stars_are_earned_and_granted_by_whoever_may(play: Play) -> None:
    async def run(step: Step) -> None:
        volunteer = await served(step, 600 * 60)
        with pytest.raises(NotAllowed, match="higher"):
            await grant_stars(step, volunteer, 3, Role.DISTRICT_AGENCY)
        await grant_stars(step, volunteer, 2, Role.DISTRICT_AGENCY)
        await grant_stars(step, volunteer, 3, Role.CITY_ADMIN)
        assert (volunteer.stars, volunteer.stars_on) == (3, step.today)
        for stars in (3, 4, 6):
            with pytest.raises(BadInput, match="VOL-08"):
                await grant_stars(step, volunteer, stars, Role.CITY_ADMIN)

    await play.steps.run("staff:a", run)


async def test_vol_11_a_certificate_is_issued_after_its_public_notice(play: Play) -> None:
    form = CertificateForm(date(2026, 1, 1), date(2026, 3, 1), "样本社区", "样本主任", "0731-12345678")

    async def request(step: Step) -> tuple[UUID, UUID, UUID]:
        volunteer = await served(step, 95)
        row_ = await request_certificate(step, volunteer, form)
        second = await request_certificate(step, volunteer, form)
        assert (row_.minutes, row_.content) == (95, {"care": {"visits": 1, "minutes": 95}})
        assert (row_.number, second.number) == ("FW2026-000001", "FW2026-000002")
        assert row_.notice_until == step.today + timedelta(days=6)
        with pytest.raises(WrongMoment, match="VOL-11"):
            await issue_certificate(step, volunteer, row_.id)
        return volunteer.id, row_.id, second.id

    volunteer_id, first_id, second_id = await play.steps.run("staff:a", request)
    play.clock.advance(timedelta(days=7))

    async def issue(step: Step) -> None:
        volunteer = await step.session.get(Volunteer, volunteer_id)
        assert volunteer is not None
        issued = await issue_certificate(step, volunteer, first_id)
        assert (issued.issued_on, issued.issued_by) == (step.today, "staff:a")
        with pytest.raises(WrongMoment):
            await issue_certificate(step, volunteer, first_id)
        (line,) = await load_ledger(step, volunteer.id)
        await correct_minutes(step, line.entry_id, 30, "公示期间有人提出异议")
        with pytest.raises(WrongMoment, match="corrected"):
            await issue_certificate(step, volunteer, second_id)
        gone = await withdraw_certificate(step, volunteer, second_id, "有人提出异议")
        assert gone.withdrawn_at == step.now

    await play.steps.run("staff:a", issue)


async def test_vol_11_nothing_is_certified_that_was_not_done(play: Play) -> None:
    async def run(step: Step) -> None:
        volunteer = await served(step, 95)
        good = {
            "from_on": date(2026, 1, 1),
            "to_on": step.today,
            "issuer": "样本社区",
            "responsible_person": "样本主任",
            "contact": "12345",
        }
        for change in (
            {"to_on": step.today + timedelta(days=1)},
            {"from_on": step.today + timedelta(days=1)},
            {"from_on": date(2025, 1, 1), "to_on": date(2025, 6, 1)},
            {"issuer": ""},
            {"responsible_person": " "},
        ):
            with pytest.raises(BadInput):
                await request_certificate(step, volunteer, CertificateForm(**{**good, **change}))

    await play.steps.run("staff:a", run)
