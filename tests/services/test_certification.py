"""A home certification, from sixty days before its due date to the recorded event."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col

from domain.certification import Channel
from domain.visits import VisitKind, VisitStatus
from models.desk import DeskItem
from models.retirees import CertificationEvent, Retiree
from models.staff import Role
from models.visits import Visit, VisitReport
from models.volunteers import MinutesEntry, Volunteer, VolunteerSkill
from services import retirees, reviewing, visiting
from services.doctor import examine
from services.due.generate import generate_due
from services.errors import BadInput, NotAllowed, WrongMoment
from services.planning.planning import plan_visits
from services.sign_in import create_staff
from services.steps import Step
from services.visiting import ReportForm
from tests.factories import add_retiree, add_staff, add_volunteer
from tests.services.play import Play
from tests.services.scenes import crew, open_matters, row, rows, say_yes

LAST, DUE = date(2025, 5, 10), date(2026, 5, 31)
SIXTY_DAYS_BEFORE = datetime(2026, 4, 1, 0, 30, tzinfo=UTC)
FULL = {"dated_photo": "x", "id_checked": True, "id_last_four": "0029", "signature": "present"}


async def due_visit(play: Play, **values: Any) -> Visit:
    """A bedridden person's certification, found due by the rules; two certifiers, four others."""

    async def fill(step: Step) -> None:
        person = await add_retiree(
            step, home_visit_ground="bedridden", id_number="430111196303150029", **values
        )
        await retirees.record_certification(step, person, Channel.SELF_FACE, LAST)
        for number in range(6):
            await add_volunteer(step, skills=("certifier",) if number < 2 else ())

    await play.steps.run("system", fill)
    play.clock.set(SIXTY_DAYS_BEFORE - timedelta(days=1))
    assert (await play.steps.run("system", generate_due))["certification"] == 0
    play.clock.set(SIXTY_DAYS_BEFORE)
    assert (await play.steps.run("system", generate_due))["certification"] == 1
    (visit,) = await rows(play, Visit)
    found: Visit = visit
    return found


async def agreed_visit(play: Play) -> Visit:
    visit = await due_visit(play)
    await plan_visits(play.steps, "test")
    await play.tick()
    return await say_yes(play, visit.id)


async def reported_visit(play: Play, evidence: dict[str, Any]) -> Visit:
    visit = await agreed_visit(play)
    assert visit.starts_at is not None
    play.clock.set(visit.starts_at)
    for volunteer in await crew(play, visit.id):
        await play.steps.run("v", partial(visiting.check_in, visit_id=visit.id, volunteer_id=volunteer.id))
    play.clock.advance(timedelta(minutes=50))
    await send_report(play, visit.id, "first", evidence)
    return await play.visit(visit.id)


async def send_report(play: Play, visit_id: UUID, key: str, evidence: dict[str, Any]) -> None:
    lead = (await crew(play, visit_id))[0]
    form = ReportForm(key, "done_evidence", evidence=evidence)
    await play.steps.run("v", lambda step: visiting.report(step, visit_id, lead.id, form))


async def review(
    play: Play, visit_id: UUID, approve: bool, reason: str = "", who: str = "staff:rev"
) -> Visit:
    return await play.steps.run(
        who, lambda step: reviewing.review(step, visit_id, approve=approve, reason=reason)
    )


async def test_it_falls_due_sixty_days_ahead_and_once(play: Play) -> None:
    visit = await due_visit(play)
    assert (visit.kind, visit.due_on, visit.crew_size) == (VisitKind.CERTIFICATION, DUE, 2)
    assert visit.skills == ["certifier"]
    for _ in range(2):
        assert (await play.steps.run("system", generate_due))["certification"] == 0


async def test_the_lead_is_a_certifier(play: Play) -> None:
    visit = await agreed_visit(play)
    lead = (await crew(play, visit.id))[0]
    skills = await rows(play, VolunteerSkill, col(VolunteerSkill.volunteer_id) == lead.id)
    assert [s.skill for s in skills] == ["certifier"]
    assert visit.starts_at is not None
    assert visit.starts_at.date() < DUE


