"""Scenario 1: bedridden and alone, due in twenty days; the daughter is the contact."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlmodel import col

from domain.visits import VisitKind, VisitStatus
from models.retirees import CertificationEvent, Retiree
from models.visits import EvidenceFile, Visit
from models.volunteers import MinutesEntry
from services.due.certifications import load_certifications
from services.due.persons import load_persons
from services.steps import Step
from tests.factories import add_contact, add_volunteer, next_phone
from tests.scenarios.office import suspended_from
from tests.scenarios.people import add_certified
from tests.scenarios.phone_page import open_page
from tests.scenarios.stage import EVIDENCE, Stage, texts_without

DAUGHTER = next_phone()
CERTIFIES = (col(Visit.kind) == VisitKind.CERTIFICATION) | col(Visit.with_certification)
EARLIER, DUE, NEXT_DUE = date(2025, 3, 18), date(2026, 3, 31), date(2027, 3, 31)
UNPAID_FROM = date(2026, 4, 1)


@pytest.fixture
def begin() -> datetime:
    """Sixty-one days before the due date."""
    return datetime(2026, 1, 29, 1, 0, tzinfo=UTC)


async def bedridden(stage: Stage) -> Retiree:
    """A woman of 83 with a landline only."""

    async def fill(step: Step) -> Retiree:
        person = await add_certified(
            step,
            EARLIER,
            flags=("bedridden", "living_alone"),
            phone_kind="landline",
            phone="+8673185550101",
        )
        await add_contact(step, person, name="样本女儿", relation="女", phone=DAUGHTER)
        return person

    person: Retiree = await stage.run(fill, "system")
    return person


async def add_people(step: Step) -> None:
    """Two men and two women; one of each certifies."""
    for sex, skills in ((1, ("certifier",)), (1, ()), (2, ("certifier",)), (2, ())):
        await add_volunteer(step, sex=sex, skills=skills)


async def certifying(stage: Stage, person: Retiree) -> Visit:
    """The visit that certifies: of its own, or the care visit that carries it (she is seen every month)."""
    (visit,) = await stage.visits_of(person.id, CERTIFIES)
    return visit


async def due_date(stage: Stage, person: Retiree) -> date:
    async with stage.steps.look() as step:
        clocks = await load_certifications(step, await load_persons(step))
    return next(clock.due_on for found, clock in clocks if found.id == person.id)


async def agreed(stage: Stage, person: Retiree, day: datetime) -> Visit:
    """Opened sixty days before the due date, agreed on a later day."""
    await stage.skip(day)
    visit = await certifying(stage, person)
    assert (visit.crew_size, visit.skills) == (2, ["certifier"])
    await stage.run(add_people, "system")
    visit = await stage.agree(visit.id)
    lead, companion = await stage.crew(visit.id)
    assert lead.sex == 2, "a bedridden woman is visited by a woman at least"
    assert lead.id != companion.id
    return visit


async def test_the_task_exists_since_sixty_days_before(stage: Stage) -> None:
    person: Retiree = await stage.run(lambda step: add_certified(step, EARLIER), "system")
    await stage.look()
    assert await stage.visits_of(person.id) == [], "sixty-one days before"
    await stage.due()
    visit = await stage.the_visit(person.id)
    assert (visit.kind, visit.due_on, visit.ground) == (VisitKind.CERTIFICATION, DUE, "bedridden")
    assert (visit.crew_size, visit.skills) == (2, ["certifier"])


async def test_the_pair_goes_and_the_evidence_is_accepted(stage: Stage) -> None:
    person = await bedridden(stage)
    visit = await agreed(stage, person, datetime(2026, 3, 11, 1, 0, tzinfo=UTC))
    (announced,) = await stage.sent("R2b")
    assert announced.person_id == person.id
    words = (await stage.phone(DAUGHTER))[-1]
    assert "您的家人样**英" in words
    assert visit.visit_code in words
    assert await stage.sent("R2") == [], "nobody texts a landline"

    lead, companion = await stage.arrive(visit.id)
    page = await open_page(stage, visit, lead)
    assert "样本小区1栋101室" not in await page.see()
    assert "样本小区1栋101室" in await page.say_who()
    (look,) = [entry for entry in await stage.audited("look") if entry.role == "volunteer"]
    assert (look.who, look.row_id) == (f"volunteer:{lead.id}", str(person.id))
    await stage.wait_minutes(40)
    await page.report(
        "done_evidence",
        photo=True,
        id_checked="yes",
        id_last_four="0046",
        no_signature_reason="卧床，右手不能写字",
        check_health="abnormal",
    )
    visit = await stage.visit(visit.id)
    assert (visit.status, visit.outcome) == (VisitStatus.REPORTED, "done_evidence")
    (photo,) = await stage.rows(EvidenceFile)
    assert (photo.visit_id, photo.kind) == (visit.id, "dated_photo")

    assert visit.starts_at is not None
    went_on = visit.starts_at.astimezone(stage.steps.zone).date()
    await stage.wait_hours(24)
    await stage.on_visit("reviewer", visit.id, "review", approve=True)
    await stage.look()
    (event,) = await stage.rows(CertificationEvent, col(CertificationEvent.visit_id) == visit.id)
    assert (event.occurred_on, event.channel) == (went_on, "home_visit"), "the day of the visit"
    assert await due_date(stage, person) == NEXT_DUE
    await stage.wait_hours(20)
    (told,) = await stage.sent("R5b")
    assert "2027年3月31日" in told.text
    minutes = {m.volunteer_id: m.minutes for m in await stage.rows(MinutesEntry)}
    assert minutes == {lead.id: 40, companion.id: 40}
    assert [a.who for a in await stage.audited("visit.review")] == ["staff:reviewer"]
    for number in (DAUGHTER, lead.phone, companion.phone):
        assert texts_without(await stage.phone(number), "样本王小英", "430181195012310046", "卧床", "101室")
    await stage.sound()


async def test_the_landline_is_rung_beside_the_daughter_s_text(stage: Stage) -> None:
    person = await bedridden(stage)
    visit = await agreed(stage, person, datetime(2026, 3, 11, 1, 0, tzinfo=UTC))
    assert len(await stage.sent("R2b")) == 1
    (call,) = await stage.matters("call")
    assert (call.retiree_id, call.visit_id, call.responsible) == (person.id, visit.id, "staff:officer")
    assert visit.starts_at is not None
    assert call.due_at <= visit.starts_at
    await stage.post("officer", f"/desk/{call.id}/close", version=call.version, resolution="已电话告知")
    await stage.until(visit.starts_at)
    assert await stage.matters("call") == []


async def test_reviewed_after_the_due_date_is_still_in_time(stage: Stage) -> None:
    person = await bedridden(stage)
    visit = await agreed(stage, person, datetime(2026, 3, 27, 1, 0, tzinfo=UTC))
    await stage.arrive(visit.id)
    await stage.report(visit.id, "done_evidence", evidence=EVIDENCE)
    await stage.until(datetime(2026, 4, 1, 2, 0, tzinfo=UTC))
    (line,) = await suspended_from(stage, UNPAID_FROM)
    assert person.id_number in line
    assert "Hold back: seen in time" in line, "the agency waits for the review"
    await stage.on_visit("reviewer", visit.id, "review", approve=True)
    (event,) = await stage.rows(CertificationEvent, col(CertificationEvent.visit_id) == visit.id)
    assert event.occurred_on <= DUE
    assert await due_date(stage, person) == NEXT_DUE
    assert await suspended_from(stage, UNPAID_FROM) == [], "withdrawn"
