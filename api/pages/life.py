"""Events in a person's life, entered on the person's page; moves that wait for their sides."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import date

from aiohttp import web

from api.current import actor, context, reader, steps
from api.pages.forms import Form, day, moment, path_id, read_form, row_id, text, whole
from api.pages.rendering import page, see_other
from api.rows import change_row, own_transfer
from api.rules import EDITORS, LISTERS, signed_in
from domain.departures import ProposalKind
from models.life import Incident, StatusProposal
from models.retirees import CertificationEvent, Retiree
from services.audit import audit
from services.errors import BadInput
from services.grounds import set_ground
from services.life import deaths, hospital, incidents, proposals, transfers
from services.life.transfers import MoveTo
from services.number_notices import NumberNotice, note_number, own_contact
from services.places import find_community, load_place_names
from services.retirees import record_certification, void_certification
from services.steps import Step

SOURCES = ("relative", "community", "police", "court", "hospital", "list")
KINDS = ("missing", "imprisoned", "double_benefit", "other_law")
CODE = re.compile(r"\d{12}")
Work = Callable[[Step, Retiree, Form], Awaitable[object]]


async def _change(request: web.Request, notice: str, work: Work) -> web.HTTPSeeOther:
    form, retiree_id = await read_form(request), path_id(request)
    await change_row(request, Retiree, retiree_id, None, lambda step, row: work(step, row, form))
    return see_other(f"/retirees/{retiree_id}?done={notice}")


def _one_of(form: Form, name: str, known: tuple[str, ...]) -> str:
    value = text(form, name, 24)
    if value not in known:
        raise BadInput(name, "Choose one from the list.", name)
    return value


def _day_or_none(form: Form, name: str) -> date | None:
    return day(form, name) if text(form, name) else None


@signed_in(*EDITORS)
async def death(request: web.Request) -> web.StreamResponse:
    async def work(step: Step, row: Retiree, form: Form) -> object:
        source = _one_of(form, "source", SOURCES)
        return await deaths.report_death(step, row, _day_or_none(form, "on"), source=source)

    raise await _change(request, "death", work)


@signed_in(*EDITORS)
async def number(request: web.Request) -> web.StreamResponse:
    """The person's number or a contact's: another one, the known one is right, or texts again."""

    async def work(step: Step, row: Retiree, form: Form) -> object:
        whose = await own_contact(step, row, row_id(form, "contact")) if text(form, "contact", 40) else row
        notice = NumberNotice(
            text(form, "source", 24), text(form, "number", 32), bool(text(form, "texts", 4))
        )
        return await note_number(step, whose, notice)

    raise await _change(request, "noted", work)


@signed_in(*EDITORS)
async def propose(request: web.Request) -> web.StreamResponse:
    async def work(step: Step, row: Retiree, form: Form) -> object:
        kind = ProposalKind(_one_of(form, "kind", KINDS))
        return await proposals.propose(
            step, row, kind, day(form, "on"), source=_one_of(form, "source", SOURCES)
        )

    raise await _change(request, "proposed", work)


@signed_in(*EDITORS)
async def admit(request: web.Request) -> web.StreamResponse:
    async def work(step: Step, row: Retiree, form: Form) -> object:
        area = CODE.search(text(form, "hospital_area", 200))
        if area is None and text(form, "hospital_area"):
            raise BadInput("where", "Choose an area from the list.", "hospital_area")
        known = hospital.Admission(
            text(form, "hospital", 120), None, _day_or_none(form, "expected_on"), area[0] if area else ""
        )
        return await hospital.admit(step, row, known)

    raise await _change(request, "hospital", work)


@signed_in(*EDITORS)
async def discharge(request: web.Request) -> web.StreamResponse:
    raise await _change(
        request, "discharged", lambda step, row, form: hospital.discharge(step, row, day(form, "on"))
    )


@signed_in(*EDITORS)
async def moved(request: web.Request) -> web.StreamResponse:
    names = await load_place_names(steps(request))

    async def work(step: Step, row: Retiree, form: Form) -> object:
        said = text(form, "where", 100)
        to = MoveTo(
            division_code=find_community(names, said) if said else "",
            where_to=text(form, "where_to", 24),
            address=text(form, "address", 200),
        )
        return await transfers.request_transfer(step, row, to)

    raise await _change(request, "moving", work)


@signed_in(*EDITORS)
async def certified(request: web.Request) -> web.StreamResponse:
    async def work(step: Step, row: Retiree, form: Form) -> object:
        event = await record_certification(step, row, text(form, "channel", 24), day(form, "on"))
        await audit(step, "certification.record", event, fields=["occurred_on", "channel"])
        return event

    raise await _change(request, "certified", work)


@signed_in(*EDITORS)
async def at_home(request: web.Request) -> web.StreamResponse:
    async def work(step: Step, row: Retiree, form: Form) -> object:
        return await set_ground(step, row, text(form, "ground", 24))

    raise await _change(request, "at_home", work)


@signed_in(*LISTERS)
async def void(request: web.Request) -> web.StreamResponse:
    form = await read_form(request)

    async def work(step: Step, row: CertificationEvent) -> CertificationEvent:
        return await void_certification(step, row.id, text(form, "reason", 120))

    row = await change_row(request, CertificationEvent, path_id(request), None, work)
    raise see_other(f"/retirees/{row.retiree_id}?done=decided")


@signed_in(*LISTERS)
async def decide(request: web.Request) -> web.StreamResponse:
    form = await read_form(request)
    decision, reason = _one_of(form, "decision", ("confirm", "withdraw", "end")), text(form, "reason", 120)

    async def work(step: Step, row: StatusProposal) -> StatusProposal:
        if decision == "confirm":
            await proposals.confirm(step, row)
        elif decision == "withdraw" and row.kind == ProposalKind.DECEASED:
            await deaths.reverse_death(step, row, reason)
        else:
            await proposals.withdraw(step, row, reason, ended=decision == "end")
        return row

    row = await change_row(request, StatusProposal, path_id(request), whole(form, "version"), work)
    notice = "reversed" if decision == "withdraw" else "decided"
    raise see_other(f"/retirees/{row.retiree_id}?done={notice}")


@signed_in(*EDITORS)
async def note_step(request: web.Request) -> web.StreamResponse:
    form, zone = await read_form(request), context(request).settings.zone
    at = moment(form, zone)
    if at is None:
        raise BadInput("at", "Choose a time.", "at")

    async def work(step: Step, row: Incident) -> object:
        return await incidents.note_step(step, row, text(form, "step", 24), at, text(form, "note", 300))

    await change_row(request, Incident, path_id(request), None, work)
    raise see_other(f"/retirees/{row_id(form, 'person')}?done=step_noted")


@signed_in(*EDITORS)
async def moves(request: web.Request) -> web.StreamResponse:
    """Moves from or to one's own area."""
    eyes = reader(request)
    async with steps(request).look() as step:
        rows = await transfers.load_transfers(step, eyes)
    lines = [(row, sorted(transfers.sides(row, eyes))) for row in rows]
    return await page(request, "transfers.html", lines=lines)


