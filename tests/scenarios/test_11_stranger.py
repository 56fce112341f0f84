"""Scenario 11: a stranger answers "wrong number": nothing more to it, and somebody finds the right one."""

from __future__ import annotations

from datetime import timedelta

from domain.visits import VisitKind, VisitStatus
from models.messages import Message
from models.retirees import Retiree
from models.visits import Visit
from services.steps import Step
from tests.factories import add_retiree, add_visit, next_phone
from tests.scenarios.people import add_crew
from tests.scenarios.stage import Stage, texts_without

NUMBER = next_phone()


async def announced(stage: Stage, *, others: int = 0) -> tuple[Visit, Retiree]:
    """A visit is agreed and announced to a number that is somebody else's by now."""

    async def fill(step: Step) -> Visit:
        person = await add_retiree(step, name="样本王小英", phone=NUMBER)
        for _ in range(others):
            await add_retiree(step, name="样本别人", phone=NUMBER)
        await add_crew(step, 2)
        return await add_visit(step, VisitKind.CARE, person.id, opens_on=step.today + timedelta(days=3))

    visit: Visit = await stage.run(fill, "system")
    visit = await stage.agree(visit.id)
    assert len(await stage.sent("R2")) == 1
    return visit, await stage.retiree(visit.retiree_id)


async def test_the_number_is_wrong_and_gets_nothing_more(stage: Stage) -> None:
    visit, person = await announced(stage)
    got = await stage.phone(NUMBER)
    assert texts_without(got, "样本王小英", "101", "认证", "病"), "what the stranger has read tells nothing"
    assert await stage.say(NUMBER, "打错了") == "wrong_number"
    (item,) = await stage.matters("verify_phone")
    assert (item.retiree_id, item.responsible) == (person.id, "staff:officer")
    assert visit.starts_at is not None
    await stage.until(visit.starts_at)
    after = await stage.phone(NUMBER)
    assert len(after) - len(got) <= 1, "at most one answer to the stranger himself"
    assert not any("提醒您" in text for text in after), "no reminder of the visit to a stranger"
    waiting = [m for m in await stage.rows(Message) if m.phone == NUMBER and m.status == "queued"]
    assert waiting == []
    (row,) = await stage.rows(Retiree)
    assert row.phone_kind == "void"
    assert (await stage.visit(visit.id)).status is VisitStatus.ACCEPTED, "the visit itself stands"
    calls = [i for i in await stage.matters("call", "verify_phone") if i.retiree_id == person.id]
    assert calls, "somebody tells them on another way"
    await stage.sound()


async def test_what_the_stranger_was_told_is_on_record(stage: Stage) -> None:
    _visit, person = await announced(stage)
    await stage.say(NUMBER, "打错了，我不认识")
    texts = [m for m in await stage.rows(Message) if m.phone == NUMBER and m.status == "delivered"]
    assert [m.template for m in texts][:1] == ["R2"]
    assert texts_without([m.text for m in texts], person.name, person.address)
    (noted,) = [entry for entry in await stage.audited("phone.wrong") if entry.row_id == str(person.id)]
    assert "R2" in noted.why


async def test_the_same_number_on_other_persons(stage: Stage) -> None:
    """Edge: nobody who has that number is written to there any more, and each is looked into."""
    visit, _ = await announced(stage, others=1)
    assert await stage.say(NUMBER, "打错了") == "wrong_number"
    items = await stage.matters("verify_phone")
    assert {i.retiree_id for i in items} == {r.id for r in await stage.rows(Retiree)}
    assert {r.phone_kind for r in await stage.rows(Retiree)} == {"void"}
    assert len(await stage.audited("phone.wrong")) == 2
    got = len(await stage.phone(NUMBER))
    assert visit.starts_at is not None
    await stage.until(visit.starts_at)
    assert len(await stage.phone(NUMBER)) == got
