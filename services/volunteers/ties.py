"""Recusals both ways, family, known faces: who may not meet whom, or only whom (rule VOL-13)."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import col, select

from models.pools import Tie, TieKind
from models.retirees import Retiree
from models.visits import Visit
from models.volunteers import Volunteer
from services.audit import audit
from services.errors import BadInput, NotFound, WrongMoment
from services.steps import Step
from services.volunteers.letting_go import let_go


async def set_tie(step: Step, retiree: Retiree, volunteer_id: UUID, kind: str, reason: str = "") -> Tie:
    """Note a tie; a seat or an offer that it forbids is given to somebody else at once.

    Raises:
        NotFound: unknown volunteer.
        BadInput: an unknown kind, or a known face who is recused or family, or the reverse.
    """
    if kind not in set(TieKind):
        raise BadInput("kind", "Choose the kind of tie.", "kind")
    volunteer = await step.session.get(Volunteer, volunteer_id)
    if volunteer is None:
        raise NotFound("volunteer", "There is no such volunteer.")
    held = {tie.kind: tie for tie in await _ties(step, retiree.id, volunteer_id)}
    chosen = TieKind(kind)
    if chosen in held:
        return held[chosen]
    if held and (chosen is TieKind.KNOWN_FACE or TieKind.KNOWN_FACE in held):
        raise BadInput(
            "contradiction",
            "Rule VOL-13: a known face cannot be recused or family. End that tie first.",
            "kind",
        )
    tie = Tie(
        volunteer_id=volunteer_id,
        retiree_id=retiree.id,
        kind=chosen,
        reason=reason.strip()[:128],
        set_on=step.today,
        set_by=step.actor,
        division_code=retiree.division_code,
        managing_agency=retiree.managing_agency,
    )
    step.session.add(tie)
    await step.session.flush()
    if chosen is not TieKind.KNOWN_FACE:
        await let_go(step, volunteer, "recused", col(Visit.retiree_id) == retiree.id)
    await audit(step, "tie.set", tie, fields=["kind"], why=reason)
    return tie


async def end_tie(step: Step, tie_id: UUID) -> Tie:
    """The tie holds no longer.

    Raises:
        NotFound, WrongMoment: no such tie, or it has ended.
    """
    tie = await step.session.get(Tie, tie_id)
    if tie is None:
        raise NotFound("tie", "There is no such tie.")
    if tie.ended_on is not None:
        raise WrongMoment("ended", "This tie has ended.")
    tie.ended_on, tie.ended_by = step.today, step.actor
    await audit(step, "tie.end", tie)
    return tie


async def set_known_face_only(step: Step, retiree: Retiree, only: bool) -> None:
    """The person lets in nobody but known faces, or everybody again."""
    retiree.known_face_only, retiree.updated_at = only, step.now
    await audit(step, "retiree.known_face_only", retiree, fields=["known_face_only"])


async def _ties(step: Step, retiree_id: UUID, volunteer_id: UUID) -> list[Tie]:
    rows = await step.session.scalars(
        select(Tie).where(
            col(Tie.retiree_id) == retiree_id,
            col(Tie.volunteer_id) == volunteer_id,
            col(Tie.ended_on).is_(None),
        )
    )
    return list(rows)


async def load_ties(step: Step, retiree_id: UUID) -> list[tuple[Tie, Volunteer]]:
    """The ties of a retiree that hold, with the volunteers that the reader may see."""
    rows = await step.session.execute(
        select(Tie, Volunteer)
        .join(Volunteer, col(Volunteer.id) == col(Tie.volunteer_id))
        .where(col(Tie.retiree_id) == retiree_id, col(Tie.ended_on).is_(None))
        .order_by(col(Tie.kind), col(Tie.id))
    )
    return [(tie, volunteer) for tie, volunteer in rows]