async def test_evidence_with_pieces_missing_is_returned_completed_and_then_accepted(play: Play) -> None:
    visit = await reported_visit(play, {"dated_photo": "x"})
    assert visit.status is VisitStatus.REPORTED
    assert await open_matters(play) == ["review"]
    with pytest.raises(BadInput, match="id_check, signature_or_reason"):
        await review(play, visit.id, approve=True)
    with pytest.raises(BadInput, match="missing"):
        await review(play, visit.id, approve=False)
    assert (await review(play, visit.id, approve=False, reason="缺签名")).status is VisitStatus.RETURNED
    assert await open_matters(play) == ["returned"]
    await send_report(play, visit.id, "second", FULL)
    assert await open_matters(play) == ["review"]

    play.clock.advance(timedelta(days=2))
    assert (await review(play, visit.id, approve=True)).status is VisitStatus.COMPLETED
    await play.tick()
    assert visit.starts_at is not None
    done_on = visit.starts_at.date()
    events = await rows(play, CertificationEvent, col(CertificationEvent.visit_id) == visit.id)
    assert [(e.channel, e.occurred_on, e.recorded_by) for e in events] == [
        ("home_visit", done_on, "staff:rev")
    ], "dated on the day of the visit, not of the review"
    (text,) = await play.texts("R5")
    assert f"{done_on.month}月{done_on.day}日" in text.text
    assert "2027年4月30日" in text.text, "the next due date"
    assert [m.minutes for m in await rows(play, MinutesEntry)] == [50, 50]
    verdicts = [r.verdict for r in await rows(play, VisitReport)]
    assert verdicts == ["returned", "approved"]
    assert await open_matters(play) == []
    assert (await play.steps.run("system", generate_due))["certification"] == 0, "due again next year only"
    async with play.steps.look() as step:
        assert (await examine(step)).problems == []


async def test_a_wrong_number_of_the_card_is_not_accepted(play: Play) -> None:
    visit = await reported_visit(play, {**FULL, "id_last_four": "1234"})
    with pytest.raises(BadInput, match="id_mismatch"):
        await review(play, visit.id, approve=True)


async def test_a_visitor_cannot_review_the_own_visit(play: Play) -> None:
    visit = await reported_visit(play, FULL)
    for volunteer in await crew(play, visit.id):
        with pytest.raises(NotAllowed):
            await review(play, visit.id, approve=True, who=f"volunteer:{volunteer.id}")
    assert (await play.visit(visit.id)).status is VisitStatus.REPORTED


async def test_staff_who_was_there_as_a_volunteer_cannot_review(play: Play) -> None:
    visit = await reported_visit(play, FULL)
    lead, companion = await crew(play, visit.id)

    async def hire(step: Step) -> None:
        await add_staff(step, "linked", Role.REVIEWER, "4301", volunteer_id=companion.id)
        same_number = await add_staff(step, "same.number", Role.REVIEWER, "4301")
        same_number.phone = lead.phone
        stranger = next(v for v in await rows(play, Volunteer) if v.id not in (lead.id, companion.id))
        other = await add_staff(step, "other", Role.REVIEWER, "4301", volunteer_id=stranger.id)
        other.phone = lead.phone  # a shared telephone; the link says who it is

    await play.steps.run("system", hire)
    for name in ("linked", "same.number"):
        with pytest.raises(NotAllowed, match="Ask another member of staff"):
            await review(play, visit.id, approve=True, who=f"staff:{name}")
    assert await open_matters(play) == ["review"]
    assert (await review(play, visit.id, approve=True, who="staff:other")).status is VisitStatus.COMPLETED


