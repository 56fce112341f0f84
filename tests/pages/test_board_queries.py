"""The pages' queries, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from datetime import timedelta

from domain.visits import VisitStatus
from services import desk
from services.board import load_desk, load_figures, load_today, load_week
from services.live import change_mark
from services.phone_reports import media_type_of
from services.simulated_phones import list_phones, load_phone, reply
from services.steps import Step, Steps
from services.visit_lists import Filters, find_visits, normal_code
from tests.factories import COMMUNITY, add_retiree, add_visit
from tests.services.conftest import clock, steps

__all__ = ["clock", "steps"]


async def test_board_counts_lists_and_notices_changes(steps: Steps) -> None:
    async def fill(step: Step) -> None:
        retiree = await add_retiree(step, name="样本丁甲")
        today = await add_visit(step, retiree_id=retiree.id)
        today.starts_at, today.status = step.now + timedelta(hours=2), VisitStatus.ACCEPTED
        later = await add_visit(step, retiree_id=retiree.id)
        later.starts_at, later.status = step.now + timedelta(days=6), VisitStatus.OFFERED
        for status in (VisitStatus.CANCELLED, VisitStatus.SUPERSEDED):  # nobody goes: in no count of a day
            off = await add_visit(step, retiree_id=retiree.id)
            off.starts_at, off.status = step.now + timedelta(hours=3), status
        await desk.open_visit_item(step, today, "call")
        await reply(step, "+8613900000000", "你好", "key")

    before = await change_mark(steps)
    await steps.run("system", fill)
    assert await change_mark(steps) != before
    async with steps.look() as step:
        figures = await load_figures(step)
        assert (figures["desk"], figures["today"], figures["offered"], figures["open"]) == (1, 1, 1, 2)
        assert [m.who for m in await load_desk(step)] == ["样**甲"]
        assert [line.visit.status for line in await load_today(step)] == [VisitStatus.ACCEPTED]
        week = await load_week(step, "")
        assert week.by_status == {"offered": [0] * 6 + [1], "accepted": [1] + [0] * 6}
        assert week.by_area == {"430111000000": [1, 0, 0, 0, 0, 0, 1]}
        assert (await load_week(step, "430111001")).by_area.keys() == {COMMUNITY}
        found = await find_visits(step, Filters(text="样本丁", day=step.today))
        assert (found.total, found.lines[0].visit.status) == (3, VisitStatus.ACCEPTED)  # the list finds all
        assert [p.text for p in await list_phones(step, "1390000")] == ["你好"]
        assert (await load_phone(step, "+8613900000000")).texts[0].is_from_phone


def test_codes_are_read_as_people_type_them() -> None:
    assert normal_code("t4829 1742") == "T4829-1742"
    assert normal_code("４８２９—１７４２") == "T4829-1742"
    assert normal_code("482917") == ""


def test_pictures_are_told_by_their_first_bytes() -> None:
    assert media_type_of(b"\xff\xd8\xff\xe0rest") == "image/jpeg"
    assert media_type_of(b"\x89PNG\r\n\x1a\nrest") == "image/png"
