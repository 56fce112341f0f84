"""Absences, minutes, stars, certificates of service (§3 VOL-06, VOL-08, VOL-11)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from uuid import UUID

import pytest

from domain.visits import VisitKind
from models.service_records import Absence
from models.staff import Role
from models.volunteers import MinutesEntry, Volunteer
from services.errors import BadInput, NotAllowed, WrongMoment
from services.steps import Step
from services.visiting import ReportForm, check_in, report
from services.volunteers.certificates import (
    CertificateForm,
    issue_certificate,
    request_certificate,
    withdraw_certificate,
)
from services.volunteers.page import load_volunteer_page
from services.volunteers.records import (
    correct_minutes,
    excuse_absence,
    grant_stars,
    load_ledger,
    load_unconfirmed,
    note_absence,
    tick_conduct,
)
from tests.factories import add_retiree, add_visit, add_volunteer
from tests.services.play import Play
from tests.services.scenes import agreed, crew, rows


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


async def test_vol_14_only_the_tick_of_a_check_is_kept(play: Play) -> None:
    async def run(step: Step) -> None:
        volunteer = await add_volunteer(step)
        with pytest.raises(BadInput, match="VOL-14"):
            await tick_conduct(step, volunteer, step.today + timedelta(days=1))
        await tick_conduct(step, volunteer, step.today)
        assert (volunteer.conduct_checked_on, volunteer.conduct_checked_by) == (step.today, "staff:a")

    await play.steps.run("staff:a", run)


async def test_vol_09_twenty_hours_a_year_are_expected_without_penalty(play: Play) -> None:
    async def run(step: Step) -> None:
        shown = await load_volunteer_page(step, await served(step, 60))
        assert (shown.hours_this_year, shown.hours_expected) == (1.0, 20)
        assert shown.why_not == [], "nobody is passed over for few hours"

    await play.steps.run("staff:a", run)


async def test_vol_07_minutes_without_an_arrival_count_once_confirmed(play: Play) -> None:
    async def run(step: Step) -> None:
        volunteer = await served(step, 60)
        (entry,) = [line.entry_id for line in await load_ledger(step, volunteer.id)]
        row = await step.session.get(MinutesEntry, entry)
        assert row is not None
        row.minutes, row.to_confirm = 0, 60
        await step.session.flush()
        (line,) = await load_ledger(step, volunteer.id)
        assert (line.spell.waits, line.spell.true_minutes) == (True, 0)
        assert [e.id for _, e, _, _ in await load_unconfirmed(step)] == [entry]
        await correct_minutes(step, entry, 50, "同行者确认")
        (line,) = await load_ledger(step, volunteer.id)
        assert (line.spell.waits, line.spell.true_minutes) == (False, 50)
        assert await load_unconfirmed(step) == []

    await play.steps.run("staff:a", run)


@pytest.mark.parametrize("arrived", [0, 1, 2])
async def test_vol_07_a_visit_credits_only_whose_arrival_was_noted(play: Play, arrived: int) -> None:
    visit = await agreed(play)
    assert visit.starts_at is not None
    play.clock.set(visit.starts_at)
    people = await crew(play, visit.id)
    for volunteer in people[:arrived]:
        await play.steps.run("v", partial(check_in, visit_id=visit.id, volunteer_id=volunteer.id))
    play.clock.advance(timedelta(minutes=25))
    form = ReportForm("form", "done_evidence")
    await play.steps.run("v", lambda step: report(step, visit.id, people[0].id, form))
    entries = {e.volunteer_id: (e.minutes, e.to_confirm) for e in await rows(play, MinutesEntry)}
    expected = [(25, 0) if n < arrived else (0, visit.minutes) for n in range(2)]
    assert [entries[volunteer.id] for volunteer in people] == expected