async def test_an_account_is_linked_by_id_or_mobile_number(play: Play) -> None:
    async def work(step: Step) -> None:
        volunteer = await add_volunteer(step)
        twin = await add_volunteer(step, phone="+8613987654321")
        await add_volunteer(step, phone=twin.phone)
        values: dict[str, Any] = {
            "display_name": "样本",
            "password": "quite-a-long-phrase-7",
            "role": Role.REVIEWER,
            "area": "4301",
        }
        for username, text in (("by.id", str(volunteer.id)), ("by.number", volunteer.phone)):
            staff = await create_staff(step, username=username, volunteer=text, **values)
            assert staff.volunteer_id == volunteer.id
        assert (await create_staff(step, username="neither", **values)).volunteer_id is None
        for text in ("+8613900009999", "nobody", "00000000-0000-7000-8000-000000000000", twin.phone):
            with pytest.raises(BadInput) as caught:
                await create_staff(step, username="new", volunteer=text, **values)
            assert caught.value.field == "volunteer"

    await play.steps.run("system", work)


async def test_nothing_is_reviewed_twice_or_before_the_report(play: Play) -> None:
    visit = await agreed_visit(play)
    with pytest.raises(WrongMoment):
        await review(play, visit.id, approve=True)


async def test_the_review_is_promised_within_three_working_days(play: Play) -> None:
    visit = await reported_visit(play, FULL)
    (item,) = await rows(play, DeskItem, col(DeskItem.kind) == "review")
    assert visit.starts_at is not None
    # 2 April 2026 is a Thursday; 4 to 6 April are Qingming.
    assert visit.starts_at.date() == date(2026, 4, 2)
    assert item.due_at == datetime(2026, 4, 8, 12, 0, tzinfo=UTC)


async def test_certified_another_way_the_visit_is_superseded_and_everybody_told(play: Play) -> None:
    visit = await agreed_visit(play)
    await play.tick()

    async def match(step: Step) -> None:
        person = await step.session.get(Retiree, visit.retiree_id)
        assert person is not None
        await retirees.record_certification(step, person, Channel.SILENT, step.today)

    await play.steps.run("system", match)
    await play.tick()
    after: Visit = await row(play, Visit, visit.id)
    assert (after.status, after.wake_at) == (VisitStatus.SUPERSEDED, None)
    assert after.reason == {"code": "certified_by_silent"}
    assert len(await play.texts("V5")) == 2
    assert len(await play.texts("R4")) == 1
    assert (await play.steps.run("system", generate_due))["certification"] == 0


async def test_a_certification_of_tomorrow_is_refused(play: Play) -> None:
    async def work(step: Step) -> None:
        person = await add_retiree(step)
        await retirees.record_certification(step, person, Channel.SILENT, step.today + timedelta(days=1))

    with pytest.raises(BadInput):
        await play.steps.run("system", work)


async def test_1_1_cert_07_long_ago_no_face_scan_is_entered_and_no_receipt_will_do(
    play: Play,
) -> None:
    """Twenty months after the last certification: the form, or a visit with a photo; a list tells facts."""
    visit = await reported_visit(play, {**FULL, "dated_photo": "", "receipt_number": "R-2026-7"})

    async def long_ago(step: Step) -> None:
        person = await step.session.get(Retiree, visit.retiree_id)
        assert person is not None
        for event in await retirees.load_events(step, person.id):
            await retirees.void_certification(step, event.id, "登记有误")
        await retirees.record_certification(step, person, Channel.SELF_FACE, date(2024, 9, 10), source="list")

    await play.steps.run("system", long_ago)
    with pytest.raises(BadInput, match="dated_photo"):
        await review(play, visit.id, approve=True)

    async def enter(step: Step, channel: Channel, source: str = "") -> None:
        person = await step.session.get(Retiree, visit.retiree_id)
        assert person is not None
        await retirees.record_certification(step, person, channel, step.today, source=source)

    for channel in (Channel.SELF_FACE, Channel.ASSISTED_FACE):
        with pytest.raises(BadInput, match="CERT-07"):
            await play.steps.run("staff:officer", partial(enter, channel=channel))
    await play.steps.run("system", partial(enter, channel=Channel.SELF_FACE, source="list"))
    assert len(await rows(play, CertificationEvent)) == 3, "the agency's own list is taken as it is"