@signed_in(*EDITORS)
async def answer_move(request: web.Request) -> web.StreamResponse:
    transfer_id = await own_transfer(request, path_id(request))
    form, eyes = await read_form(request), reader(request)
    side, answer = _one_of(form, "side", ("from", "to")), _one_of(form, "answer", ("confirm", "reject"))

    async def work(step: Step) -> object:
        if answer == "confirm":
            return await transfers.confirm(step, transfer_id, side, eyes)
        return await transfers.reject(step, transfer_id, side, eyes, text(form, "reason", 120))

    await steps(request).run(actor(request), work)
    raise see_other(f"/transfers?done={'move_confirmed' if answer == 'confirm' else 'move_rejected'}")


ROUTES = [
    web.post("/retirees/{id}/death", death),
    web.post("/retirees/{id}/number", number),
    web.post("/retirees/{id}/proposals", propose),
    web.post("/retirees/{id}/hospital", admit),
    web.post("/retirees/{id}/discharge", discharge),
    web.post("/retirees/{id}/moved", moved),
    web.post("/retirees/{id}/certified", certified),
    web.post("/retirees/{id}/ground", at_home),
    web.post("/certifications/{id}/void", void),
    web.post("/proposals/{id}/decide", decide),
    web.post("/incidents/{id}/steps", note_step),
    web.get("/transfers", moves),
    web.post("/transfers/{id}/answer", answer_move),
]
