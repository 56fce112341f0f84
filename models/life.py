"""When life intervenes: what is proposed to the agency, stays in hospital, emergencies, moves, suspicions."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from models.base import InArea, Row, Versioned
from models.columns import EnumText, UtcDateTime
from models.seal import Sealed


class ProposalStatus(StrEnum):
    """What the agency made of a proposal."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"  # it was wrong; everything goes back
    ENDED = "ended"  # found again, released


IN_FORCE = ("open", "confirmed")


class StatusProposal(InArea, Versioned, Row, table=True):
    """A change of status that the agency decides on (Regulation art. 28, 32). Rows are never deleted.

    `since_on`: day of death, missing since, imprisoned since; `learnt_on`: when the community learnt of it.
    """

    __tablename__ = "status_proposals"
    __table_args__ = (
        # A second report of the same matter finds the first.
        Index(
            "uq_status_proposals_in_force",
            "retiree_id",
            "kind",
            unique=True,
            sqlite_where=text("status IN ('open', 'confirmed')"),
            postgresql_where=text("status IN ('open', 'confirmed')"),
        ),
    )

    retiree_id: UUID = Field(foreign_key="retirees.id", index=True)
    kind: str = Field(max_length=24)  # domain.departures.ProposalKind
    status: ProposalStatus = Field(default=ProposalStatus.OPEN, sa_type=EnumText(ProposalStatus))
    since_on: date | None = None
    learnt_on: date
    source: str = Field(max_length=24)  # visit, relative, community, police, register, list
    visit_id: UUID | None = Field(default=None, foreign_key="visits.id")
    life_before: str = Field(default="living", max_length=24)  # to go back to
    due_on: date | None = None  # end of the death report's working days, or first day of a suspension
    due_is_provisional: bool = False
    is_late: bool = False
    proposed_by: str = Field(max_length=64)
    proposed_at: datetime = Field(sa_type=UtcDateTime)
    decided_by: str = Field(default="", max_length=64)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reason: str = Field(default="", max_length=128)


class HospitalStay(InArea, Versioned, Row, table=True):
    """Somebody is in hospital (Regulation art. 25(2)); where is health data and sealed."""

    __tablename__ = "hospital_stays"

    retiree_id: UUID = Field(foreign_key="retirees.id", index=True)
    hospital_sealed: bytes | None = None
    hospital = Sealed()
    learnt_on: date
    expected_on: date | None = None  # discharge, as far as anybody knows
    recheck_on: date = Field(index=True)
    discharged_on: date | None = None
    visit_id: UUID | None = Field(default=None, foreign_key="visits.id")
    visit_is_provisional: bool = False  # the visit's last day may move with the holiday table
    follow_up_visit_id: UUID | None = Field(default=None, foreign_key="visits.id")
    noted_by: str = Field(max_length=64)
    noted_at: datetime = Field(sa_type=UtcDateTime)


class Incident(InArea, Versioned, Row, table=True):
    """An emergency at a door, with the times of what was done."""

    __tablename__ = "incidents"

    retiree_id: UUID | None = Field(default=None, foreign_key="retirees.id", index=True)
    visit_id: UUID | None = Field(default=None, foreign_key="visits.id", index=True)
    kind: str = Field(max_length=24)  # domain.no_answer.IncidentKind
    began_at: datetime = Field(sa_type=UtcDateTime)
    officer_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    street_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    seen_by: datetime | None = Field(default=None, sa_type=UtcDateTime)
    opened_by: str = Field(max_length=64)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_by: str = Field(default="", max_length=64)
    result: str = Field(default="", max_length=24)


class IncidentStep(InArea, Row, table=True):
    """One thing that was done, when, by whom; added, never changed."""

    __tablename__ = "incident_steps"

    incident_id: UUID = Field(foreign_key="incidents.id", index=True)
    step: str = Field(max_length=24)  # domain.no_answer.EmergencyStep
    at: datetime = Field(sa_type=UtcDateTime)
    noted_by: str = Field(max_length=64)
    noted_at: datetime = Field(sa_type=UtcDateTime)
    note_sealed: bytes | None = None
    note = Sealed()


class TransferStatus(StrEnum):
    """How far a move has got."""

    REQUESTED = "requested"
    DONE = "done"
    REJECTED = "rejected"


class Transfer(Versioned, Row, table=True):
    """A person has moved: both sides confirm (Regulation art. 12(1), 28). Not of one area: of two.

    `to_division` is '' for a place outside the city: then the insured agency takes over.
    """

    __tablename__ = "transfers"

    retiree_id: UUID = Field(foreign_key="retirees.id", index=True)
    route: str = Field(max_length=24)  # domain.policy_regulation.IntakeRoute
    from_division: str = Field(max_length=12, index=True)
    from_agency: str = Field(default="", max_length=24)
    to_division: str = Field(default="", max_length=12, index=True)
    to_agency: str = Field(default="", max_length=24)
    where_to: str = Field(default="", max_length=24)  # '', other_province, abroad
    address_sealed: bytes | None = None
    address = Sealed()
    status: TransferStatus = Field(default=TransferStatus.REQUESTED, sa_type=EnumText(TransferStatus))
    requested_by: str = Field(max_length=64)
    requested_at: datetime = Field(sa_type=UtcDateTime)
    from_confirmed_by: str = Field(default="", max_length=64)
    from_confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    to_confirmed_by: str = Field(default="", max_length=64)
    to_confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reason: str = Field(default="", max_length=128)


class FraudCase(InArea, Versioned, Row, table=True):
    """A suspicion (Regulation art. 31): investigated by the agency; volunteers see nothing of it."""

    __tablename__ = "fraud_cases"

    retiree_id: UUID = Field(foreign_key="retirees.id", index=True)
    visit_id: UUID | None = Field(default=None, foreign_key="visits.id")
    kind: str = Field(max_length=24)  # wrong_person, death_not_reported
    status: str = Field(default="suspected", max_length=24)  # domain.departures.FraudStatus
    opened_by: str = Field(max_length=64)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    repay_by: date | None = None
    changed_by: str = Field(default="", max_length=64)
    changed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reason: str = Field(default="", max_length=128)
